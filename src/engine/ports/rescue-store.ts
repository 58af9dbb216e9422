import type { Digest } from '#domain/kernel'

/** Keeps what is saved before it is destroyed: encrypted, bound to its digest, readable by nobody who lacks the key of the workspace. */
export interface RescueStore {
  /**
   * Streams `chunks` into one object and gives the digest of what was stored. Whole or not at all: what is not finished is not there.
   * Throws `rescue.full` when there is no room.
   */
  put(name: string, chunks: AsyncIterable<Uint8Array>): Promise<{ readonly digest: Digest; readonly size: number }>
  /** Streams it back, checked: throws `rescue.absent`, or `rescue.tampered` before anything of a broken chunk is given. */
  get(digest: Digest): AsyncIterable<Uint8Array>
  /** Idempotent. */
  remove(digest: Digest): Promise<void>
}
