import type { RecoveryWayKind, Rehearsal, RestorePoint } from '#domain/environment'
import type { Digest, EnvironmentId, Instant, PromotionId, Reason, ReleaseId, Version } from '#domain/kernel'
import type { Certainty, PlannedLoss, RescueItem } from '#domain/plan'

/** A release that ran in a place and may be gone back to. */
export interface KnownGood {
  readonly releaseId: ReleaseId
  /** What brought it; undefined where others did, and a release of the store has that version. */
  readonly promotionId: PromotionId | undefined
  readonly version: Version
  readonly digest: Digest
  readonly deployedAt: Instant | undefined
}

/** One way back, with what it costs. */
export interface RecoveryWay {
  readonly kind: RecoveryWayKind
  /** Whether it can be gone; `assumed` where the platform's sources disagree and only trying tells. */
  readonly certainty: Certainty
  /** What would be done, one sentence a step. */
  readonly steps: readonly string[]
  /** What stands against it; not empty: it cannot be gone as things are. */
  readonly obstacles: readonly Reason[]
  /** Data that would go, counted as far as it can be told. */
  readonly losses: readonly { readonly subject: string; readonly losses: readonly PlannedLoss[] }[]
  /** What was or will be saved before, and is put back afterwards. */
  readonly rescued: readonly RescueItem[]
  /** The last time that this way was gone for practice or in earnest; undefined: never. */
  readonly lastRehearsal: Pick<Rehearsal, 'id' | 'finishedAt' | 'durationMs' | 'outcome'> | undefined
}

/** How a place comes back from a promotion, known before it begins. */
export interface RecoveryPlan {
  readonly environmentId: EnvironmentId
  readonly solution: string
  /** What would be gone back to; undefined for a first release. */
  readonly knownGood: KnownGood | undefined
  /** The ways, the one to take first. */
  readonly ways: readonly RecoveryWay[]
  /** Newest first; those that expired are left out. */
  readonly restorePoints: readonly RestorePoint[]
}
