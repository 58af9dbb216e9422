import type { LedgerEvent } from '#domain/kernel'

/** Rows folded from the ledger: one JSON document per kind and id, each with a flat summary that it is looked up and listed by. */
export interface ReadModel {
  load<T>(kind: ReadModelKind, id: string): Promise<T | undefined>
  /** Whole documents, newest first. */
  list<T>(kind: ReadModelKind, lookup?: Lookup): Promise<readonly T[]>
  /** Summaries, newest first; the documents are not read. */
  listSummaries<T>(kind: ReadModelKind, lookup?: Lookup): Promise<Page<T>>
}

export type ReadModelKind =
  | 'configuration'
  | 'preparation'
  | 'release'
  | 'promotion'
  | 'deployment'
  | 'environment'
  | 'rescue'
  | 'hotfix'
  | 'recovery'
  | 'rebuild'
  | 'cattle'
  | 'data'
  | 'deputies'
  | 'tier'
  | 'structure'
  | 'anchor'
  | 'archive'
  | 'token'
  | 'train'
  | 'waiver'
  | 'readiness'
  | 'word'

/** All that is given must hold. */
export interface Lookup {
  readonly ids?: readonly string[]
  /** Entries of the summary; a list means any of its values. */
  readonly where?: Readonly<Record<string, string | readonly string[]>>
  readonly limit?: number
  /** `next` of the page before: what was made after that page was read moves nothing. */
  readonly after?: number | undefined
}

export interface Page<T> {
  readonly rows: readonly T[]
  /** Where the next page begins; undefined when there is none. */
  readonly next: number | undefined
}

/** How one event changes one document; the store applies these in the transaction of the append, in the order in which it has them. */
export interface Projection {
  readonly kind: ReadModelKind
  /** The document that the event concerns, or undefined when it concerns none of this kind. */
  id(event: { readonly stream: string; readonly type: string; readonly data: unknown }, folded: Folded): string | undefined
  fold(document: unknown, event: LedgerEvent, folded: Folded): unknown
  /** Flat and small; entries that are undefined are left out. Without it documents of the kind are found by their id alone. */
  summarise?(document: unknown): Summary
}

/** The document of another kind that the same event concerned, as it is after the event; undefined unless its projection stands earlier. */
export type Folded = (kind: ReadModelKind) => unknown
export type Summary = Readonly<Record<string, string | undefined>>
