import type { Instant, Reason } from '#domain/kernel'
import type { Scan } from './readiness.ts'

/** What was found of one thing. */
export interface Found {
  readonly told: Scan['told']
  readonly reason: Reason
  readonly at?: Instant | undefined
}

/** Of several things: one that is not so makes it not so, one that cannot be told makes it unknown, and of none nothing can be told. */
export function scanEach(found: readonly Found[], none: Reason): Scan {
  if (found.length === 0) return { told: 'unknown', reasons: [none] }
  const told = (['no', 'unknown', 'yes'] as const).find((wanted) => found.some((one) => one.told === wanted)) ?? 'unknown'
  // What stands in the way is told first.
  const reasons = (['no', 'unknown', 'yes'] as const).flatMap((wanted) =>
    found.filter((one) => one.told === wanted).map(({ reason }) => reason),
  )
  const oldest = found.flatMap(({ at }) => (at === undefined ? [] : [at])).toSorted()[0]
  return { told, reasons, ...(told === 'yes' && oldest !== undefined ? { at: oldest } : {}) }
}

export function isSo(subject: string, message: string, at?: Instant): Found {
  return { told: 'yes', reason: { subject, message }, at }
}

export function isNot(subject: string, message: string): Found {
  return { told: 'no', reason: { subject, message } }
}

export function isUntold(subject: string, message: string): Found {
  return { told: 'unknown', reason: { subject, message } }
}
