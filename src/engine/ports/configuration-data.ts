import type { ConfigurationLink, ConfigurationTable, DataReference, DataValue, OutsideRow, TargetRow } from '#domain/data'
import type { Row } from './row-access.ts'

/** What loading rows needs of a table's definition. */
export interface DataTableShape {
  readonly table: string
  readonly columns: readonly string[]
  /** Schema names of its many-to-many relationships. */
  readonly relationships: readonly string[]
  /** Lookups to it whose rows go with a row of it, since the platform deletes them too, or are emptied by it. */
  readonly cascades: readonly { readonly table: string; readonly column: string; readonly isEmptied?: boolean }[]
}

/** One row to be written. Columns whose value is null are emptied. */
export interface DataWrite {
  readonly id: string
  /** `create` fails where the row is there already, `update` where its version is another than `etag`. */
  readonly kind: 'create' | 'update' | 'delete'
  readonly values: Readonly<Record<string, DataValue | null>>
  readonly etag: string | undefined
}

export interface DataJoin {
  readonly kind: 'join' | 'part'
  readonly sourceId: string
  readonly targetId: string
}

/** A row that the environment did not take, by its code and our words: nothing of the row is in it. */
export interface DataRefusal {
  readonly id: string
  readonly message: string
  /** Somebody was quicker: the row is another than was looked at. */
  readonly isConflict: boolean
}

/** Reads and writes rows of configuration data, under their own ids. A table's columns are those that the package carries. */
export interface ConfigurationDataAccess {
  /** Those of the tables that are there. */
  fetchDataShapes(tables: readonly string[]): Promise<readonly DataTableShape[]>
  /** Those of the rows that are there, with the pairs of the table's relationships; columns that the environment has not are left out. */
  fetchDataRows(table: Omit<ConfigurationTable, 'rows'>, ids: readonly string[]): Promise<readonly TargetRow[]>
  /** All of each row, as {@link RowAccess} reads rows; those that are not there are left out. */
  fetchWholeRows(table: string, ids: readonly string[]): Promise<readonly Row[]>
  /** All rows of a table, or those of its filter. */
  listDataRows(table: Omit<ConfigurationTable, 'rows'>): Promise<readonly TargetRow[]>
  /** Ids of rows by {@link OutsideRow}'s key, or by id; several where the key fits several. */
  findDataRows(wanted: readonly (DataReference | OutsideRow)[]): Promise<readonly (readonly string[])[]>
  /** So many rows as {@link DataTableShape.cascades} says point to one of these. */
  countPointing(of: { readonly table: string; readonly column: string }, ids: readonly string[]): Promise<number>
  /** Sends each once, in batches; what is not refused was taken. */
  writeDataRows(table: Omit<ConfigurationTable, 'rows'>, writes: readonly DataWrite[]): Promise<readonly DataRefusal[]>
  joinDataRows(
    of: { readonly table: Omit<ConfigurationTable, 'rows'>; readonly link: ConfigurationLink },
    joins: readonly DataJoin[],
  ): Promise<readonly DataRefusal[]>
}
