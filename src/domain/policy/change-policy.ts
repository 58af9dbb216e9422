import type { Role } from '#domain/people'
import type { Sourced } from './sourced.ts'
import { ours } from './sourced.ts'

/** When promotions may change a place, and what happens to a place in which one went wrong. */
export interface ChangePolicy {
  /** Minutes that must be left of a change window beyond what an attempt usually takes. */
  readonly windowMarginMinutes: Sourced<number>
  /** Of how many earlier attempts, the newest, the usual duration is taken. */
  readonly usualOfAttempts: Sourced<number>
  /** How many freezes a stage may have. */
  readonly freezesAtMost: Sourced<number>
  /** Whether a recovery goes in outside of change windows, and through freezes. */
  readonly recoveryPassesWindows: Sourced<boolean>
  /**
   * Who may give a held place free. Of the owners of solutions and environments it is the one of this solution and of this place; whoever has
   * another of these roles may wherever it is.
   */
  readonly mayResumeStage: Sourced<readonly Role[]>
}

export const shippedChanges: ChangePolicy = {
  windowMarginMinutes: ours(
    5,
    'PIP-24: an attempt ends within its window; the margin is ours, a safety against an attempt slower than usual',
  ),
  usualOfAttempts: ours(9, 'ours: few enough to follow a solution that grows, odd so that the median is one of them'),
  freezesAtMost: ours(100, 'ours: two a week for a year; whoever needs more wants windows, and every gate looks through all of them'),
  recoveryPassesWindows: ours(
    true,
    'ours: what is broken does not wait for the next window to be mended (the rollback clock of FSI-AgentGov 2.3 asks for hours)',
  ),
  mayResumeStage: ours(
    ['environment-owner', 'solution-owner', 'release-manager'],
    'ours: whoever answers for what stands there, and whoever runs releases (after ROL-03)',
  ),
}
