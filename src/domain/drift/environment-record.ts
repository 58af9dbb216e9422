import type { Digest, EnvironmentId, Instant, LedgerEvent, NewEvent, PersonId, Refusal } from '#domain/kernel'
import type { Baseline, DispositionState, DriftAssessment, Tweak } from './drift.ts'
import type { UpgradeWorkRecord } from './upgrade-work.ts'

/** What the ledger knows of one environment: the document behind its page. Its stream is `environment/<lane>`. */
export interface EnvironmentRecord {
  readonly environmentId: EnvironmentId
  readonly lane: string
  readonly observed: { readonly digest: Digest; readonly at: Instant; readonly summary: ObservationSummary } | undefined
  readonly baseline: Baseline | undefined
  /** Those in force and those that ended, newest first. */
  readonly tweaks: readonly (Tweak & { readonly endedAt: Instant | undefined; readonly endedWhy: string | undefined })[]
  readonly drift: DriftAssessment | undefined
  /** Deviation id → how far its disposition is. */
  readonly dispositions: Readonly<Record<string, DispositionState>>
  /** Work on upgrades that others left behind, by its id. */
  readonly upgrades: Readonly<Record<string, UpgradeWorkRecord>>
  /** What people said of components that both sides of an unmanaged deployment changed, newest first; absent before the first. */
  readonly conflicts?: readonly ConflictDecision[]
  /** Whether Drover was told to block unmanaged changes, and by whom. */
  readonly protection: { readonly isOn: boolean; readonly by: PersonId; readonly at: Instant; readonly reason: string } | undefined
}

/** A person's word on one component that was changed in an environment and in a release. */
export interface ConflictDecision {
  readonly solution: string
  /** `kind:key`. */
  readonly component: string
  readonly choice: 'theirs' | 'ours'
  /** Names what both sides said then: when either says something else, the word is about something that is no more. */
  readonly seen: string
  readonly reason: string
  readonly by: PersonId
  readonly at: Instant
}

export interface ObservationSummary {
  readonly solutions: number
  readonly components: number
  readonly activeLayers: number
  readonly unseen: number
}

interface EnvironmentEventData {
  'environment-observed': {
    readonly environmentId: EnvironmentId
    readonly digest: Digest
    readonly observedAt: Instant
    readonly summary: ObservationSummary
  }
  'baseline-accepted': { readonly environmentId: EnvironmentId; readonly baseline: Baseline }
  /** Appended when the deviations differ from those of the assessment before. */
  'drift-assessed': { readonly assessment: DriftAssessment }
  'tweak-registered': { readonly environmentId: EnvironmentId; readonly tweak: Tweak }
  'tweak-ended': { readonly tweakId: string; readonly why: string }
  'disposition-changed': { readonly deviation: string; readonly disposition: DispositionState; readonly refusal?: Refusal }
  'upgrade-work-changed': { readonly work: UpgradeWorkRecord }
  /** Written before a start, and when something of it is learned; says nothing of the record itself. */
  'upgrade-work-recorded': { readonly workId: string; readonly state: string; readonly asyncOperationId?: string }
  'conflict-decided': { readonly environmentId: EnvironmentId; readonly decision: ConflictDecision }
  'protection-changed': { readonly environmentId: EnvironmentId; readonly isOn: boolean; readonly reason: string }
}

export type EnvironmentEventType = keyof EnvironmentEventData
export type NewEnvironmentEvent = { [T in EnvironmentEventType]: NewEvent<T, EnvironmentEventData[T]> }[EnvironmentEventType]
export type EnvironmentEvent = { [T in EnvironmentEventType]: LedgerEvent<T, EnvironmentEventData[T]> }[EnvironmentEventType]
