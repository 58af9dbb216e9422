import type { Expand } from '../odata/query.ts'
import { notSupported, unknownProperty } from '../odata/refuse.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { FindTable } from '../tables/rows.ts'
import { findRow, listRows } from '../tables/rows.ts'
import type { Column, Table } from '../tables/table.ts'
import { columnByNavigation, columnByWireName, storedValue, wireName } from '../tables/table.ts'
import type { Preferences } from './preferences.ts'

export interface View {
  readonly tx: ReadTransaction
  readonly table: Table
  readonly find: FindTable
  /** Undefined shows every column. */
  readonly select: readonly string[] | undefined
  readonly expand: readonly Expand[]
  readonly preferences: Preferences
}

const formattedValue = 'OData.Community.Display.V1.FormattedValue'
const lookupName = 'Microsoft.Dynamics.CRM.lookuplogicalname'
const navigationName = 'Microsoft.Dynamics.CRM.associatednavigationproperty'

/** Throws 400 for a selected name that the table does not have. */
export function checkSelect(table: Table, select: readonly string[] | undefined): void {
  for (const name of select ?? []) {
    if (columnByWireName(table, name) !== undefined) continue
    if (columnByNavigation(table, name) !== undefined) {
      throw notSupported(`selecting the navigation property '${name}' (select '_${name}_value', or $expand it)`)
    }
    throw unknownProperty(name, table.logicalName)
  }
}

/** A stored row as the client sees it. */
export function presentRow(view: View, row: Row): Record<string, unknown> {
  const shown: Record<string, unknown> = {}
  const tag = etag(row)
  if (tag !== undefined) shown['@odata.etag'] = tag
  for (const column of shownColumns(view.table, view.select)) presentColumn(view, row, { column, shown })
  for (const expand of view.expand) shown[expand.name] = presentExpansion(view, row, expand)
  return shown
}

/** `W/"…"` from the row's version number; undefined for rows without one (virtual tables). */
export function etag(row: Row): string | undefined {
  return typeof row['versionnumber'] === 'number' ? `W/"${row['versionnumber']}"` : undefined
}

/** The part of @odata.context that names the shape: `solutions(uniquename,publisherid())`. */
export function contextShape(view: Pick<View, 'table' | 'select' | 'expand'>): string {
  const parts = [
    ...(view.table.ignoresSelect === true ? [] : (view.select ?? [])),
    ...view.expand.map((item) => `${item.name}(${(item.select ?? []).join(',')})`),
  ]
  return parts.length === 0 ? view.table.setName : `${view.table.setName}(${parts.join(',')})`
}

function shownColumns(table: Table, select: readonly string[] | undefined): readonly Column[] {
  if (select === undefined || table.ignoresSelect === true) return table.columns
  return table.columns.filter((column) => column.name === table.primaryId || select.includes(wireName(column)))
}

interface Place {
  readonly column: Column
  readonly shown: Record<string, unknown>
}

function presentColumn(view: View, row: Row, { column, shown }: Place): void {
  const name = wireName(column)
  const value = wireValue(row, column)
  const formatted = value === null ? undefined : formattedText(view, column, value)
  if (formatted !== undefined && view.preferences.wantsAnnotation(formattedValue)) shown[`${name}@${formattedValue}`] = formatted
  if (column.target !== undefined && value !== null) {
    if (view.preferences.wantsAnnotation(navigationName)) shown[`${name}@${navigationName}`] = column.navigation ?? column.name
    if (view.preferences.wantsAnnotation(lookupName)) shown[`${name}@${lookupName}`] = column.target
  }
  shown[name] = value
}

function wireValue(row: Row, column: Column): unknown {
  const value = storedValue(row, column)
  if (column.type === 'Edm.DateTimeOffset' && typeof value === 'string') return value.replace(/\.\d+Z$/, 'Z')
  if (column.isManagedProperty !== true || typeof value !== 'boolean') return value
  const property = column.name === 'iscustomizable' ? 'iscustomizableanddeletable' : column.name
  return { Value: value, CanBeChanged: true, ManagedPropertyLogicalName: property }
}

function formattedText(view: View, column: Column, value: unknown): string | undefined {
  if (column.labels !== undefined && typeof value === 'number') return column.labels[value] ?? String(value)
  if (column.type === 'Edm.Boolean' && typeof value === 'boolean') return value ? 'Yes' : 'No'
  if (column.target === undefined || typeof value !== 'string') return undefined
  const target = view.find(view.tx, column.target)
  const name = target?.primaryName === undefined ? undefined : findRow(view.tx, target, value)?.[target.primaryName]
  return typeof name === 'string' ? name : undefined
}

function presentExpansion(view: View, row: Row, expand: Expand): unknown {
  const collection = view.table.collections?.find((item) => item.name === expand.name)
  if (collection !== undefined) {
    const table = expandedTable(view, collection.table)
    const rows = listRows(view.tx, table).filter((other) => other[collection.lookup] === row[view.table.primaryId])
    return rows.map((other) => presentRow({ ...view, table, select: expand.select, expand: [] }, other))
  }
  const lookup = columnByNavigation(view.table, expand.name)
  if (lookup?.target === undefined) throw unknownProperty(expand.name, view.table.logicalName)
  const table = expandedTable(view, lookup.target)
  checkSelect(table, expand.select)
  const id = storedValue(row, lookup)
  const other = typeof id === 'string' ? findRow(view.tx, table, id) : undefined
  return other === undefined ? null : presentRow({ ...view, table, select: expand.select, expand: [] }, other)
}

/** Throws 400 or 501 for an expansion that cannot be shown, before any row is read. */
export function checkExpand(view: Pick<View, 'tx' | 'table' | 'find' | 'expand'>): void {
  for (const item of view.expand) {
    const target =
      view.table.collections?.find((known) => known.name === item.name)?.table ?? columnByNavigation(view.table, item.name)?.target
    if (target === undefined) throw unknownProperty(item.name, view.table.logicalName)
    checkSelect(expandedTable(view, target), item.select)
  }
}

function expandedTable(view: Pick<View, 'tx' | 'find'>, logicalName: string): Table {
  const table = view.find(view.tx, logicalName)
  if (table === undefined) throw notSupported(`$expand into the table '${logicalName}'`)
  return table
}
