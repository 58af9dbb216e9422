import type { Sourced } from './sourced.ts'
import { ours } from './sourced.ts'

/** How patiently people are told. */
export interface NotificationPolicy {
  /** Minutes before a message that did not arrive is sent again for the first time; each time the wait doubles. */
  readonly retryMinutes: Sourced<number>
  /** The longest such wait, in hours. */
  readonly retryHours: Sourced<number>
  /** Hours after which a message that never arrived is given up; it stays listed. */
  readonly triedHours: Sourced<number>
  /** Days for which what was sent, or given up, stays listed. */
  readonly keptDays: Sourced<number>
}

export const shippedNotifications: NotificationPolicy = {
  retryMinutes: ours(1, 'ours: an address that is away for a moment is asked again soon'),
  retryHours: ours(1, 'ours: a message that says that somebody is waited for is worth little when it is late'),
  triedHours: ours(72, 'ours: over a weekend; by then the page and the lists say the same'),
  keptDays: ours(30, 'ours: long enough to ask whether somebody was told; the ledger holds what it was about'),
}
