import type { Role } from '#domain/people'
import type { GateKind } from '#domain/pipeline'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

/** A release that cannot wait for gates which are made up for afterwards (REL-12). */
export interface EmergencyPolicy {
  /** Roles of whom one is enough to declare an emergency. */
  readonly mayDeclare: Sourced<readonly Role[]>
  /** Gates that an emergency does not wait for. Those that people open are owed afterwards. */
  readonly notWaitedFor: Sourced<readonly GateKind[]>
  /** What an emergency never goes past, whatever else is named. */
  readonly never: Sourced<readonly GateKind[]>
  /** How many others must say that it is one. */
  readonly secondPeople: Sourced<number>
  /** Hours in which an attempt must have begun. */
  readonly expiresAfterHours: Sourced<number>
  /** Whether it goes in outside of change windows. */
  readonly passesWindows: Sourced<boolean>
  /** Whether it goes in through freezes. */
  readonly passesFreezes: Sourced<boolean>
  /** Working days, Monday to Friday, after which a gate that was not waited for is overdue. */
  readonly signOffWorkingDays: Sourced<number>
  /** More emergencies of one solution than this within `countedDays` are told. */
  readonly many: Sourced<number>
  readonly countedDays: Sourced<number>
  /** Promotions that go on although something is overdue for their solution and stage. */
  readonly goOnOverdue: Sourced<readonly ('release' | 'emergency' | 'hotfix' | 'recovery')[]>
}

/**
 * What is never among the gates that are not waited for: the checks, settings, the look at the target, source control, the stage before,
 * another person's approval, the word of data owners, the way back (REL-08), code review, tests and security.
 */
export const shippedEmergencies: EmergencyPolicy = {
  mayDeclare: ours(
    ['solution-owner', 'release-manager'],
    'REL-12: who may accelerate is set beforehand; ours: whoever answers for the solution or runs releases',
  ),
  notWaitedFor: ours(
    ['review-window', 'soak', 'cab', 'uat', 'test-lead'],
    'REL-12: skipped gates still run afterwards, out of band; which ones is ours: those of a hotfix, and the time in the stage before',
  ),
  never: ours(
    [
      'checks',
      'settings',
      'preflight',
      'source-control',
      'previous-stage',
      'version-rises',
      'recovery',
      'losses',
      'validation',
      'approval',
      'emergency',
    ],
    'REL-08 for the way back and validation; ours for the rest: what fails or does harm whatever the hurry, and the word of another person (PIP-10)',
  ),
  secondPeople: ours(1, 'PIP-06: emergency approval with documented exception; that it is one person besides the approver is ours'),
  expiresAfterHours: ours(24, 'ours: what can wait longer than a day is no emergency (FSI-AgentGov 2.3 counts its clocks in hours)'),
  passesWindows: ours(true, 'ours: harm that is being done does not wait for the next window (as a recovery does not)'),
  passesFreezes: ours(false, 'ours: a freeze was decided for the business; whoever declared it lifts it'),
  signOffWorkingDays: stated(5, 'REL-12: with a deadline, 5 working days'),
  many: ours(2, 'W-ENA: repeated exceptions mean that the rule is wrong; that more than two in a quarter do is ours'),
  countedDays: ours(90, 'ours: a quarter, as other reviews (W-LIF)'),
  goOnOverdue: ours(
    ['hotfix', 'recovery'],
    'REL-12: skipped gates are made up for; ours: until then nothing but what mends production goes the same way',
  ),
}
