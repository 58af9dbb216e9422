import type { GateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

/** What a tier asks of the way back from a promotion into a pet, before it may begin. */
export type RecoveryDemand =
  | { readonly kind: 'none' }
  /** A way that can be gone is written down. */
  | { readonly kind: 'documented' }
  /** And was gone for practice: within so many days, or with the major version that goes in. */
  | { readonly kind: 'rehearsed'; readonly within: number | 'major' }

/** What is asked of a promotion that returns a stage to a known good state. */
export interface RecoveryPolicy {
  /** The gates of a stage that a recovery passes; the others are not asked of it. */
  readonly gates: Sourced<readonly GateKind[]>
  /** The same where others brought what it goes back to: nobody here has tested or approved what the release holds. */
  readonly gatesOfOthers: Sourced<readonly GateKind[]>
  /** How many different people take part in one that goes into a pet, the requester among them. */
  readonly distinctPeople: Sourced<number>
  /** Whether an upgrade that destroys data waits in a migration window, where the tier has one. */
  readonly stagesUpgrades: Sourced<boolean>
}

const matrix = 'gate × tier matrix: Rollback plan tested'

/** By tier: none, documented, documented and rehearsed yearly, rehearsed per major release. */
export const shippedRecoveryDemands: Readonly<Record<Tier, Sourced<RecoveryDemand>>> = {
  1: stated({ kind: 'none' }, `${matrix}, Tier 1`),
  2: stated({ kind: 'documented' }, `${matrix}, Tier 2; RDY-09`),
  3: ours({ kind: 'rehearsed', within: 365 }, `${matrix}, Tier 3: yearly; REL-08: a tested way back is never waived; the interval is ours`),
  4: ours(
    { kind: 'rehearsed', within: 'major' },
    `${matrix}, Tier 4: per major release; REL-08: a tested way back is never waived; the interval is ours`,
  ),
}

export const shippedRecoveries: RecoveryPolicy = {
  gates: ours(
    ['settings', 'preflight', 'losses', 'approval'],
    'ours: what goes back ran there before, and passed every other gate then; tests, sign-offs, review and change windows would only hold up the end of an incident (the rollback clock of FSI-AgentGov 2.3 asks for hours)',
  ),
  gatesOfOthers: ours(
    [
      ...(['checks', 'source-control', 'settings', 'preflight', 'losses', 'review', 'automated-tests'] as const),
      ...(['uat', 'test-lead', 'security', 'cab', 'approval'] as const),
    ],
    'ours: a version that equals the one which others brought proves no content, so the release passes what a release passes but for waiting, rising, and the stage before, which holds a newer one',
  ),
  distinctPeople: ours(2, 'ours: nobody goes back alone (PIP-10); more people are not found within the rollback clock'),
  stagesUpgrades: ours(
    false,
    'ours: what going back destroys is acknowledged and saved; people in an incident wait for no migration window',
  ),
}
