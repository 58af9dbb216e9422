import type { LedgerEvent } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'

/** Gives the hex sha256 of a text. */
export type Hash = (text: string) => string

/** What the first entry names as the hash of the one before it. */
export const firstPreviousHash = '0'.repeat(64)

/** Hex sha256 over the canonical JSON of all fields but the hash itself. */
export function hashEntry(event: Omit<LedgerEvent, 'hash'>, hash: Hash): string {
  const { sequence, stream, streamVersion, type, data, key, at, actor, previousHash } = event
  return hash(canonicalJson({ sequence, stream, streamVersion, type, data, key, at, actor, previousHash }))
}
