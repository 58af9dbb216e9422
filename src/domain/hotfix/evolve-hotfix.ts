import type { PersonId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { Hotfix, HotfixEvent } from './hotfix.ts'

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
    case 'hotfix-abandoned':
      return { ...hotfix, abandoned: { by, at: event.at, reason: event.data.reason } }
    // Ledgers are kept for years: words on what a hotfix owed once stood here, and stand with its promotion now.
    default:
      return hotfix
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
  return { ...rest, shipped: { releaseId, promotionId, version, at, requestedBy } }
}
