import type { Count } from '#domain/environment'
import type { LossKind } from '#domain/plan'

/** A row as the Web API gives it, without annotations; `undefined` values are left out. */
export type Row = Readonly<Record<string, unknown>>

/** What is to be counted, by what hangs on one component. */
export interface CountQuestion {
  readonly kind: LossKind
  /** Layer-table name and id of the component whose loss it would be. */
  readonly component: { readonly kind: string; readonly key: string; readonly id: string }
  /** Logical name of the table, and of the column, where rows or values are meant. */
  readonly table: string | undefined
  readonly column: string | undefined
}

/** Where something could not be written, with what the environment said. */
export interface RefusedRow {
  readonly id: string
  readonly message: string
}

/** Counts, reads and writes rows. */
export interface RowAccess {
  /**
   * Counts as exactly as the budget allows: each answer says how it was had and how old it is. Never throws for a single question: what
   * cannot be counted is unknown, with the reason. `requests` is the most that all of them together may send.
   */
  count(questions: readonly CountQuestion[], budget: { readonly requests: number }): Promise<readonly Count[]>
  /** Pages of rows, in a stable order that goes on after `after` (a row id); all columns, or the id and these. Rows without any of these values are left out. */
  readRows(of: {
    readonly table: string
    readonly columns: readonly string[] | undefined
    readonly after?: string | undefined
  }): AsyncIterable<readonly Row[]>
  /** Writes rows back under their own ids, in batches: makes those that are gone, and sets the given columns of those that are there. */
  writeRows(of: {
    readonly table: string
    readonly columns: readonly string[] | undefined
    readonly rows: AsyncIterable<readonly Row[]>
  }): Promise<{ readonly written: number; readonly refused: readonly RefusedRow[] }>
}
