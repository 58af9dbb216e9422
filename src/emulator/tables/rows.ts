import type { Scalar } from '../odata/evaluate.ts'
import type { EdmType } from '../odata/evaluate.ts'
import type { Filter, PropertyPath } from '../odata/filter.ts'
import { notSupported, unknownProperty } from '../odata/refuse.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { Column, Table, TableQuery } from './table.ts'
import { columnByNavigation, columnByWireName, storedValue } from './table.ts'

/** Finds a table by its logical name; undefined for tables that this emulator does not have. */
export type FindTable = (tx: ReadTransaction, logicalName: string) => Table | undefined

export function listRows(tx: ReadTransaction, table: Table, filter?: Filter): readonly Row[] {
  return table.list === undefined ? tx.list(table.logicalName) : table.list(tx, tableQuery(filter))
}

export function findRow(tx: ReadTransaction, table: Table, id: string): Row | undefined {
  if (table.get !== undefined) return table.get(tx, id)
  if (table.list === undefined) return tx.get(table.logicalName, id)
  return listRows(tx, table).find((row) => row[table.primaryId] === id)
}

/** The type of a property path; throws 400 for a name that the table does not have. */
export function typeOfPath(tx: ReadTransaction, table: Table, find: FindTable): (path: PropertyPath) => EdmType {
  return ([first = '', second]) => {
    if (second === undefined) return plainColumn(table, first).type
    const own = columnByWireName(table, first)
    if (own?.isManagedProperty === true && (second === 'Value' || second === 'CanBeChanged')) return 'Edm.Boolean'
    const lookup = columnByNavigation(table, first)
    if (lookup?.target === undefined) throw unknownProperty(first, table.logicalName)
    const target = find(tx, lookup.target)
    if (target === undefined) throw notSupported(`filtering or ordering by columns of the table '${lookup.target}'`)
    return plainColumn(target, second).type
  }
}

export function valueReader(tx: ReadTransaction, table: Table, find: FindTable): (row: Row) => (path: PropertyPath) => Scalar {
  return (row) =>
    ([first = '', second]) => {
      if (second === undefined) return scalar(row, columnByWireName(table, first))
      const own = columnByWireName(table, first)
      if (own?.isManagedProperty === true) return second === 'Value' ? scalar(row, own) : true
      const lookup = columnByNavigation(table, first)
      const target = lookup?.target === undefined ? undefined : find(tx, lookup.target)
      const id = lookup === undefined ? null : storedValue(row, lookup)
      const other = target === undefined || typeof id !== 'string' ? undefined : findRow(tx, target, id)
      return target === undefined || other === undefined ? null : scalar(other, columnByWireName(target, second))
    }
}

function plainColumn(table: Table, name: string): Column {
  const column = columnByWireName(table, name)
  if (column === undefined || column.isManagedProperty === true) throw unknownProperty(name, table.logicalName)
  return column
}

function scalar(row: Row, column: Column | undefined): Scalar {
  if (column === undefined) return null
  const value = storedValue(row, column)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function tableQuery(filter: Filter | undefined): TableQuery {
  const demands = new Map<string, string | number | boolean>()
  collectDemands(filter, demands)
  return { wanted: (column) => demands.get(column) }
}

function collectDemands(filter: Filter | undefined, demands: Map<string, string | number | boolean>): void {
  if (filter?.kind === 'and') {
    collectDemands(filter.left, demands)
    collectDemands(filter.right, demands)
  }
  if (filter?.kind !== 'compare' || filter.operator !== 'eq') return
  const { value, path } = filter
  if (value.type === 'string' || value.type === 'guid' || value.type === 'boolean') demands.set(path.join('/'), value.value)
  if (value.type === 'number') demands.set(path.join('/'), Number(value.text))
}
