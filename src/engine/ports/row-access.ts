import type { Count } from '#domain/environment'
import type { LossKind } from '#domain/plan'

/**
 * A row by the logical names of its columns, its id among them; columns without a value are left out. Choices are numbers, dates are texts, and a
 * lookup is a {@link RowReference}. Of a many-to-many relationship's table: the two ids that it joins.
 */
export type Row = Readonly<Record<string, unknown>>

/** What a lookup points to. */
export interface RowReference {
  /** Logical name. */
  readonly table: string
  readonly id: string
}

/** Member of a {@link Row} under which the version of the row travels. */
export const rowVersion = '@version'

/** Rows of one table: all of each row, or the id and these columns; or of a table of the platform those that hang on rows of `regarding`. */
export interface RowSelection {
  /** Logical name of a table, or of one that joins two others. */
  readonly table: string
  readonly columns: readonly string[] | undefined
  /** Logical name of a table: only notes on its rows, the party lists of those, a row each, with whom they are shared, or what joins them to others. */
  readonly regarding?: string | undefined
}

export interface Shape {
  readonly isThere: boolean
  readonly missing: readonly string[]
  readonly contents: readonly string[]
  readonly unread: readonly string[]
  /** Of a whole table: the many-to-many relationships that it is one end of. */
  readonly joins: readonly { readonly table: string; readonly relationship: string }[]
}

/** What is to be counted, by what hangs on one component. */
export interface CountQuestion {
  readonly kind: LossKind
  /** Layer-table name and id of the component whose loss it would be. */
  readonly component: { readonly kind: string; readonly key: string; readonly id: string }
  /** Logical name of the table, and of the column, where rows or values are meant. */
  readonly table: string | undefined
  readonly column: string | undefined
}

/** Where something could not be written, with the code of the environment and our own words: nothing of the row is in it. */
export interface RefusedRow {
  readonly id: string
  readonly message: string
}

export interface RowsWritten {
  /** Rows that are now as they were saved, as far as this part goes. */
  readonly written: number
  /** Rows that were there, and of which something stays as people have it now. */
  readonly kept: number
  readonly refused: readonly RefusedRow[]
}

/** What a file or image column holds in one row. */
export interface FileContent {
  /** Of the row. */
  readonly id: string
  /** Logical name. */
  readonly column: string
  readonly fileName: string
  /** Bytes. */
  readonly size: number
  /** Of an image: the environment keeps its thumbnail alone. */
  readonly isThumbnail?: true
  /** To be read once and before the next content. */
  readonly bytes: AsyncIterable<Uint8Array>
}

/** Counts, reads and writes rows. */
export interface RowAccess {
  /**
   * Counts as exactly as the budget allows: each answer says how it was had and how old it is. Never throws for a single question: what
   * cannot be counted is unknown, with the reason. `requests` is the most that all of them together may send.
   */
  count(questions: readonly CountQuestion[], budget: { readonly requests: number }): Promise<readonly Count[]>
  /**
   * What of a selection the environment has: whether the table is there (of party lists: and holds activities), which of the columns are `missing`, which have `contents` that are kept
   * apart from rows (files and images), which are `unread`, since neither way gives what they hold, and what `joins` rows of a whole table to others.
   */
  fetchShape(of: RowSelection): Promise<Shape>
  /** Pages of rows in the order of their ids. Of a selection of columns, rows without a value in any of them are left out. */
  readRows(of: RowSelection): AsyncIterable<readonly Row[]>
  /**
   * Rows by their ids, those that are gone left out, in no order. Each tells as {@link rowVersion} what it is now, for {@link overwriteRows}. Not
   * for tables that only join two others.
   */
  readRowsById(of: RowSelection & { readonly ids: readonly string[] }): Promise<readonly Row[]>
  /**
   * Writes plain values, lookups, state and status reason that a row has over what is there, only in rows that are still as {@link rowVersion}
   * tells; any other stays and is counted as kept.
   */
  overwriteRows(of: { readonly table: string; readonly rows: AsyncIterable<readonly Row[]> }): Promise<RowsWritten>
  /**
   * Writes rows back under their own ids, in batches; to be repeated at will. `values` makes rows that are gone, or of a selection of columns
   * fills those that are empty in rows that are there; `links`, sent when the rows of all tables are there, sets lookups, owner and state, and
   * joins pairs. Never overwrites what is there: a row that never went and a value that is not empty stay, and are counted as kept. Refused rows
   * are told, not thrown.
   */
  writeRows(of: RowSelection & { readonly part: 'values' | 'links'; readonly rows: AsyncIterable<readonly Row[]> }): Promise<RowsWritten>
  /** The contents of the file and image columns of a selection, one after the other. One that cannot be read is thrown, never left out. */
  readContents(of: RowSelection): AsyncIterable<FileContent>
  /**
   * Puts contents back into rows that are there, where their column is empty; to be repeated at will. What holds another content stays, and of whole
   * rows one that never went, and is counted as kept. Refused contents are told, not thrown.
   */
  writeContents(of: RowSelection & { readonly contents: AsyncIterable<FileContent> }): Promise<RowsWritten>
}
