import type { Digest } from '#domain/kernel'

/** Keeps artifact bytes by digest; what is stored never changes, and goes only after its retention. */
export interface ArtifactStore {
  /** Writes whole or not at all; the same bytes twice are one artifact. Throws `artifact-store.full` when there is no room. */
  put(bytes: Uint8Array): Promise<Digest>
  /** Throws `artifact.absent`, or `artifact.tampered` when the bytes no longer match their name. */
  get(digest: Digest): Promise<Uint8Array>
  /** For what was archived, once its retention is over. Idempotent. */
  remove(digest: Digest): Promise<void>
}
