/** Rows folded from the ledger: one JSON document per kind and id. */
export interface ReadModel {
  load<T>(kind: ReadModelKind, id: string): Promise<T | undefined>
  /** Newest first. */
  list<T>(kind: ReadModelKind, limit?: number): Promise<readonly T[]>
}

export type ReadModelKind = 'configuration' | 'preparation' | 'release' | 'promotion'

/** How one event changes one document; the store applies these in the transaction of the append. */
export interface Projection {
  readonly kind: ReadModelKind
  /** The document that the event concerns, or undefined when it concerns none of this kind. */
  id(event: { readonly stream: string; readonly type: string; readonly data: unknown }): string | undefined
  fold(document: unknown, event: import('#domain/kernel').LedgerEvent): unknown
}
