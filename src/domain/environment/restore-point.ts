import type { Instant } from '#domain/kernel'

/**
 * The platform's own labelled backup: no copy but a time stamp of the whole environment, with an expiry. Restoring it rewinds everybody's
 * rows, and never onto production itself (release-facts §8); that one exists opens no gate.
 */
export interface RestorePoint {
  /** The platform's id of the backup. */
  readonly id: string
  readonly label: string
  /** The moment to which a restore rewinds. */
  readonly rewindsTo: Instant
  readonly expiresAt: Instant
  /** What it was taken before, in words. */
  readonly why: string
}
