import type { Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { isPeopleGate } from '#domain/pipeline'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { Hotfix, HotfixEvent, OwedSignOff, Shipped } from './hotfix.ts'
import { findOwed } from './hotfix.ts'

/** Folds one event of a hotfix's own stream; `hotfix-started` comes first by construction. */
export function evolveHotfix(hotfix: Hotfix | undefined, event: HotfixEvent): Hotfix | undefined {
  if (event.type === 'hotfix-started') {
    return { ...event.data.start, startedAt: event.at, preparation: { state: 'running', steps: [] }, releases: [] }
  }
  if (hotfix === undefined) return undefined
  // Actors of these events are people: the ledger writes all actors alike.
  const by = event.actor as PersonId
  switch (event.type) {
    case 'hotfix-step': {
      const steps = [...hotfix.preparation.steps, { ...event.data, finishedAt: event.at }]
      return { ...hotfix, preparation: { ...hotfix.preparation, steps } }
    }
    case 'hotfix-import-recorded':
      return hotfix
    case 'hotfix-prepared':
      return { ...hotfix, preparation: { state: 'ready', steps: hotfix.preparation.steps } }
    case 'hotfix-preparation-failed':
      return { ...hotfix, preparation: { state: 'failed', steps: hotfix.preparation.steps, refusal: event.data.refusal } }
    case 'hotfix-preparation-restarted':
      return { ...hotfix, workId: event.data.workId, preparation: { state: 'running', steps: [] } }
    case 'hotfix-merge-started':
      return { ...hotfix, merge: { ...event.data, by, state: 'running', note: '', components: [], conflicts: [] } }
    case 'hotfix-merge-ended':
      return hotfix.merge?.workId === event.data.workId ? { ...hotfix, merge: { ...hotfix.merge, ...event.data } } : hotfix
    case 'hotfix-conflict-decided':
      return { ...hotfix, decisions: [...(hotfix.decisions ?? []), { ...event.data, by, at: event.at }] }
    case 'hotfix-carried': {
      const { of, ...carried } = event.data
      return hotfix.shipped?.releaseId === of ? { ...hotfix, carried: { ...carried, at: event.at } } : hotfix
    }
    case 'hotfix-signed-off':
      return hotfix.shipped === undefined
        ? hotfix
        : { ...hotfix, shipped: withSignOff(hotfix.shipped, { ...event.data, by, at: event.at }) }
    case 'hotfix-abandoned':
      return { ...hotfix, abandoned: { by, at: event.at, reason: event.data.reason } }
  }
}

/** A release of it was sealed. */
export function addRelease(hotfix: Hotfix | undefined, { id, version, sealedAt }: Release): Hotfix | undefined {
  return hotfix && { ...hotfix, releases: [...hotfix.releases, { releaseId: id, version, sealedAt }] }
}

/** A promotion of one of its releases succeeded; only production counts. What a later one brings has to be brought to main anew, abandoned or not. */
export function addDeployment(hotfix: Hotfix | undefined, { request, status }: Promotion): Hotfix | undefined {
  if (hotfix === undefined || status.state !== 'succeeded' || request.stageId !== hotfix.production.stageId) return hotfix
  const at = status.attempt.finishedAt ?? status.attempt.startedAt
  const { carried: _carried, abandoned: _abandoned, ...rest } = hotfix
  const { releaseId, promotionId, version, requestedBy } = request
  return { ...rest, shipped: { releaseId, promotionId, version, at, requestedBy, owed: owedAfter(request, at, findOwed(hotfix)) } }
}

/** A later release of it does not put off what is owed for the one before. */
function owedAfter({ intent }: Promotion['request'], at: Instant, before: readonly OwedSignOff[]): readonly OwedSignOff[] {
  if (intent?.kind !== 'hotfix') return []
  const dueAt = addWorkingDays(at, intent.signOffWorkingDays)
  return intent.notWaitedFor.filter(isPeopleGate).map(({ kind, people, quorum }) => {
    const earlier = before.find(({ gate }) => gate === kind)
    return { gate: kind, people, quorum, dueAt: earlier?.dueAt ?? dueAt, given: [] }
  })
}

function withSignOff(
  shipped: Shipped,
  { gate, by, verdict, comment, at }: { readonly gate: OwedSignOff['gate'] } & OwedSignOff['given'][number],
): Shipped {
  const owed = shipped.owed.map((one) => (one.gate === gate ? { ...one, given: [...one.given, { by, verdict, comment, at }] } : one))
  return { ...shipped, owed }
}

/** The same time of day so many working days later, Monday to Friday in UTC; no calendar of holidays is known. */
export function addWorkingDays(at: Instant, days: number): Instant {
  const date = new Date(at)
  for (let left = days; left > 0; ) {
    date.setUTCDate(date.getUTCDate() + 1)
    if (date.getUTCDay() !== 0 && date.getUTCDay() !== 6) left--
  }
  return toId<Instant>(date.toISOString())
}
