import type { Instant, LedgerEvent, NewEvent, PersonId, ReleaseId, Version } from '#domain/kernel'
import type { ConnectorTier } from '#domain/policy'
import type { Tier } from '#domain/solution'

/** Names of what was found: as many as are told, and how many there are. */
export interface Named {
  readonly count: number
  /** The first of them. */
  readonly names: readonly string[]
}

/** What the file of a solution says by itself of how much rigour it needs. */
export interface SolutionReading {
  /** Connectors of flows and apps by name in lower case, without `shared_`. */
  readonly connectors: readonly {
    readonly name: string
    /** What the solution itself says of it: custom ones are carried or named so, canvas apps tell the class of theirs; absent: it does not say. */
    readonly told?: ConnectorTier
  }[]
  readonly code: Named
  readonly scripts: Named
  /** AI models and agents that it carries, and what of it asks AI. */
  readonly ai: Named
  /** Flows and apps of which nobody could read whether they ask AI; absent in readings from before that was read. */
  readonly unreadFormulas?: Named
  readonly exposure: readonly { readonly how: 'external' | 'anonymous'; readonly what: string }[]
  /** Tables that are not its publisher's. */
  readonly foreignTables: Named
  /** Those of them that were added with all of their parts (STR-05). */
  readonly wholeForeignTables: Named
  readonly apps: Named
  /** What is no table and no part of one. */
  readonly beyondTables: Named
  /** Display names of its security roles. */
  readonly roles: readonly string[]
  readonly description?: string
}

/** What the last observation of its environments says of how it is used; absent parts were not observed. */
export interface SolutionUse {
  readonly observedAt?: Instant
  /** The environment that it was seen in. */
  readonly where?: string
  /** People who hold one of its roles; nobody is counted twice. */
  readonly users?: number
  /** Tables that other solutions hold, too. */
  readonly sharedTables?: Named
  /** Solutions that need it: those that say so in their releases, and those that were seen on top of its components. */
  readonly dependants?: readonly string[]
}

export interface AnswerGiven {
  readonly question: string
  readonly answer: string
  readonly by: PersonId
  readonly at: Instant
  readonly comment: string
}

/** One question as it counts towards the tier. */
export interface WeighedAnswer {
  readonly question: string
  readonly text: string
  /** Where the answer that counts comes from; `unknown`: nobody has said it and nothing shows it, so that it weighs nothing and is told. */
  readonly from: 'read' | 'answered' | 'unknown'
  readonly answer: string | undefined
  /** The answer in words; of an unknown one what is missing. */
  readonly said: string
  readonly weight: number
  readonly floor: Tier | undefined
  /** What shows it: names of components, or who answered and when. */
  readonly evidence: readonly string[]
  /** Whether the owner may answer it. */
  readonly isForOwner: boolean
  /** Where the question and its weights come from. */
  readonly source: string
}

/** The tier that the known answers give. */
export interface TierAssessment {
  readonly answers: readonly WeighedAnswer[]
  readonly score: number
  readonly tier: Tier
  /** What gives it: the answers whose floor it is, or the score that reaches it. */
  readonly why: readonly string[]
  /** How many questions are open: with those the tier can only be higher. */
  readonly open: number
}

/** A higher tier than the one in force, with what speaks for it. */
export interface TierProposal {
  readonly tier: Tier
  /** The tier in drover.yaml when it was proposed. */
  readonly configured: Tier
  readonly score: number
  readonly why: readonly string[]
  readonly answers: readonly WeighedAnswer[]
  readonly open: number
  /** The release that it was made for. */
  readonly releaseId: ReleaseId
  readonly version: Version
  readonly at: Instant
}

/** A person's word on a proposal. */
export interface TierDecision {
  /** The tier that is to hold. */
  readonly tier: Tier
  /** The tier that was proposed. */
  readonly against: Tier
  readonly reason: string
  readonly by: PersonId
  /** The first of two people, where it took two. */
  readonly proposedBy?: PersonId
  readonly at: Instant
  /** Of a lower tier than what is known gives: until when it is kept. */
  readonly until?: Instant
  /** The release that was judged; absent: the newest of then. */
  readonly releaseId?: ReleaseId
}

/** A word that waits for that of a second person. */
export interface TierWord {
  readonly tier: Tier
  readonly against: Tier
  readonly until?: Instant
  readonly releaseId?: ReleaseId
  readonly reason: string
  readonly by: PersonId
  readonly at: Instant
}

/** What the ledger knows of the tier of a solution. Its stream is `solution/<unique name in lower case>`. */
export interface TierRecord {
  /** The newest answer to each question. */
  readonly answers: readonly AnswerGiven[]
  /** Answers that others replaced, newest first. */
  readonly earlierAnswers: readonly AnswerGiven[]
  /** What the newest release that was looked at says; undefined before the first. */
  readonly reading:
    | { readonly releaseId: ReleaseId; readonly version: Version; readonly reading: SolutionReading; readonly at: Instant }
    | undefined
  /** The newest proposal; it stands until the tier in drover.yaml reaches it. */
  readonly proposal: TierProposal | undefined
  /** The newest word on that proposal; absent while nobody has decided. */
  readonly decision: TierDecision | undefined
  readonly word: TierWord | undefined
  /** Earlier proposals and decisions, newest first (TIER-11). */
  readonly history: readonly (
    | { readonly kind: 'proposed'; readonly proposal: Omit<TierProposal, 'answers'> }
    | { readonly kind: 'decided'; readonly decision: TierDecision }
  )[]
}

interface TierEventData {
  'tier-answered': { readonly question: string; readonly answer: string; readonly comment: string }
  'tier-read': { readonly releaseId: ReleaseId; readonly version: Version; readonly reading: SolutionReading }
  'tier-proposed': { readonly proposal: Omit<TierProposal, 'at'> }
  'tier-decision-proposed': Omit<TierWord, 'by' | 'at'>
  'tier-decided': Omit<TierDecision, 'by' | 'at'>
}

export type TierEventType = keyof TierEventData
export type TierEvent = { readonly [T in TierEventType]: LedgerEvent<T, TierEventData[T]> }[TierEventType]
export type NewTierEvent = { readonly [T in TierEventType]: NewEvent<T, TierEventData[T]> }[TierEventType]

/** The stream of what is decided about a solution: its tier and its structure. */
export function solutionStream(solution: string): string {
  return `solution/${solution.toLowerCase()}`
}
