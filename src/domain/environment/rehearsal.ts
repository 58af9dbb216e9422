import type { EnvironmentId, Instant, PersonId, Version } from '#domain/kernel'

/**
 * The ways back (PET-13). `uninstall`: of a first release; `baseline`: of a brown field, whose bytes may not exist; `redeploy`: the same tested
 * bytes of the known-good release; `repack`: its source under a higher version; `roll-forward`: a hotfix; `restore`: a restore point into a
 * recovery sandbox, from which rows and components are repaired.
 */
export type RecoveryWayKind = 'uninstall' | 'baseline' | 'redeploy' | 'repack' | 'roll-forward' | 'restore'

/** A recovery that was gone for practice on a recovery sandbox, or in earnest. */
export interface Rehearsal {
  readonly id: string
  readonly solution: string
  /** The pet that it was about. */
  readonly environmentId: EnvironmentId
  /** Where it was gone; the pet itself: in earnest. */
  readonly sandboxId: EnvironmentId
  readonly way: RecoveryWayKind
  readonly from: Version | undefined
  readonly to: Version | undefined
  readonly startedAt: Instant
  readonly finishedAt: Instant
  readonly durationMs: number
  readonly outcome: 'succeeded' | 'failed'
  /** What was checked afterwards, or what failed. */
  readonly notes: readonly string[]
  readonly by: PersonId
}
