import type { Circumstances } from '../odata/conditions.ts'
import { pageCap } from '../odata/limits.ts'
import type { Expand } from '../odata/query.ts'
import { notSupported, unknownProperty } from '../odata/refuse.ts'
import type { Row } from '../store/store.ts'
import { contentOf } from '../tables/data/file-rows.ts'
import type { Reading } from '../tables/rows.ts'
import type { Column, Table } from '../tables/table.ts'
import { columnByWireName, lookupNavigation, storedValue, targetOf, wireName } from '../tables/table.ts'
import type { Preferences } from './preferences.ts'
import { pagingToken } from './page.ts'
import { chooseRows } from './select-rows.ts'

export interface View {
  readonly reading: Reading
  readonly table: Table
  /** Undefined shows every column. */
  readonly select: readonly string[] | undefined
  readonly expand: readonly Expand[]
  /** The rows of expanded collections come in pages: so it is where an expansion is inside another (web-api C). */
  readonly pagesCollections: boolean
  readonly preferences: Preferences
  readonly circumstances: Circumstances
  readonly serviceRoot: string
}

export const formattedValue = 'OData.Community.Display.V1.FormattedValue'
const lookupName = 'Microsoft.Dynamics.CRM.lookuplogicalname'
const navigationName = 'Microsoft.Dynamics.CRM.associatednavigationproperty'

/** Throws 400 for a selected name that the table does not have. */
export function checkSelect(table: Table, select: readonly string[] | undefined): void {
  for (const name of select ?? []) {
    if (columnByWireName(table, name) !== undefined) continue
    if (lookupNavigation(table, name) !== undefined) {
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
  presentExpansions(view, row, shown)
  return shown
}

/** `W/"…"` from the row's version number; undefined for rows without one (virtual tables). */
export function etag(row: Row): string | undefined {
  return typeof row['versionnumber'] === 'number' ? `W/"${row['versionnumber']}"` : undefined
}

/** The part of @odata.context that names the shape: `solutions(uniquename,publisherid())`. */
export function contextShape(view: Pick<View, 'table' | 'select' | 'expand'>): string {
  const parts = [...(view.table.ignoresSelect === true ? [] : (view.select ?? [])), ...view.expand.map(expandShape)]
  return parts.length === 0 ? view.table.setName : `${view.table.setName}(${parts.join(',')})`
}

function expandShape(item: Expand): string {
  return `${item.name}(${[...(item.select ?? []), ...item.expand.map(expandShape)].join(',')})`
}

const shownOf = new WeakMap<readonly string[], { readonly of: readonly Column[]; readonly shown: readonly Column[] }>()

// The same for every row that a query shows.
function shownColumns(table: Table, select: readonly string[] | undefined): readonly Column[] {
  if (table.ignoresSelect === true) return table.columns
  if (select === undefined) return withoutImages(table)
  const known = shownOf.get(select)
  if (known?.of === table.columns) return known.shown
  const shown = table.columns.filter((column) => column.name === table.primaryId || select.includes(wireName(column)))
  shownOf.set(select, { of: table.columns, shown })
  return shown
}

const withoutImagesOf = new WeakMap<readonly Column[], readonly Column[]>()

/** Images travel with rows only for who asks for them by name (Learn, "Use image column data"). */
function withoutImages({ columns }: Table): readonly Column[] {
  const known = withoutImagesOf.get(columns)
  if (known !== undefined) return known
  const found = columns.some(({ isImage }) => isImage === true) ? columns.filter(({ isImage }) => isImage !== true) : columns
  withoutImagesOf.set(columns, found)
  return found
}

interface Place {
  readonly column: Column
  readonly shown: Record<string, unknown>
  /** Another name for it in the reply. */
  readonly as?: string
}

/** A column's value with the annotations that the client asked for. */
export function presentColumn(view: Pick<View, 'reading' | 'preferences'>, row: Row, { column, shown, as }: Place): void {
  const name = as ?? wireName(column)
  const value = column.isImage === true ? imageOf(view.reading, row[column.name]) : wireValue(row, column)
  const formatted = value === null ? undefined : formattedText(view, row, { column, value })
  const { preferences } = view
  if (formatted !== undefined && preferences.wantsAnnotation(formattedValue)) shown[`${name}@${formattedValue}`] = formatted
  if (column.target !== undefined && value !== null) {
    if (preferences.wantsAnnotation(navigationName)) shown[`${name}@${navigationName}`] = navigationOf(row, column)
    if (preferences.wantsAnnotation(lookupName)) shown[`${name}@${lookupName}`] = targetOf(row, column)
  }
  shown[name] = value
}

/** The text that `FormattedValue` gives for a value; undefined where the service gives none that is known here. */
export function labelOf(column: Column, value: unknown): string | undefined {
  const { labels } = column
  if (column.type === 'Edm.Boolean' && typeof value === 'boolean') return labels?.[Number(value)] ?? (value ? 'Yes' : 'No')
  if (labels !== undefined && typeof value === 'number') return labels[value] ?? String(value)
  // A choice of several travels as its numbers, joined by commas.
  if (labels !== undefined && typeof value === 'string')
    return value
      .split(',')
      .map((item) => labels[Number(item)] ?? item)
      .join('; ')
  return undefined
}

function navigationOf(row: Row, column: Column): string {
  const target = targetOf(row, column)
  return column.targets?.find((item) => item.table === target)?.navigation ?? column.navigation ?? column.name
}

function wireValue(row: Row, column: Column): unknown {
  const value = storedValue(row, column)
  if (column.type === 'Edm.DateTimeOffset' && typeof value === 'string') return value.replace(/\.\d+Z$/, 'Z')
  if (column.isManagedProperty !== true || typeof value !== 'boolean') return value
  const property = column.name === 'iscustomizable' ? 'iscustomizableanddeletable' : column.name
  return { Value: value, CanBeChanged: true, ManagedPropertyLogicalName: property }
}

/** In base64; what was uploaded stands in place of the thumbnail. */
function imageOf({ tx }: Reading, id: unknown): string | null {
  const bytes = typeof id === 'string' ? contentOf(tx, id)?.bytes : undefined
  return bytes === undefined ? null : Buffer.from(bytes).toString('base64')
}

function formattedText(
  view: Pick<View, 'reading'>,
  row: Row,
  { column, value }: { readonly column: Column; readonly value: unknown },
): string | undefined {
  if (column.target === undefined) return labelOf(column, value)
  const other = view.reading.behind(row, column)
  const name = other?.table.primaryName === undefined ? undefined : other.row[other.table.primaryName]
  return typeof name === 'string' ? name : undefined
}

function presentExpansions(view: View, row: Row, shown: Record<string, unknown>): void {
  for (const item of view.expand) {
    if (view.reading.collectionTable(view.table, item.name) === undefined) shown[item.name] = presentBehind(view, row, item)
    else presentCollection(view, row, { item, shown })
  }
}

function presentBehind(view: View, row: Row, item: Expand): unknown {
  const lookup = lookupNavigation(view.table, item.name)
  const other = lookup === undefined ? undefined : view.reading.behind(row, lookup.column)
  if (other === undefined || lookup?.tables.includes(other.table.logicalName) !== true) return null
  return presentRow({ ...view, table: other.table, select: item.select, expand: item.expand }, other.row)
}

function presentCollection(view: View, row: Row, place: { readonly item: Expand; readonly shown: Record<string, unknown> }): void {
  const { item, shown } = place
  const { reading, circumstances } = view
  const table = reading.requireTable(reading.collectionTable(view.table, item.name) ?? '', '$expand into')
  const rows = chooseRows(reading.related(view.table, row, item.name), { ...item, reading, table, circumstances })
  const size = view.pagesCollections ? (view.preferences.maxPageSize ?? pageCap) : pageCap
  const page = rows.slice(0, Math.min(item.top ?? size, size))
  reading.countWork(page.length)
  shown[item.name] = page.map((other) => presentRow({ ...view, table, select: item.select, expand: item.expand }, other))
  const more = view.pagesCollections && page.length < rows.length ? pagingToken(2, String(page.at(-1)?.[table.primaryId])) : undefined
  if (view.pagesCollections && more === undefined) return
  const address = `${view.serviceRoot}/${view.table.setName}(${String(row[view.table.primaryId])})/${item.name}`
  const options = [...(item.text === '' ? [] : [item.text]), ...(more === undefined ? [] : [`$skiptoken=${encodeURIComponent(more)}`])]
  shown[`${item.name}@odata.nextLink`] = [address, ...(options.length === 0 ? [] : [options.join('&')])].join('?')
}
