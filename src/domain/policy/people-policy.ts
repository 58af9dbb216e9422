import type { Role } from '#domain/people'
import type { PeopleGateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

/** What is asked of people, of software that acts beside them, and of those who stand in for somebody. */
export interface PeoplePolicy {
  /** The only roles that software may have. */
  readonly serviceRoles: Sourced<readonly Role[]>
  /** The only gates that software may decide at. */
  readonly serviceGates: Sourced<readonly PeopleGateKind[]>
  /** Gates that whoever made the release may not decide, whoever asks for its promotion (ROL-07). */
  readonly creatorDecidesNot: Readonly<Record<Tier, Sourced<readonly PeopleGateKind[]>>>
  /** The longest time for which one person stands in for another, in days. */
  readonly delegationDays: Sourced<number>
  /** Roles that are privileged: that somebody still needs them is certified again and again (ROL-08). */
  readonly certifiedRoles: Sourced<readonly Role[]>
  /** Days after which that is due. */
  readonly certifiedDays: Sourced<number>
  /** Days for which a privileged role still counts at gates of the tier while it waits to be certified; then it opens none. */
  readonly uncertifiedDays: Readonly<Record<Tier, Sourced<number>>>
  /** The longest time for which somebody has a role with an end, in hours from when it is asked for (ROL-08). */
  readonly timedGrantHours: Sourced<number>
  /** How many people it takes to name a deputy for somebody who is absent and cannot do so. */
  readonly absencePeople: Sourced<number>
  /**
   * Hours after which an undecided request is told to others too, and to whom (ROL-04). Those of them who have a role that fits the gate may then
   * answer in the place of whom it names.
   */
  readonly escalation: Readonly<Record<PeopleGateKind, { readonly afterHours: Sourced<number>; readonly to: Sourced<readonly Role[]> }>>
}

const unclosed = 'ours: ROL-08 recertifies each quarter and does not say what follows when nobody does; the stricter the tier, the sooner'
const matrix = 'gate × tier matrix: Distinct persons'
const fsi = 'FSI-AgentGov 2.8'

export const shippedPeople: PeoplePolicy = {
  serviceRoles: ours(
    ['maker', 'test-lead'],
    'ours: software asks for promotions and reports tests; whoever answers for something is a person',
  ),
  serviceGates: ours(
    ['automated-tests'],
    'ours: a report of tests is what software can say of itself; every other gate asks for judgement',
  ),
  creatorDecidesNot: {
    1: stated([], `${matrix}, Tier 1: one person`),
    2: stated(['approval'], `${matrix}, Tier 2: creator ≠ approver (${fsi}); ROL-07`),
    3: ours(['approval', 'review'], `ours: ${matrix}, Tier 3 says three, which are creator, reviewer and approver; ROL-07`),
    4: stated(['approval', 'review', 'cab'], `${matrix}, Tier 4: creator, reviewer, approver and deployer all differ (${fsi}); ROL-07`),
  },
  delegationDays: ours(60, 'ours: as long as a long holiday; who is away for longer is replaced in the configuration (ROL-09)'),
  certifiedRoles: ours(
    ['platform-admin', 'environment-owner', 'release-manager', 'approver', 'security', 'cab'],
    'ROL-08: privileged rights; which ones is ours: those that change the rules, or open the way into production',
  ),
  certifiedDays: stated(90, `ROL-08: quarterly recertified (${fsi}: access recertification quarterly)`),
  uncertifiedDays: {
    1: ours(365, unclosed),
    2: ours(90, unclosed),
    3: ours(30, unclosed),
    4: ours(14, unclosed),
  },
  timedGrantHours: ours(
    8,
    'ours: ROL-08 asks for just-in-time rights and gives no number; the longest activation of Entra roles (learn.microsoft.com/graph/api/resources/privilegedidentitymanagementv3-overview)',
  ),
  absencePeople: ours(2, 'ours: whoever names the deputy of another alone could name themselves (after ROL-07)'),
  escalation: {
    approval: limit(24, ['release-manager', 'environment-owner']),
    review: limit(24, ['release-manager', 'reviewer']),
    'automated-tests': limit(24, ['release-manager', 'test-lead']),
    uat: limit(48, ['release-manager', 'solution-owner']),
    'test-lead': limit(24, ['release-manager', 'test-lead']),
    security: limit(48, ['release-manager', 'platform-admin', 'security']),
    cab: limit(48, ['platform-admin', 'cab']),
    emergency: limit(1, ['platform-admin']),
  },
}

function limit(hours: number, roles: readonly Role[]): PeoplePolicy['escalation'][PeopleGateKind] {
  return {
    afterHours: ours(hours, 'ours: ROL-04 asks for a time limit per kind of decision and gives no number; well before a request lapses'),
    to: ours(
      roles,
      'ours: ROL-04 asks for a path; those who can have somebody else decide are told, and who owns what is above (ROL-01) or has the same craft may answer',
    ),
  }
}
