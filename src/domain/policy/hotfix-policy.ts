import type { Role } from '#domain/people'
import type { GateKind } from '#domain/pipeline'
import type { Sourced } from './sourced.ts'
import { ours } from './sourced.ts'

/** How production is serviced while the next release is made. */
export interface HotfixPolicy {
  /** Roles of whom one is enough to start a hotfix, prepare a release of it, bring it back into main, or abandon it. */
  readonly mayService: Sourced<readonly Role[]>
  /** Gates that a hotfix does not wait for on its way into production. Those that people open are owed afterwards. */
  readonly notWaitedFor: Sourced<readonly GateKind[]>
  /** Working days, Monday to Friday, after which a sign-off that was not waited for is overdue. */
  readonly signOffWorkingDays: Sourced<number>
}

/**
 * What is never among the gates that are not waited for: the checks, another person's approval, the word of data owners, the way back
 * (REL-08), code review and security.
 */
export const hotfixPolicy: HotfixPolicy = {
  mayService: ours(
    ['maker', 'solution-owner', 'release-manager', 'platform-admin'],
    'REL-12: who may accelerate is set beforehand; ours: those who may ask for promotions (ROL-03)',
  ),
  notWaitedFor: ours(
    ['review-window', 'soak', 'cab', 'uat', 'test-lead'],
    'PIP-06: emergency approval with documented exception; REL-12: skipped gates still run afterwards, out of band; which ones is ours: those that take days and can be made up for',
  ),
  signOffWorkingDays: ours(5, 'REL-12 asks for a deadline; 5 working days are ours: a week is what a board takes to meet'),
}
