import type { EnvironmentEvent, EnvironmentRecord, NewEnvironmentEvent, StageHold } from '#domain/drift'
import { environmentStream, evolveEnvironment } from '#domain/drift'
import type { NewPromotionEvent, Promotion } from '#domain/promotion'
import { activeHolds, findHoldEnd, findHoldReason } from '#domain/promotion'
import type { Ledger, ReadModel } from '#engine/ports'
import { loadWritten } from '../apply-configuration.ts'

/** What a place is held for, of one solution. */
export async function loadHolds(
  deps: { readonly readModel: ReadModel },
  { lane, solution }: { readonly lane: string; readonly solution: string },
): Promise<readonly StageHold[]> {
  return activeHolds(await deps.readModel.load<EnvironmentRecord>('environment', lane), solution)
}

interface Deps {
  readonly ledger: Ledger
  readonly readModel: ReadModel
}

/**
 * Holds a pet in which an attempt is about to end badly. Written before that end: whoever finds the promotion no longer at work finds the place
 * held as well, wherever a process is killed. Keyed by the attempt, so that it is written once.
 */
export async function holdBefore(deps: Deps, promotion: Promotion, ended: NewPromotionEvent): Promise<void> {
  const { request, status } = promotion
  if (status.state !== 'running') return
  const current = await loadWritten(deps)
  const environment = current?.configuration.environments.find(({ id }) => id === request.environmentId)
  const reason = environment && findHoldReason(promotion, ended, environment)
  if (environment === undefined || reason === undefined) return
  // Where it went, whatever the configuration calls that place by now.
  const { lane } = request.plan.target
  const { solution, promotionId, environmentId } = request
  if (findHoldEnd(promotion, activeHolds(await readRecord(deps.ledger, lane), solution)) !== undefined) return
  const event: NewEnvironmentEvent = {
    type: 'stage-held',
    data: { environmentId, solution, promotionId, reason },
    key: `held/${status.attempt.id}`,
  }
  await deps.ledger.append({ stream: environmentStream(lane), expectedVersion: undefined, actor: 'drover', events: [event] })
}

/** Ends the hold that a promotion caused, after it went well when a person had it tried again: as that person, and for what they said. */
export async function releaseAfter(
  deps: Deps,
  promotion: Promotion,
  resumed: { readonly attemptId: string; readonly actor: string; readonly reason: string },
): Promise<void> {
  const { lane } = promotion.request.plan.target
  const { solution, environmentId, promotionId } = promotion.request
  if (findHoldEnd(promotion, activeHolds(await readRecord(deps.ledger, lane), solution)) === undefined) return
  const event: NewEnvironmentEvent = {
    type: 'stage-resumed',
    data: { environmentId, solution, promotionId, reason: resumed.reason },
    key: `resumed/${resumed.attemptId}`,
  }
  await deps.ledger.append({ stream: environmentStream(lane), expectedVersion: undefined, actor: resumed.actor, events: [event] })
}

/** From the ledger itself: what holds a place hangs on no read model. */
async function readRecord(ledger: Ledger, lane: string): Promise<EnvironmentRecord | undefined> {
  // The stream is written only through NewEnvironmentEvent, so its entries are environment events.
  const events = (await ledger.read(environmentStream(lane))) as readonly EnvironmentEvent[]
  return events.reduce<EnvironmentRecord | undefined>(evolveEnvironment, undefined)
}
