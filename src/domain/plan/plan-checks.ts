import type { PlanLine } from './plan.ts'
import type { PlanFacts } from './plan-facts.ts'

const dayMs = 86_400_000

/** How old the check report of the release is, and for how long it counts: an old one is refused when the promotion is asked for (PIP-07). */
export function planChecks({ release, observed, checksValidForDays }: PlanFacts): { readonly lines: readonly PlanLine[] } {
  if (checksValidForDays === undefined) return { lines: [] }
  const days = Math.max(0, Math.floor((Date.parse(observed.observedAt) - Date.parse(release.sealedAt)) / dayMs))
  const age = days === 0 ? 'today' : `${days} ${days === 1 ? 'day' : 'days'} ago`
  const checked = `Checked on ${release.sealedAt.slice(0, 10)}, ${age}; a report counts for ${checksValidForDays} days`
  const subject = 'check report'
  if (days > checksValidForDays) {
    return { lines: [{ subject, effect: 'warn', message: `${checked}, so a new release has to be prepared.`, certainty: 'known' }] }
  }
  return { lines: [{ subject, effect: 'leave', message: `${checked}.`, certainty: 'known' }] }
}
