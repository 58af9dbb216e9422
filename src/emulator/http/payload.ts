import { ODataError } from '../errors.ts'
import { guidForm } from '../odata/literal.ts'
import { notSupported } from '../odata/refuse.ts'
import type { ReadTransaction } from '../store/store.ts'
import type { FindTable } from '../tables/rows.ts'
import { findRow } from '../tables/rows.ts'
import type { Changes, Column, Table } from '../tables/table.ts'
import { lookupNavigation } from '../tables/table.ts'

/** The error of the service for a body that does not fit; its text names the set and the fault. */
export function payloadError(setName: string, fault: string): ODataError {
  return new ODataError(
    400,
    '0x80048d19',
    `Error identified in Payload provided by the user for Entity :'${setName}', For more information on this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : Microsoft.OData.ODataException: ${fault}`,
  )
}

export interface PayloadTarget {
  readonly tx: ReadTransaction
  readonly table: Table
  readonly find: FindTable
}

/** The changes that a body asks for, keyed by logical name; `x@odata.bind` becomes the id that it points to. */
export function parsePayload(target: PayloadTarget, body: Readonly<Record<string, unknown>>): Changes {
  const changes: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(body)) {
    if (name.endsWith('@odata.bind')) {
      const column = requireNavigation(target, name.slice(0, -'@odata.bind'.length))
      changes[column.name] = boundId(target, column, value)
    } else if (name.includes('@')) {
      continue // Annotations such as @odata.type and @odata.etag describe the body and change nothing.
    } else {
      const column =
        target.table.columns.find((known) => known.name === name && known.target === undefined) ?? clearedLookup(target.table, name, value)
      if (column === undefined) throw unknownName(target.table, name)
      changes[column.name] = checkedValue(target.table, column, value)
    }
  }
  return changes
}

// A lookup may be cleared by setting its navigation property to null.
function clearedLookup(table: Table, name: string, value: unknown): Column | undefined {
  return value === null ? lookupNavigation(table, name)?.column : undefined
}

function requireNavigation(target: PayloadTarget, name: string): Column {
  const column = lookupNavigation(target.table, name)?.column
  if (column === undefined) throw undeclared(target.table, name)
  return column
}

function unknownName(table: Table, name: string): ODataError {
  return lookupNavigation(table, name)?.column === undefined
    ? undeclared(table, name)
    : notSupported(`deep insert through '${name}' (bind it with '${name}@odata.bind')`)
}

function undeclared(table: Table, name: string): ODataError {
  return payloadError(table.setName, `Invalid property '${name}' was found in entity 'Microsoft.Dynamics.CRM.${table.logicalName}'.`)
}

function boundId(target: PayloadTarget, column: Column, value: unknown): string {
  const match = typeof value === 'string' ? /([A-Za-z_]\w*)\(([^()]+)\)\s*$/.exec(value) : null
  const id = match?.[2]?.toLowerCase() ?? ''
  if (match === null || !guidForm.test(id))
    throw payloadError(
      target.table.setName,
      `The odata.bind value ${JSON.stringify(value)} of '${column.name}' is not a resource path 'set(id)'.`,
    )
  const other = column.target === undefined ? undefined : target.find(target.tx, column.target)
  if (other === undefined || other.setName !== match[1]) {
    throw payloadError(target.table.setName, `A resource of the set '${match[1]}' cannot be bound to '${column.name}'.`)
  }
  if (findRow(target.tx, other, id) === undefined)
    throw new ODataError(404, '0x80040217', `Entity '${other.logicalName}' With Id = ${id} Does Not Exist`)
  return id
}

function checkedValue(table: Table, column: Column, value: unknown): unknown {
  if (value === null) return null
  if (column.isManagedProperty === true) return managedValue(table, column, value)
  if (hasType(column, value)) return column.type === 'Edm.Guid' ? String(value).toLowerCase() : value
  throw payloadError(table.setName, `Cannot convert the literal '${text(value)}' to the expected type '${column.type}'.`)
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
