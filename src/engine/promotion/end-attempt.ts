import type { AttemptId, PromotionId } from '#domain/kernel'
import type { Policy } from '#domain/policy'
import type { NewPromotionEvent, OutlastedWindow, Promotion, PromotionEvent } from '#domain/promotion'
import { findOutlasted, findRecoveryInEarnest } from '#domain/promotion'
import type { Clock, Ledger, ReadModel } from '#engine/ports'
import { recordFacts } from '../drift/stream.ts'
import { holdBefore, releaseAfter } from '../holds/hold-stage.ts'
import { loadWindow } from '../queries/load-window.ts'
import { loadPromotionStream, promotionStream } from './stream.ts'

interface Deps {
  readonly ledger: Ledger
  readonly readModel: ReadModel
  readonly clock: Clock
  readonly policy: Policy
}

interface Ids {
  readonly promotionId: PromotionId
  readonly attemptId: AttemptId
}

/**
 * Records how an attempt ended, whoever tells it, and what follows for its place: held before a bad end is told, given free after a good one, and
 * told how a recovery went.
 * Safe to repeat wherever it was killed; tells whether the end was new.
 */
export async function endAttempt(deps: Deps, { promotionId, attemptId }: Ids, event: NewPromotionEvent): Promise<boolean> {
  const stream = await loadPromotionStream(deps.ledger, promotionId)
  const { status } = stream?.promotion ?? {}
  const isAtWork = status?.state === 'running' && status.attempt.id === attemptId
  const outlasted = stream !== undefined && isAtWork ? await findLate(deps, stream.promotion) : undefined
  if (stream !== undefined && isAtWork) await holdBefore(deps, stream.promotion, event)
  const events: readonly NewPromotionEvent[] = [
    ...(outlasted === undefined
      ? []
      : [{ type: 'window-outlasted' as const, data: { attemptId, outlasted }, key: `${attemptId}:outlasted` }]),
    { ...event, key: `${attemptId}:ended` },
  ]
  const appended = await deps.ledger.append({ stream: promotionStream(promotionId), expectedVersion: undefined, actor: 'drover', events })
  const resumed = stream === undefined || event.type !== 'attempt-succeeded' ? undefined : findResumption(stream.events)
  if (stream !== undefined && resumed !== undefined) await releaseAfter(deps, stream.promotion, { attemptId, ...resumed })
  if (stream?.promotion.request.intent?.kind === 'recovery') await recordInEarnest(deps, promotionId)
  return appended.some(({ type }) => type === event.type)
}

/** What was gone in earnest is the best rehearsal that there is. Read again, so that its times are those of the ledger, whoever repeats this. */
async function recordInEarnest({ ledger }: Pick<Deps, 'ledger'>, promotionId: PromotionId): Promise<void> {
  const promotion = (await loadPromotionStream(ledger, promotionId))?.promotion
  const rehearsal = promotion && findRecoveryInEarnest(promotion)
  if (promotion === undefined || rehearsal === undefined) return
  const { environmentId, plan } = promotion.request
  await recordFacts(ledger, plan.target.lane, [
    { type: 'recovery-rehearsed', data: { environmentId, rehearsal }, key: `${rehearsal.id}:in-earnest` },
  ])
}

/** By how much it was longer than its window, as the configuration in force has that. */
async function findLate(deps: Deps, { request, status }: Promotion): Promise<OutlastedWindow | undefined> {
  if (!('attempt' in status)) return undefined
  return findOutlasted(status.attempt, await loadWindow(deps, request), deps.clock.now())
}

/** Who had it tried again last, and what for. */
function findResumption(events: readonly PromotionEvent[]): { readonly actor: string; readonly reason: string } | undefined {
  for (const event of [...events].reverse())
    if (event.type === 'attempt-started' && event.data.reason !== undefined) return { actor: event.actor, reason: event.data.reason }
  return undefined
}
