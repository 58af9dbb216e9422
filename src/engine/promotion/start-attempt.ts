import type { AttemptId, PersonId, PromotionId } from '#domain/kernel'
import { DroverError, errorCode, toId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import { decideStart } from '#domain/promotion'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionView } from '../engine.ts'
import { loadPromotion } from '../queries/promotions.ts'
import { attemptWork } from './run-attempt.ts'
import { loadStanding } from './standing.ts'
import { loadPromotionStream, promotionStream } from './stream.ts'

/** As {@link startWhenOpen}, for whoever asked: how the promotion stands then. */
export async function startIfReady(
  deps: EngineDependencies,
  promotionId: PromotionId,
  viewer: PersonId | undefined,
): Promise<PromotionView> {
  await startWhenOpen(deps, promotionId)
  const view = await loadPromotion(deps, promotionId, viewer)
  if (view === undefined) throw lost(promotionId)
  return view
}

/** Starts the attempt when the last gate is open and the request still holds. Whoever opened it, it is started once: the append is guarded, the start idempotent. */
export async function startWhenOpen(deps: EngineDependencies, promotionId: PromotionId): Promise<void> {
  const { promotion, version } = await requireStream(deps, promotionId)
  if (promotion.status.state !== 'pending') return startRunning(deps, promotion)
  const standing = await loadStanding(deps, promotion)
  const decision = decideStart(promotion, { attemptId: toId<AttemptId>(deps.ids.next('a')), now: deps.clock.now(), standing })
  if (!decision.ok) return
  await appendUnlessMovedOn(deps, promotionId, version, decision.value)
  const after = await requireStream(deps, promotionId)
  await startRunning(deps, after.promotion)
}

/** Hands a running attempt to the durable runner; repeated calls change nothing. */
export async function startRunning(deps: Pick<EngineDependencies, 'starter'>, promotion: Promotion): Promise<void> {
  if (promotion.status.state !== 'running') return
  const { promotionId, plan } = promotion.request
  const attemptId = promotion.status.attempt.id
  await deps.starter.start({ name: attemptWork, id: attemptId, queueKey: plan.target.lane, input: { promotionId, attemptId } })
}

async function appendUnlessMovedOn(
  deps: EngineDependencies,
  id: PromotionId,
  version: number,
  events: Parameters<EngineDependencies['ledger']['append']>[0]['events'],
) {
  try {
    await deps.ledger.append({ stream: promotionStream(id), expectedVersion: version, actor: 'drover', events })
  } catch (error) {
    if (errorCode(error) !== 'ledger.conflict') throw error
  }
}

async function requireStream(deps: EngineDependencies, id: PromotionId) {
  const stream = await loadPromotionStream(deps.ledger, id)
  if (stream === undefined) throw lost(id)
  return stream
}

function lost(id: PromotionId): DroverError {
  return new DroverError('promotion.unknown', `The ledger holds no promotion ${id}.`)
}
