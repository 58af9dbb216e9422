import type { UpgradeDeed } from '#domain/environment'
import type { EnvironmentId, Instant, PersonId, Version } from '#domain/kernel'

/** Work on an upgrade that others had staged and left behind; the newest word on it stands in the record of its environment. */
export interface UpgradeWorkRecord {
  readonly id: string
  readonly environmentId: EnvironmentId
  /** Unique name of the base. */
  readonly solution: string
  /** Version that waited. */
  readonly version: Version
  readonly deed: UpgradeDeed
  readonly by: PersonId
  readonly reason: string
  readonly startedAt: Instant
  /** `indeterminate` and `errored`: asked for again, it looks first and starts nothing twice. */
  readonly state: 'running' | 'done' | 'failed' | 'errored' | 'indeterminate'
  /** What became of it, in words; empty while it runs. */
  readonly note: string
}
