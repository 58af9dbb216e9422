import type { Digest, Instant, Version } from '#domain/kernel'

/** One exported solution file, immutable, named by the sha256 of its bytes. */
export interface Artifact {
  readonly digest: Digest
  readonly kind: 'managed' | 'unmanaged'
  readonly solution: string
  readonly version: Version
  /** Size in bytes. */
  readonly size: number
  readonly exportedAt: Instant
  /** Environment id it came from. */
  readonly source: string
}
