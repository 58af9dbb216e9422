import type { Instant, LedgerEvent, NewEvent, PersonId, ReleaseId } from '#domain/kernel'
import type { CompletionItemId, StructureQuestionId } from '#domain/policy'

/** What was decided on one question of how a solution is cut and moved. */
export interface StructureDecision {
  readonly question: StructureQuestionId
  readonly answer: string
  readonly reason: string
  readonly by: PersonId
  readonly at: Instant
}

export interface StructureRecord {
  /** The newest decision on each question. */
  readonly decisions: readonly StructureDecision[]
  /** Decisions that others replaced, newest first. */
  readonly earlier: readonly StructureDecision[]
  /** What is new in releases of it, newest first. */
  readonly notes: readonly ReleaseNote[]
}

/** What is new in a release, as somebody who answers for its solution wrote it; not part of what was sealed. */
export interface ReleaseNote {
  readonly releaseId: ReleaseId
  readonly text: string
  readonly by: PersonId
  readonly at: Instant
}

interface StructureEventData {
  'structure-decided': Omit<StructureDecision, 'by' | 'at'>
  'release-noted': Omit<ReleaseNote, 'by' | 'at'>
}

export type StructureEventType = keyof StructureEventData
export type StructureEvent = { readonly [T in StructureEventType]: LedgerEvent<T, StructureEventData[T]> }[StructureEventType]
export type NewStructureEvent = { readonly [T in StructureEventType]: NewEvent<T, StructureEventData[T]> }[StructureEventType]

/** One question with what was decided, held against what is there. */
export interface CheckedStructure {
  readonly question: StructureQuestionId
  readonly text: string
  readonly answers: readonly string[]
  readonly decision: StructureDecision | undefined
  /** Whether it has to be decided at the tier in force. */
  readonly isDemanded: boolean
  /** What is there and fits, in words; empty where nothing could be looked at. */
  readonly seen: readonly string[]
  /** Where what is there differs from what was decided, or from what the rules ask whatever was decided. */
  readonly deviations: readonly string[]
  readonly source: string
}

/** Whether an environment is to be a Managed Environment, and why (TOP-07, TOP-08). */
export interface ManagedAdvice {
  readonly environment: string
  readonly shouldBeManaged: boolean
  readonly why: readonly string[]
  /** Undefined: the administration of the tenant was not asked, or did not say. */
  readonly isManaged: boolean | undefined
  /** Of the Default environment where policy keeps the solution out of it (C3). */
  readonly deviation?: string
}

/** One item of "solution complete": what proves it, who says it, or what to do. */
export interface CompletionStatus {
  readonly id: CompletionItemId
  readonly text: string
  readonly state: 'proved' | 'attested' | 'missing'
  /** Missing and not demanded at this tier. */
  readonly isAdvice: boolean
  readonly by: string
  /** Of a missing one: what to do. */
  readonly next?: string
  readonly source: string
}
