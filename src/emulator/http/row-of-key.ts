import { ODataError } from '../errors.ts'
import type { Key } from '../odata/resource-path.ts'
import { unknownProperty } from '../odata/refuse.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { findRow, listRows, scalar } from '../tables/rows.ts'
import type { Column, Table } from '../tables/table.ts'
import { columnByWireName } from '../tables/table.ts'

/** The row, or 404 in the words of the service. */
export function requireRow(tx: ReadTransaction, table: Table, key: Key): Row {
  const row = rowOfKey(tx, table, key)
  if (row !== undefined) return row
  if (key.kind === 'id') throw new ODataError(404, '0x80040217', `Entity '${table.logicalName}' With Id = ${key.id} Does Not Exist`)
  throw new ODataError(404, '0x80060891', `A record with the specified key values does not exist in ${table.logicalName} entity`)
}

/** The row with an id or with the values of an alternate key. Throws 403 for one that the caller may not see. */
export function rowOfKey(tx: ReadTransaction, table: Table, key: Key): Row | undefined {
  if (key.kind === 'id') {
    const row = findRow(tx, table, key.id)
    if (row === undefined) table.refuseHidden?.(tx, { id: key.id })
    return row
  }
  const wanted = keyColumns(table, key)
  if (table.getByKey === undefined)
    return listRows(tx, table).find((row) => wanted.every(({ column, value }) => sameKey(scalar(row, column), value)))
  const values = Object.fromEntries(wanted.map(({ column, value }) => [column.name, value]))
  const row = table.getByKey(tx, values)
  if (row === undefined) table.refuseHidden?.(tx, { values })
  return row
}

/** The columns of an alternate key with their values. Throws 400 for columns that are no key. */
export function keyColumns(
  table: Table,
  key: Key & { readonly kind: 'alternate' },
): readonly { readonly column: Column; readonly value: unknown }[] {
  const wanted = [...key.values].map(([name, value]) => {
    const column = columnByWireName(table, name)
    if (column === undefined) throw unknownProperty(name, table.logicalName)
    return { column, value }
  })
  checkAlternateKey(
    table,
    wanted.map(({ column }) => column.name),
  )
  return wanted
}

// Tables that say nothing of their keys (those of the platform's own rows) are found by any of their columns.
function checkAlternateKey(table: Table, names: readonly string[]): void {
  if (table.keys === undefined) return
  const isKey = table.keys.some((key) => key.length === names.length && key.every((name) => names.includes(name)))
  if (!isKey)
    throw new ODataError(400, '0x80060888', `The specified key attributes are not a defined key for the ${table.logicalName} entity`)
}

function sameKey(left: unknown, right: unknown): boolean {
  return typeof left === 'string' && typeof right === 'string' ? left.toLowerCase() === right.toLowerCase() : left === right
}
