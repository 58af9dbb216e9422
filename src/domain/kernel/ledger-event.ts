import type { Instant } from './ids.ts'

/** What a decision wants recorded. `key` makes a repeated append a no-op: the same key in the same stream is written once. */
export interface NewEvent<Type extends string = string, Data = unknown> {
  readonly type: Type
  readonly data: Data
  readonly key?: string
}

/** One entry of the append-only, hash-chained ledger. */
export interface LedgerEvent<Type extends string = string, Data = unknown> extends NewEvent<Type, Data> {
  /** Position in the whole ledger, from 1, without gaps; the only event id that live pages and notifiers use. */
  readonly sequence: number
  /** The aggregate it belongs to, for example `promotion/p-1`. */
  readonly stream: string
  /** Position in its stream, from 1. */
  readonly streamVersion: number
  readonly at: Instant
  /** Person id, or `drover` for what the product did itself. */
  readonly actor: string
  /** Hex sha256 of the entry before; 64 zeros for the first. */
  readonly previousHash: string
  /** Hex sha256 over the canonical JSON of all other fields. */
  readonly hash: string
}
