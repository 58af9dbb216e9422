import type { MaskingTable } from '#domain/data'

/** Reads what tables consist of, as far as their data has to be known. */
export interface DataTables {
  /** Those of the tables that the environment has. */
  fetchMaskingTables(tables: readonly string[]): Promise<readonly MaskingTable[]>
  /** Logical names of tables that hold data of people or of solutions: custom ones, and the usual ones of the platform that are there. */
  listDataTables(): Promise<readonly string[]>
  /** Tables that join two of these tables. */
  listJoins(tables: readonly string[]): Promise<readonly string[]>
  /** Content of a file column; undefined where there is none, or the environment gives none. */
  fetchFile(of: { readonly table: string; readonly column: string; readonly id: string }): Promise<Uint8Array | undefined>
}
