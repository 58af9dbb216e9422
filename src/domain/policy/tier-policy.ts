import type { BuilderLevel, Role } from '#domain/people'
import type { Tier } from '#domain/solution'
import type { Sourced } from './sourced.ts'
import { ours, stated } from './sourced.ts'
import { knownConnectors } from './known-connectors.ts'

/** How connectors are classed by what they cost and demand; `custom`: made by somebody for their own use. */
export type ConnectorTier = 'standard' | 'premium' | 'custom'

/** One answer that a question takes, with what it weighs. */
export interface TierAnswerOption {
  readonly answer: string
  readonly text: string
  /** Added to the score; never below 0, so that an answer never lowers it. */
  readonly weight: number
  /** The lowest tier that a solution may have of which this is said; absent: it only weighs. */
  readonly floor?: Tier
}

/** A question of which the tier of a solution is made. */
export interface TierQuestion {
  readonly id: string
  readonly text: string
  /** `read`: Drover reads it from releases and observations; `answered`: its owner says it; `either`: both, of which the heavier counts. */
  readonly from: 'read' | 'answered' | 'either'
  /** From the lightest to the heaviest. */
  readonly answers: readonly TierAnswerOption[]
}

/** How the tier of a solution is scored, and who decides on it. */
export interface TierScoring {
  readonly questions: readonly Sourced<TierQuestion>[]
  /** The score from which on a solution is of the tier. */
  readonly thresholds: Sourced<Readonly<Record<2 | 3 | 4, number>>>
  /** Name of a connector in lower case, without `shared_` → its class; one that is not among them is unknown. */
  readonly connectors: Sourced<Readonly<Record<string, Exclude<ConnectorTier, 'custom'>>>>
  /** Roles of whom one is enough to answer; the owner of the solution always may. */
  readonly mayAnswer: Sourced<readonly Role[]>
  /** Roles of whom one is needed to decide on a proposal. */
  readonly mayDecide: Sourced<readonly Role[]>
  /** How many people it takes to keep a lower tier than the proposed one. */
  readonly peopleForLower: Sourced<number>
  /** The longest for which a lower tier is kept by one decision, in days. */
  readonly lowerForDays: Sourced<number>
  /** The highest tier that a person of this level may own. */
  readonly mayOwn: Sourced<Readonly<Record<BuilderLevel, Tier>>>
  /** From which tier on somebody stands in for the owner. */
  readonly backupOwnerFrom: Sourced<Tier>
}

const scoring = 'requirements §6, tier scoring questions'

const questions: readonly Sourced<TierQuestion>[] = [
  stated(
    {
      id: 'data-class',
      text: 'What is the most sensitive data that it holds or reaches?',
      from: 'answered',
      answers: [
        { answer: 'public', text: 'public', weight: 0, floor: 1 },
        { answer: 'internal', text: 'of a department or the company', weight: 0, floor: 2 },
        { answer: 'confidential', text: 'personal, financial or otherwise confidential', weight: 0, floor: 3 },
        { answer: 'regulated', text: 'health data or otherwise regulated', weight: 0, floor: 4 },
      ],
    },
    `${scoring}: highest single answer wins for data class; TIER-06: department data, personal or financial data; which tier each gives is ours`,
  ),
  stated(
    {
      id: 'exposure',
      text: 'Who reaches it from outside of the company?',
      from: 'either',
      answers: [
        { answer: 'none', text: 'nobody', weight: 0, floor: 1 },
        { answer: 'external', text: 'customers or partners who sign in, or whoever knows an address', weight: 0, floor: 3 },
        { answer: 'anonymous', text: 'anybody, without signing in', weight: 0, floor: 4 },
      ],
    },
    `${scoring}: highest single answer wins for external exposure; TIER-06: customer-facing; which tier each gives is ours`,
  ),
  stated(
    {
      id: 'users',
      text: 'How many people use it?',
      from: 'either',
      answers: [
        { answer: '1', text: 'its maker alone', weight: 0 },
        { answer: '20', text: 'up to 20', weight: 1 },
        { answer: '500', text: 'up to 500', weight: 3 },
        { answer: 'more', text: 'more than 500', weight: 4 },
      ],
    },
    `${scoring}: 1 / ≤ 20 / ≤ 500 / above; TIER-06: shared beyond its creator; the weights are ours`,
  ),
  stated(
    {
      id: 'system-of-record',
      text: 'Does it write to a system of record?',
      from: 'answered',
      answers: [
        { answer: 'no', text: 'no', weight: 0 },
        { answer: 'yes', text: 'yes', weight: 2 },
      ],
    },
    `${scoring}; the weight is ours`,
  ),
  stated(
    {
      id: 'connectors',
      text: 'Which connectors does it use?',
      from: 'read',
      answers: [
        { answer: 'standard', text: 'none, or standard ones', weight: 0 },
        { answer: 'premium', text: 'premium ones', weight: 1 },
        { answer: 'custom', text: 'custom ones', weight: 3, floor: 3 },
      ],
    },
    `${scoring}: standard, premium, custom; TIER-06: new external integration; TIER-08: a custom connector is no platform-native part; the weights are ours`,
  ),
  stated(
    {
      id: 'custom-code',
      text: 'Does it carry code?',
      from: 'read',
      answers: [
        { answer: 'none', text: 'none', weight: 0 },
        { answer: 'scripts', text: 'scripts of forms and pages', weight: 1 },
        { answer: 'code', text: 'plug-ins, custom APIs, code components or service endpoints', weight: 3, floor: 3 },
      ],
    },
    'TIER-06 and TIER-08: custom code is beyond tiers 1 and 2; that scripts of forms only weigh is ours: they act with the rights of whoever sits before them',
  ),
  stated(
    {
      id: 'ai',
      text: 'Does it have AI parts or agents?',
      from: 'read',
      answers: [
        { answer: 'none', text: 'none', weight: 0 },
        { answer: 'yes', text: 'AI models, prompts or agents', weight: 2 },
      ],
    },
    `${scoring}: AI; the weight is ours`,
  ),
  stated(
    {
      id: 'decides-about-people',
      text: 'Does it decide about people by itself?',
      from: 'answered',
      answers: [
        { answer: 'no', text: 'no', weight: 0 },
        { answer: 'yes', text: 'yes', weight: 4, floor: 3 },
      ],
    },
    `${scoring}: automated decisions about people; TIER-06: decisions on customers; weight and tier are ours`,
  ),
  stated(
    {
      id: 'outage',
      text: 'How long may it be out of order?',
      from: 'answered',
      answers: [
        { answer: 'noncritical', text: 'noncritical: an answer within 4 to 8 hours', weight: 0 },
        { answer: 'high', text: 'high: within 1 to 4 hours', weight: 3 },
        { answer: 'critical', text: 'critical: within 60 minutes, day and night', weight: 6, floor: 3 },
      ],
    },
    `${scoring}: noncritical 4–8 h, high 1–4 h, critical < 60 min (ALM accelerator, maturity); TIER-06: business impact critical; weights and tier are ours`,
  ),
  ours(
    {
      id: 'shared-tables',
      text: 'Does it share tables with other solutions?',
      from: 'read',
      answers: [
        { answer: 'no', text: 'no', weight: 0 },
        { answer: 'yes', text: 'yes', weight: 1 },
      ],
    },
    'what it changes in a table of others, others meet',
  ),
  stated(
    {
      id: 'dependants',
      text: 'How many solutions need it?',
      from: 'read',
      answers: [
        { answer: 'none', text: 'none', weight: 0 },
        { answer: 'some', text: 'one or two', weight: 1 },
        { answer: 'many', text: 'three or more', weight: 3 },
      ],
    },
    `${scoring}: number of dependants; weights and numbers are ours`,
  ),
  stated(
    {
      id: 'reach',
      text: 'Is it used across departments?',
      from: 'answered',
      answers: [
        { answer: 'no', text: 'no', weight: 0 },
        { answer: 'yes', text: 'yes', weight: 2 },
      ],
    },
    `${scoring}: cross-department reach; the weight is ours`,
  ),
  stated(
    {
      id: 'retention',
      text: 'Must its data be kept by law?',
      from: 'answered',
      answers: [
        { answer: 'no', text: 'no', weight: 0 },
        { answer: 'yes', text: 'yes', weight: 2 },
      ],
    },
    `${scoring}: legal retention; the weight is ours`,
  ),
]

export const shippedTierScoring: TierScoring = {
  questions,
  thresholds: ours(
    { 2: 3, 3: 8, 4: 14 },
    'TIER-02 and TIER-09 ask for objective criteria and give no number: Tier 2 is what two everyday answers reach, Tier 3 what users and integration together reach, Tier 4 what an outage of a widely used system reaches',
  ),
  connectors: ours(
    knownConnectors,
    "after Microsoft's connector reference, which changes; canvas apps say it of theirs by themselves; what is not listed is unknown, never standard",
  ),
  mayAnswer: ours(
    ['platform-admin'],
    "TIER-01: the centre sees to it that every solution has its tier; ROL-05: its owner knows the solution's use",
  ),
  mayDecide: ours(['platform-admin'], 'TIER-11: the same authority as for a tier in drover.yaml'),
  peopleForLower: ours(2, 'TIER-11: as a configuration that lowers a tier, which takes two people'),
  lowerForDays: ours(90, 'TIER-11 gives no number; a quarter, as Tier 4 is recertified'),
  mayOwn: ours(
    { citizen: 2, advanced: 3, professional: 4 },
    'TIER-10: a builder may own only up to a ceiling (citizen, advanced maker, professional); TIER-03: what a team of business and IT builds begins at Tier 3',
  ),
  backupOwnerFrom: ours(2, 'ROL-01: backup owner for tier 2 and above'),
}
