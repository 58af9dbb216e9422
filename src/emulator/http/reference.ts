import { ODataError } from '../errors.ts'
import { parseKey, parseResourcePath } from '../odata/resource-path.ts'
import { findTableBySet } from '../tables/registry.ts'
import type { Reading } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import { rowOfKey } from './row-of-key.ts'

/** The row that an address such as `/accounts(<key>)` names, relative or whole; undefined for what is no such address. Throws 404 for a row that is not there. */
export function findReference(reading: Reading, value: unknown): { readonly table: Table; readonly id: string } | undefined {
  const segment = typeof value === 'string' ? parseResourcePath(value).at(-1) : undefined
  if (segment?.inside === undefined) return undefined
  const table = findTableBySet(reading.tx, segment.name)
  if (table === undefined) return undefined
  const key = parseKey(segment.inside)
  const row = rowOfKey(reading.tx, table, key)
  if (row === undefined)
    throw new ODataError(
      404,
      '0x80040217',
      `Entity '${table.logicalName}' With Id = ${key.kind === 'id' ? key.id : segment.inside} Does Not Exist`,
    )
  return { table, id: String(row[table.primaryId]) }
}
