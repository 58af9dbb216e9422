import type { Role } from '#domain/people'
import type { PeopleGateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'

type ByTier<T> = Readonly<Record<Tier, Sourced<T>>>

/** What gates ask for beside a word: reports, hours in the stage before, and what is watched afterwards. */
export interface GatePolicy {
  /** A check run that takes longer is inconclusive, which opens nothing. */
  readonly checksWithinSeconds: Sourced<number>
  /** Gates of people that open only by a report of tests. */
  readonly openedByReport: Sourced<readonly PeopleGateKind[]>
  /** Hours that an artifact must have run in the stage before, without an incident there, before it goes into a pet. */
  readonly soakHours: ByTier<number>
  /** Hours after a promotion into a pet in which it is watched. */
  readonly watchHours: ByTier<number>
  /** Hours after the end of the watch within which somebody says whether it went well. */
  readonly validatedWithinHours: Sourced<number>
  /** Days after a promotion into a pet at which it is looked at again; 0: not at all. */
  readonly reviewAfterDays: ByTier<number>
  /** Whether it must be named where a solution is watched, before it goes into a pet. */
  readonly monitoring: ByTier<'not-asked' | 'advised' | 'required'>
  /** Roles of whom one is enough to say that a promotion was validated. */
  readonly mayValidate: Sourced<readonly Role[]>
  /** Whether somebody else than the requester must say that it went well. */
  readonly validatedByOther: ByTier<boolean>
  /** What it takes to go into a pet with something of the plan that nobody could tell. */
  readonly unknownIntoPet: ByTier<UnknownWord>
  /** The same for every other environment. */
  readonly unknownElsewhere: ByTier<UnknownWord>
  /** The same for what services or mends production, wherever it goes: a recovery, a hotfix, an emergency. */
  readonly unknownWhenUrgent: Sourced<UnknownWord>
}

/** Who answers for what nobody can tell: one named person who decides there, or somebody above them by a waiver with a measure and an end. */
export type UnknownWord = 'acknowledged' | 'waived'

const soak = 'PIP-20, Azure Well-Architected, safe deployments: bake time of hours to days, growing'
const watch = 'REL-11, FSI-AgentGov: watched for 24 to 48 h after deployment'
const monitoring = 'RDY-11: a telemetry link from Tier 2 on'
const unknown = 'unsure is no pass: it blocks or is waived by name (PIP-08, REL-14)'
const acknowledgedUnknown = ours<UnknownWord>(
  'acknowledged',
  `${unknown}; ours: where a team depends on it, the word of one who decides there is enough`,
)
const waivedUnknown = ours<UnknownWord>('waived', `${unknown}; ours: where many depend on it, somebody above, with a measure and an end`)
const elsewhereUnknown = ours<UnknownWord>(
  'acknowledged',
  `${unknown}; ours: what goes wrong in an environment that can be rebuilt is found there`,
)
const validators = 'REL-06: the release manager decides whether it went well'

export const gatePolicy: GatePolicy = {
  checksWithinSeconds: ours(600, 'ours: the largest real solutions that were tried take seconds; what takes ten minutes hangs'),
  openedByReport: stated(['automated-tests'], 'REL-02: green on this hash; red, stale or missing blocks'),
  soakHours: {
    1: ours(0, `${soak}; ours: Tier 1 enters no pet`),
    2: ours(0, `${soak}; ours: none where only a team depends on it`),
    3: ours(24, `${soak}; ours: one working day of the test stage`),
    4: ours(48, `${soak}; ours: as long as the review window of FSI-AgentGov`),
  },
  watchHours: {
    1: ours(0, `${watch}; ours: Tier 1 enters no pet`),
    2: ours(0, `${watch}; ours: none where only a team depends on it`),
    3: stated(24, watch),
    4: stated(48, watch),
  },
  validatedWithinHours: ours(24, 'ours: one day after its end nobody remembers what was watched (REL-06 names none)'),
  reviewAfterDays: {
    1: ours(0, 'ours: REL-11 asks it of the top tier alone'),
    2: ours(0, 'ours: REL-11 asks it of the top tier alone'),
    3: ours(0, 'ours: REL-11 asks it of the top tier alone'),
    4: stated(30, 'REL-11, FSI-AgentGov: review at 30 days for the top tier'),
  },
  monitoring: {
    1: ours('not-asked', `${monitoring}; ours: Tier 1 enters no pet`),
    2: ours('advised', `${monitoring}; ours: advice there, and a demand from Tier 3 on`),
    3: stated('required', monitoring),
    4: stated('required', monitoring),
  },
  mayValidate: ours(['release-manager', 'test-lead', 'solution-owner'], `${validators}; ours: those who can tell besides`),
  validatedByOther: {
    1: ours(false, 'ours: after the distinct persons of the gate × tier matrix'),
    2: ours(false, 'ours: after the distinct persons of the gate × tier matrix'),
    3: ours(true, 'ours: after the distinct persons of the gate × tier matrix, from Tier 3 on (ROL-07)'),
    4: ours(true, 'ours: after the distinct persons of the gate × tier matrix, from Tier 3 on (ROL-07)'),
  },
  unknownIntoPet: { 1: acknowledgedUnknown, 2: acknowledgedUnknown, 3: waivedUnknown, 4: waivedUnknown },
  unknownElsewhere: { 1: elsewhereUnknown, 2: elsewhereUnknown, 3: elsewhereUnknown, 4: elsewhereUnknown },
  unknownWhenUrgent: ours(
    'acknowledged',
    `${unknown}; ours: production that waits for help waits for no waiver, and somebody answers for it all the same`,
  ),
}
