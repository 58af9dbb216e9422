import type { Rehearsal, RestorePoint } from '#domain/environment'
import type { Digest, EnvironmentId, Instant, LedgerEvent, NewEvent, PersonId, Refusal } from '#domain/kernel'
import type { ChangeRequest, ChangeRequestEventData } from './change-request.ts'
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
  /** What owners are asked to take into their source, newest first, with those that ended; absent before the first. */
  readonly changeRequests?: readonly ChangeRequest[]
  /** Work on upgrades that others left behind, by its id. */
  readonly upgrades: Readonly<Record<string, UpgradeWorkRecord>>
  /** What people said of components that both sides of an unmanaged deployment changed, newest first; absent before the first. */
  readonly conflicts?: readonly ConflictDecision[]
  /** Restore points that Drover took or was told of, newest first; absent before the first. */
  readonly restorePoints?: readonly RecordedRestorePoint[]
  /** Solutions of which nothing but a recovery goes in until somebody resumes; absent: none ever. */
  readonly holds?: readonly StageHold[]
  /** Recoveries gone for practice or in earnest, newest first; absent: none. */
  readonly rehearsals?: readonly Rehearsal[]
  /** What people wrote into its biography, newest first; absent: nothing. */
  readonly incidents?: readonly Incident[]
  /** Whether Drover was told to block unmanaged changes, and by whom. */
  readonly protection: { readonly isOn: boolean; readonly by: PersonId; readonly at: Instant; readonly reason: string } | undefined
}

export interface RecordedRestorePoint extends RestorePoint {
  readonly recordedAt: Instant
  /** The promotion that it was taken before, where it was one. */
  readonly promotionId?: string
}

/** A place is held for one solution: what went wrong is looked at before anything but a recovery goes in. */
export interface StageHold {
  readonly solution: string
  readonly promotionId: string
  readonly reason: string
  readonly since: Instant
  /** Absent while it holds. */
  readonly resumed?: { readonly by: PersonId; readonly at: Instant; readonly reason: string }
}

/** Something that happened to an environment and that people want to remember (PET-15). */
export interface Incident {
  readonly id: string
  readonly at: Instant
  readonly by: PersonId
  readonly text: string
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

interface EnvironmentEventData extends ChangeRequestEventData {
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
  'restore-point-recorded': { readonly environmentId: EnvironmentId; readonly restorePoint: RestorePoint; readonly promotionId?: string }
  'stage-held': { readonly environmentId: EnvironmentId; readonly solution: string; readonly promotionId: string; readonly reason: string }
  /** With a promotion: only the hold that it caused ends. */
  'stage-resumed': {
    readonly environmentId: EnvironmentId
    readonly solution: string
    readonly reason: string
    readonly promotionId?: string
  }
  'recovery-rehearsed': { readonly environmentId: EnvironmentId; readonly rehearsal: Rehearsal }
  'incident-recorded': { readonly environmentId: EnvironmentId; readonly incident: Incident }
  'protection-changed': { readonly environmentId: EnvironmentId; readonly isOn: boolean; readonly reason: string }
}

export type EnvironmentEventType = keyof EnvironmentEventData
export type NewEnvironmentEvent = { [T in EnvironmentEventType]: NewEvent<T, EnvironmentEventData[T]> }[EnvironmentEventType]
export type EnvironmentEvent = { [T in EnvironmentEventType]: LedgerEvent<T, EnvironmentEventData[T]> }[EnvironmentEventType]
