import { laneOf } from '#domain/environment'
import type { PersonId, PromotionId, Refusal, Result } from '#domain/kernel'
import { accept, errorCode, refuse } from '#domain/kernel'
import { withoutNames } from '#domain/people'
import type { NewPromotionEvent, PromotionRequest, TrainStanding } from '#domain/promotion'
import { decideRequest } from '#domain/promotion'
import type { Train } from '#domain/train'
import { loadConfiguration, requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment } from '../find.ts'
import { loadRequestFacts } from '../promotion/load-request-facts.ts'
import { loadSealedRelease } from '../promotion/sealed-release.ts'
import { loadPromotionStream, promotionStream } from '../promotion/stream.ts'
import { takeLane } from '../promotion/take-lane.ts'
import { loadTrainStream, recordTrain } from './stream.ts'
import { highestTier } from './train-standing.ts'

/**
 * Writes the promotions of a train that was recorded, each under the guard of its lane, and then that all are there. Safe to repeat wherever it was
 * killed. Where something else took a lane in between, or a rule changed, the train is refused and what was written of it is withdrawn.
 */
export async function assembleTrain(deps: EngineDependencies, trainId: string): Promise<Result<true>> {
  const stream = await loadTrainStream(deps.ledger, trainId)
  if (stream === undefined || stream.train.state !== 'assembling') return accept(true)
  const requested = stream.events.find((event) => event.type === 'train-requested')
  for (const request of requested?.data.requests ?? []) {
    const asked = await ask(deps, stream.train, request)
    if (!asked.ok) {
      const people = (await loadConfiguration(deps))?.configuration.people ?? []
      const refusal = withoutNames(asked.refusal, people)
      await recordTrain(deps.ledger, trainId, { type: 'train-refused', data: { refusal }, key: 'assembled' })
      if ((await loadTrainStream(deps.ledger, trainId))?.train.state !== 'refused') return accept(true)
      await withdrawRest(deps, stream.train, stream.train.requestedBy)
      return { ok: false, refusal: toldAs(stream.train, asked.refusal) }
    }
  }
  await recordTrain(deps.ledger, trainId, { type: 'train-assembled', data: {}, key: 'assembled' })
  return accept(true)
}

async function ask(deps: EngineDependencies, train: Train, request: PromotionRequest): Promise<Result<true>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration, version: configurationVersion } = current.value
  const environment = findEnvironment(configuration, request.environmentId)
  if (!environment.ok) return environment
  const release = await loadSealedRelease(deps.ledger, request.releaseId)
  const place = { lane: laneOf(environment.value), solution: request.solution }
  const standing: TrainStanding = {
    ...{ trainId: train.trainId, position: request.train?.position ?? 0, tier: await highestTier(deps, train, configuration) },
    ...{ state: 'assembling', before: [], after: [] },
  }
  const taken = await takeLane(deps.ledger, place, async () => {
    if ((await loadPromotionStream(deps.ledger, request.promotionId)) !== undefined) return alreadyThere
    const facts = await loadRequestFacts(deps, {
      ...{ promotionId: request.promotionId, actor: request.requestedBy, release, stageId: request.stageId },
      ...{ environment: environment.value, configuration, configurationVersion, train: standing },
      ...(request.intent?.kind === 'emergency' ? { emergency: { reason: request.intent.reason } } : {}),
      planned: { plan: request.plan, boundTo: request.boundTo, recovery: request.recovery },
    })
    const decision = decideRequest(facts)
    return decision.ok ? accept({ actor: request.requestedBy, events: decision.value }) : decision
  })
  return taken.ok || taken.refusal.code === alreadyThere.refusal.code ? accept(true) : taken
}

const alreadyThere = refuse('train.already-there', 'The promotion was written before.', 'Nothing to do.')

/** Withdraws what of a train has not begun, as a fact that follows from the train's end; what has begun is carried to its own end. */
export async function withdrawRest(deps: Pick<EngineDependencies, 'ledger'>, train: Pick<Train, 'members'>, by: PersonId): Promise<void> {
  for (const { promotionId } of train.members) while (!(await isWithdrawn(deps, promotionId, by)));
}

/** False: it moved on in between, and is looked at again. An attempt that began meanwhile is not taken from under its worker. */
async function isWithdrawn({ ledger }: Pick<EngineDependencies, 'ledger'>, promotionId: PromotionId, by: PersonId): Promise<boolean> {
  const stream = await loadPromotionStream(ledger, promotionId)
  if (stream === undefined || !['pending', 'errored'].includes(stream.promotion.status.state)) return true
  const events: readonly NewPromotionEvent[] = [{ type: 'promotion-withdrawn', data: { by }, key: 'withdrawn' }]
  try {
    await ledger.append({ stream: promotionStream(promotionId), expectedVersion: stream.version, actor: by, events })
    return true
  } catch (error) {
    if (errorCode(error) === 'ledger.conflict') return false
    throw error
  }
}

function toldAs({ trainId }: Train, { code, message, hint, reasons }: Refusal): Refusal {
  return refuse(code, `Train ${trainId} could not be put together: ${message}`, hint, reasons).refusal
}
