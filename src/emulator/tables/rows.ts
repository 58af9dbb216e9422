import type { Scalar } from '../odata/compare.ts'
import type { EdmType, RowView, Types } from '../odata/evaluate.ts'
import type { Filter, PropertyPath } from '../odata/filter.ts'
import { workCap } from '../odata/limits.ts'
import { notSupported, queryTimedOut, unknownProperty } from '../odata/refuse.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { Column, Table, TableQuery } from './table.ts'
import { columnByWireName, lookupNavigation, storedValue, targetOf, typeKey } from './table.ts'

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

/** The reading of one request: each table, each row behind a lookup and each collection is looked up once. */
export class Reading {
  readonly tx: ReadTransaction
  readonly #find: FindTable
  readonly #tables = new Map<string, Table | undefined>()
  readonly #rows = new Map<string, ReadonlyMap<unknown, Row>>()
  readonly #related = new Map<string, ReadonlyMap<unknown, readonly Row[]>>()

  readonly #collected = new Map<string, readonly Row[]>()
  #work = 0

  constructor(tx: ReadTransaction, find: FindTable) {
    this.tx = tx
    this.#find = find
  }

  /** Counts rows that a request shows of collections; throws the service's error for a query that would take too long. */
  countWork(rows: number): void {
    this.#work += rows
    if (this.#work > workCap) throw queryTimedOut()
  }

  table(logicalName: string): Table | undefined {
    if (!this.#tables.has(logicalName)) this.#tables.set(logicalName, this.#find(this.tx, logicalName))
    return this.#tables.get(logicalName)
  }

  /** Throws 501 for a table that is not here; `purpose` says what it was wanted for. */
  requireTable(logicalName: string, purpose: string): Table {
    const table = this.table(logicalName)
    if (table === undefined) throw notSupported(`${purpose} the table '${logicalName}'`)
    return table
  }

  row(table: Table, id: string): Row | undefined {
    if (table.get !== undefined || table.list === undefined) return findRow(this.tx, table, id)
    let rows = this.#rows.get(table.logicalName)
    if (rows === undefined) {
      rows = new Map(listRows(this.tx, table).map((row) => [row[table.primaryId], row]))
      this.#rows.set(table.logicalName, rows)
    }
    return rows.get(id)
  }

  /** The table and the row that a lookup of a row points to; undefined when it is empty, or leads out of this emulator. */
  behind(row: Row, column: Column): { readonly table: Table; readonly row: Row } | undefined {
    const id = storedValue(row, column)
    const target = typeof id === 'string' ? targetOf(row, column) : undefined
    const table = target === undefined ? undefined : this.table(target)
    const other = table === undefined ? undefined : this.row(table, String(id))
    return table === undefined || other === undefined ? undefined : { table, row: other }
  }

  /** The logical name of the table on the other side of a collection; undefined for a name that is no collection. */
  collectionTable(table: Table, name: string): string | undefined {
    return (table.collections?.find((item) => item.name === name) ?? table.manyToMany?.find((item) => item.name === name))?.table
  }

  /** The rows of a collection of a row. */
  related(table: Table, row: Row, name: string): readonly Row[] {
    const id = String(row[table.primaryId])
    const key = `${table.logicalName}/${name}/${id}`
    const known = this.#collected.get(key)
    if (known !== undefined) return known
    const rows = this.#collect(table, id, name)
    this.#collected.set(key, rows)
    return rows
  }

  #collect(table: Table, id: string, name: string): readonly Row[] {
    const collection = table.collections?.find((item) => item.name === name)
    if (collection !== undefined && collection.ids === undefined) return this.#pointingHere(table, collection).get(id) ?? []
    const relation = table.manyToMany?.find((item) => item.name === name)
    const target = (collection ?? relation)?.table
    const ids = collection?.ids?.(this.tx, id) ?? relation?.list(this.tx, id)
    if (target === undefined || ids === undefined) throw unknownProperty(name, table.logicalName)
    const other = this.requireTable(target, 'reading')
    return ids.flatMap((otherId): readonly Row[] => {
      const found = this.row(other, otherId)
      return found === undefined ? [] : [found]
    })
  }

  types(table: Table): Types {
    return {
      typeOf: (path) => this.#typeOf(table, path),
      within: (name) => {
        const target = this.collectionTable(table, name)
        if (target === undefined) throw unknownProperty(name, table.logicalName)
        return this.types(this.requireTable(target, 'filtering by'))
      },
    }
  }

  view(table: Table, row: Row): RowView {
    return {
      value: (path) => this.#value(table, row, path),
      related: (name) => {
        const other = this.requireTable(this.collectionTable(table, name) ?? '', 'filtering by')
        return this.related(table, row, name).map((item) => this.view(other, item))
      },
    }
  }

  #pointingHere(table: Table, collection: { readonly table: string; readonly lookup: string }): ReadonlyMap<unknown, readonly Row[]> {
    const key = `${table.logicalName}/${collection.table}/${collection.lookup}`
    const known = this.#related.get(key)
    if (known !== undefined) return known
    const other = this.requireTable(collection.table, 'reading')
    const column = other.columns.find((item) => item.name === collection.lookup)
    const groups = new Map<unknown, Row[]>()
    for (const row of listRows(this.tx, other)) {
      if (column !== undefined && (row[typeKey(column)] ?? table.logicalName) !== table.logicalName) continue
      const id = row[collection.lookup]
      const group = groups.get(id)
      if (group === undefined) groups.set(id, [row])
      else group.push(row)
    }
    this.#related.set(key, groups)
    return groups
  }

  #typeOf(table: Table, [first = '', second]: PropertyPath): EdmType {
    if (second === undefined) return plainColumn(table, first).type
    const own = columnByWireName(table, first)
    if (own?.isManagedProperty === true && (second === 'Value' || second === 'CanBeChanged')) return 'Edm.Boolean'
    const [target] = lookupNavigation(table, first)?.tables ?? []
    if (target === undefined) throw unknownProperty(first, table.logicalName)
    return plainColumn(this.requireTable(target, 'filtering or ordering by columns of'), second).type
  }

  #value(table: Table, row: Row, [first = '', second]: PropertyPath): Scalar {
    if (second === undefined) return scalar(row, columnByWireName(table, first))
    const own = columnByWireName(table, first)
    if (own?.isManagedProperty === true) return second === 'Value' ? scalar(row, own) : true
    const lookup = lookupNavigation(table, first)
    const other = lookup === undefined ? undefined : this.behind(row, lookup.column)
    if (other === undefined || lookup?.tables.includes(other.table.logicalName) !== true) return null
    return scalar(other.row, columnByWireName(other.table, second))
  }
}

/** The value of a column in a stored row; null for what is no plain value. */
export function scalar(row: Row, column: Column | undefined): Scalar {
  if (column === undefined) return null
  const value = storedValue(row, column)
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null
}

function plainColumn(table: Table, name: string): Column {
  const column = columnByWireName(table, name)
  if (column === undefined || column.isManagedProperty === true) throw unknownProperty(name, table.logicalName)
  return column
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
