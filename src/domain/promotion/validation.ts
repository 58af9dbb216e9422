import { addHours } from '#domain/approval'
import type { Instant, PersonId } from '#domain/kernel'
import type { GatePolicy } from '#domain/policy'
import type { Promotion } from './promotion.ts'

/** What a person says of a pet after a promotion went in: that it was watched, and how that went (REL-06, REL-11). */
export interface Validation {
  /** `watch`: of the hours after it; `review`: of the look weeks later. */
  readonly of: 'watch' | 'review'
  readonly outcome: 'passed' | 'failed'
  readonly by: PersonId
  readonly at: Instant
  readonly note: string
  /** Where it can be seen: an address, or words. */
  readonly evidence?: string
}

/** How far the watch over a promotion is. */
export type WatchState =
  | { readonly state: 'not-asked' }
  /** Nobody can say yet that it went well. */
  | { readonly state: 'watching'; readonly until: Instant }
  /** The watch is over, and somebody has to say how it went. */
  | { readonly state: 'due'; readonly by: Instant; readonly isOverdue: boolean }
  | { readonly state: 'passed' | 'failed'; readonly validation: Validation }

/** How the watch over a promotion stands; none is asked where it met no such gate, and nothing has arrived yet where it did not succeed. */
export function watchOf(promotion: Promotion, policy: GatePolicy, now: Instant): WatchState {
  const { request, status } = promotion
  if (status.state !== 'succeeded' || !request.gates.some(({ kind }) => kind === 'validation')) return { state: 'not-asked' }
  const said = promotion.validations?.findLast(({ of }) => of === 'watch')
  if (said !== undefined) return { state: said.outcome, validation: said }
  const arrivedAt = status.attempt.finishedAt ?? status.attempt.startedAt
  const hours = policy.watchHours[request.tier].value
  if (hours === 0) return { state: 'not-asked' }
  const until = addHours(arrivedAt, hours)
  if (Date.parse(now) < Date.parse(until)) return { state: 'watching', until }
  const by = addHours(until, policy.validatedWithinHours.value)
  return { state: 'due', by, isOverdue: Date.parse(now) > Date.parse(by) }
}

/** The same in one object, for pages and lists; undefined where nobody asks for a watch or a review. */
export interface WatchView {
  readonly state: Exclude<WatchState['state'], 'not-asked'>
  readonly until?: Instant | undefined
  readonly by?: Instant | undefined
  readonly isOverdue: boolean
  readonly review?: { readonly at: Instant; readonly isOverdue: boolean } | undefined
}

export function viewWatch(promotion: Promotion, policy: GatePolicy, now: Instant): WatchView | undefined {
  const watch = watchOf(promotion, policy, now)
  if (watch.state === 'not-asked') return undefined
  const at = reviewDue(promotion, policy)
  return {
    state: watch.state,
    ...(watch.state === 'watching' ? { until: watch.until } : {}),
    ...(watch.state === 'due' ? { by: watch.by } : {}),
    isOverdue: watch.state === 'due' && watch.isOverdue,
    ...(at === undefined ? {} : { review: { at, isOverdue: Date.parse(now) > Date.parse(at) } }),
  }
}

/** What of a watch has to be told now, in words; undefined where nothing has. */
export function tellWatch({ until, by, isOverdue, review }: WatchView): { readonly text: string; readonly isOverdue: boolean } | undefined {
  if (until !== undefined) return { text: `watched until ${until}`, isOverdue: false }
  if (isOverdue) return { text: `nobody has said how it stood since ${by ?? 'then'}`, isOverdue }
  if (by !== undefined) return { text: `somebody has to say how it stood, until ${by}`, isOverdue }
  return review?.isOverdue === true ? { text: `it was to be looked at again at ${review.at}`, isOverdue: true } : undefined
}

/** When a promotion is to be looked at again, weeks later; undefined where nobody asks for it, or it was. */
export function reviewDue(promotion: Promotion, policy: GatePolicy): Instant | undefined {
  const { request, status } = promotion
  const days = policy.reviewAfterDays[request.tier].value
  if (days === 0 || status.state !== 'succeeded' || !request.gates.some(({ kind }) => kind === 'validation')) return undefined
  if (promotion.validations?.some(({ of }) => of === 'review') === true) return undefined
  return addHours(status.attempt.finishedAt ?? status.attempt.startedAt, days * 24)
}
