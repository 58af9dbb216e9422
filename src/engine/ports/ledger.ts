import type { LedgerFault } from '#domain/evidence'
import type { LedgerEvent, NewEvent } from '#domain/kernel'

export interface Append {
  readonly stream: string
  /** Stream version the decision was made on; `undefined` appends whatever came in between (for keyed facts of an attempt). */
  readonly expectedVersion: number | undefined
  readonly actor: string
  readonly events: readonly NewEvent[]
}

/** Append-only, hash-chained; read models are folded in the same transaction. */
export interface Ledger {
  /** Throws DroverError `ledger.conflict` (retryable) when the stream moved on. Events whose key is already in the stream are skipped. */
  append(append: Append): Promise<readonly LedgerEvent[]>
  read(stream: string): Promise<readonly LedgerEvent[]>
  /** The newest entry of a stream; its `streamVersion` is how long the stream is. */
  readNewest(stream: string): Promise<LedgerEvent | undefined>
  /** Entries after `sequence`, in order. */
  readAll(sequence: number, limit: number): Promise<readonly LedgerEvent[]>
  /** The same without their content: what the tree over the ledger is made of. */
  readHashes(sequence: number, limit: number): Promise<readonly Pick<LedgerEvent, 'sequence' | 'hash'>[]>
  /** Undefined for an empty ledger. */
  readHead(): Promise<Pick<LedgerEvent, 'sequence' | 'hash'> | undefined>
  /** Recomputes the chain and names what does not hold; each entry goes by once, so that more can be looked at on the way. */
  verify(onEntry?: (event: LedgerEvent) => void | Promise<void>): Promise<LedgerVerdict>
  /** Calls back soon after each commit, with at least the newest sequence; returns a stop function. */
  watch(onAppended: (sequence: number) => void): Promise<() => Promise<void>>
}

export interface LedgerVerdict {
  readonly entries: number
  /** Hash of the newest entry; 64 zeros for none. */
  readonly hash: string
  /** The first entry that does not hold; undefined: all do. */
  readonly firstBroken: number | undefined
  readonly faults: readonly LedgerFault[]
}
