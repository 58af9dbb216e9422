import { ODataError } from '../errors.ts'
import { guidForm } from '../odata/literal.ts'
import type { Reading } from '../tables/rows.ts'
import type { Changes, Column, LookupNavigation, Table } from '../tables/table.ts'
import { columnByWireName, lookupNavigation, typeKey } from '../tables/table.ts'
import { findReference } from './reference.ts'

/** The error of the service for a body that does not fit; its text names the set and the fault. */
export function payloadError(setName: string, fault: string): ODataError {
  return new ODataError(
    400,
    '0x80048d19',
    `Error identified in Payload provided by the user for Entity :'${setName}', For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : Microsoft.OData.ODataException: ${fault}`,
  )
}

export interface PayloadTarget {
  readonly reading: Reading
  readonly table: Table
}

/** What a body asks for: values of the row itself, and rows to make or to bind with it. */
export interface Payload {
  /** Keyed by logical name; `x@odata.bind` is the id that it points to. */
  readonly changes: Changes
  /** Rows to make before this one, behind its lookups. */
  readonly before: readonly NestedRow[]
  /** Rows to make after this one, in its collections. */
  readonly after: readonly (NestedRow & { readonly collection: string })[]
  /** Rows that exist, to be put into collections. */
  readonly bound: readonly { readonly collection: string; readonly id: string }[]
}

export interface NestedRow {
  readonly table: Table
  readonly payload: Payload
  /** The lookup that leads to it, for a row behind one. */
  readonly lookup?: LookupNavigation
}

/** Reads a body. Throws 400 for a name or a value that does not fit the table, 404 for a bound row that does not exist. */
export function parsePayload(target: PayloadTarget, body: Readonly<Record<string, unknown>>): Payload {
  const draft: Draft = { changes: {}, before: [], after: [], bound: [] }
  for (const [name, value] of Object.entries(body)) {
    if (name.endsWith('@odata.bind')) bind(target, draft, { name: name.slice(0, -'@odata.bind'.length), value })
    // Other annotations such as @odata.type and @odata.etag describe the body and change nothing.
    else if (!name.includes('@')) readMember(target, draft, { name, value })
  }
  return draft
}

/** The changes that point a lookup to a row. */
export function lookupChanges(column: Column, to: { readonly table: string; readonly id: string } | null): Changes {
  return { [column.name]: to?.id ?? null, ...(column.targets === undefined ? {} : { [typeKey(column)]: to?.table ?? null }) }
}

/** Throws 400 for a value that the column cannot hold. */
export function checkedValue(table: Table, column: Column, value: unknown): unknown {
  if (value === null) return null
  if (column.isManagedProperty === true) return managedValue(table, column, value)
  if (hasType(column, value)) return column.type === 'Edm.Guid' ? String(value).toLowerCase() : value
  throw payloadError(table.setName, `Cannot convert the literal '${text(value)}' to the expected type '${column.type}'.`)
}

interface Draft {
  changes: Record<string, unknown>
  readonly before: NestedRow[]
  readonly after: (NestedRow & { readonly collection: string })[]
  readonly bound: { readonly collection: string; readonly id: string }[]
}

interface Member {
  readonly name: string
  readonly value: unknown
}

function readMember(target: PayloadTarget, draft: Draft, { name, value }: Member): void {
  const { table } = target
  const column = table.columns.find((known) => known.name === name && known.target === undefined)
  if (column !== undefined) draft.changes[column.name] = checkedValue(table, column, value)
  else if (!readNavigation(target, draft, { name, value })) throw unknownMember(table, name)
}

// A navigation property: null clears a lookup, an object makes the row behind it, an array makes rows of a collection.
function readNavigation(target: PayloadTarget, draft: Draft, { name, value }: Member): boolean {
  const { table, reading } = target
  const lookup = lookupNavigation(table, name)
  if (lookup !== undefined && value === null) {
    Object.assign(draft.changes, lookupChanges(lookup.column, null))
    return true
  }
  if (lookup !== undefined && isObject(value)) {
    const [only, ...others] = lookup.tables
    if (only === undefined || others.length > 0)
      throw payloadError(table.setName, `The navigation property '${name}' leads to several tables; name one by its own property.`)
    const other = reading.requireTable(only, 'deep insert into')
    draft.before.push({ table: other, lookup, payload: parsePayload({ reading, table: other }, value) })
    return true
  }
  const collection = reading.collectionTable(table, name)
  if (collection === undefined || !Array.isArray(value)) return false
  const other = reading.requireTable(collection, 'deep insert into')
  for (const item of value) {
    if (!isObject(item)) throw payloadError(table.setName, `A member of '${name}' is not a JSON object.`)
    draft.after.push({ table: other, collection: name, payload: parsePayload({ reading, table: other }, item) })
  }
  return true
}

function bind({ table, reading }: PayloadTarget, draft: Draft, { name, value }: Member): void {
  const lookup = lookupNavigation(table, name)
  if (lookup !== undefined) {
    Object.assign(draft.changes, lookupChanges(lookup.column, value === null ? null : findBound({ table, reading }, lookup, value)))
    return
  }
  const collection = reading.collectionTable(table, name)
  if (collection === undefined || !Array.isArray(value)) throw undeclared(table, name)
  for (const item of value)
    draft.bound.push({ collection: name, id: findBound({ table, reading }, { name, tables: [collection] }, item).id })
}

function findBound(
  { table, reading }: PayloadTarget,
  navigation: Pick<LookupNavigation, 'name' | 'tables'>,
  value: unknown,
): { readonly table: string; readonly id: string } {
  const found = findReference(reading, value)
  if (found === undefined)
    throw payloadError(
      table.setName,
      `The odata.bind value ${JSON.stringify(value)} of '${navigation.name}' is not a resource path 'set(id)'.`,
    )
  if (!navigation.tables.includes(found.table.logicalName))
    throw payloadError(table.setName, `A resource of the set '${found.table.setName}' cannot be bound to '${navigation.name}'.`)
  return { table: found.table.logicalName, id: found.id }
}

function unknownMember(table: Table, name: string): ODataError {
  // As clients report it; the code around it is unverified.
  if (columnByWireName(table, name)?.target !== undefined)
    return payloadError(
      table.setName,
      'CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.',
    )
  return undeclared(table, name)
}

function undeclared(table: Table, name: string): ODataError {
  return payloadError(table.setName, `Invalid property '${name}' was found in entity 'Microsoft.Dynamics.CRM.${table.logicalName}'.`)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function managedValue(table: Table, column: Column, value: unknown): unknown {
  if (typeof value === 'object' && value !== null && 'Value' in value && typeof value.Value === 'boolean') return value.Value
  throw payloadError(
    table.setName,
    `Cannot convert the literal '${text(value)}' to the expected type 'Microsoft.Dynamics.CRM.BooleanManagedProperty' of '${column.name}'.`,
  )
}

function hasType(column: Column, value: unknown): boolean {
  switch (column.type) {
    case 'Edm.String':
    case 'Edm.Binary':
      return typeof value === 'string'
    case 'Edm.Guid':
      return typeof value === 'string' && guidForm.test(value)
    case 'Edm.Boolean':
      return typeof value === 'boolean'
    case 'Edm.Int32':
    case 'Edm.Int64':
      return typeof value === 'number' && Number.isInteger(value)
    case 'Edm.Double':
    case 'Edm.Decimal':
      return typeof value === 'number'
    case 'Edm.Date':
      return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value)
    case 'Edm.DateTimeOffset':
      return typeof value === 'string' && !Number.isNaN(Date.parse(value))
    case 'Microsoft.Dynamics.CRM.Label':
      return false
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
