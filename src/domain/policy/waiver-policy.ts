import type { Role } from '#domain/people'
import type { ConditionKind, MachineGateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

/** Who may except what from a rule, and for how long. */
export interface WaiverPolicy {
  /** Roles of whom one is enough to ask for a waiver. */
  readonly mayAsk: Sourced<readonly Role[]>
  /** Roles of whom one is enough to approve that findings of a check rule do not block. */
  readonly findingApprovers: Sourced<readonly Role[]>
  /** The same for gates of machines that are closed because something is not known or not there; a gate that is not among them cannot be waived. */
  readonly gateApprovers: Readonly<Partial<Record<MachineGateKind, Sourced<readonly Role[]>>>>
  /** What nobody can waive, whoever is named to approve it. */
  readonly never: Sourced<readonly (ConditionKind | 'seal' | 'separation-of-duties')[]>
  /** The longest time for which a waiver may hold, in days. */
  readonly longestDays: Readonly<Record<Tier, Sourced<number>>>
  /** From so many waivers of one rule on a change of the rule is proposed. */
  readonly repeats: Sourced<number>
}

const above = 'REL-14: an approver above the requester; ours: whoever answers for the environment or for security, none of whom asks'
const length = 'REL-14 asks for an expiry; ours: the higher the tier, the sooner somebody says again that it is needed'

export const shippedWaivers: WaiverPolicy = {
  mayAsk: ours(
    ['maker', 'solution-owner', 'release-manager'],
    'ours: those who bring a release on its way (after ROL-03); the roles that approve waivers are above these',
  ),
  findingApprovers: ours(['security', 'environment-owner'], above),
  gateApprovers: {
    checks: ours(['security', 'environment-owner'], above),
    'source-control': ours(['environment-owner'], above),
    preflight: ours(
      ['environment-owner'],
      `${above}; of what nobody can tell of a plan alone: what is known to close the way stays closed`,
    ),
    soak: ours(['environment-owner'], above),
    'review-window': ours(['environment-owner'], above),
  },
  never: stated(
    ['recovery', 'validation', 'losses', 'previous-stage', 'version-rises', 'settings', 'in-force', 'seal', 'separation-of-duties'],
    'REL-08: a tested way back and validation are never waived; PIP-01, PIP-02, ROL-07: nor are the order of stages, the sealed bytes and the separation of duties',
  ),
  longestDays: { 1: ours(180, length), 2: ours(90, length), 3: ours(30, length), 4: ours(14, length) },
  repeats: ours(3, 'W-ENA: repeated exceptions mean that the rule is wrong; that three of them do is ours'),
}
