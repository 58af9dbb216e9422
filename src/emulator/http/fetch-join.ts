import { ODataError } from '../errors.ts'
import type { Scalar } from '../odata/compare.ts'
import type { Circumstances } from '../odata/conditions.ts'
import { meetsCondition } from '../odata/conditions.ts'
import type { FetchCondition, FetchEntity, FetchFilter, FetchLink } from '../odata/fetch-query.ts'
import { workCap } from '../odata/limits.ts'
import { queryTimedOut, syntaxError } from '../odata/refuse.ts'
import type { Row } from '../store/store.ts'
import type { Reading } from '../tables/rows.ts'
import { listRows, scalar } from '../tables/rows.ts'
import type { Column, Table } from '../tables/table.ts'

/** The root row and the linked rows by alias; the root has the empty alias, and an outer link without a match has no row. */
export type Joined = ReadonlyMap<string, Row | undefined>

export interface FetchScope {
  readonly reading: Reading
  readonly circumstances: Circumstances
  /** The table of each alias. */
  readonly tables: ReadonlyMap<string, Table>
}

/** Opens the tables of a query; throws for a table or an alias that is not known. */
export function openScope(
  reading: Reading,
  root: { readonly table: Table; readonly entity: FetchEntity },
  circumstances: Circumstances,
): FetchScope {
  const tables = new Map([['', root.table]])
  const add = (entity: FetchEntity): void => {
    for (const link of entity.links) {
      if (tables.has(link.alias)) throw syntaxError(`The alias '${link.alias}' is used twice in FetchXML.`)
      tables.set(link.alias, reading.requireTable(link.name, 'FetchXML over'))
      add(link)
    }
  }
  add(root.entity)
  return { reading, circumstances, tables }
}

/** The column with a logical name, or the service's error for a name that the table does not have. */
export function fetchColumn(scope: FetchScope, alias: string, name: string): Column {
  const table = scope.tables.get(alias)
  if (table === undefined) throw syntaxError(`No link-entity of the FetchXML has the alias '${alias}'.`)
  const column = table.columns.find((item) => item.name === name)
  if (column === undefined)
    throw new ODataError(
      400,
      '0x80041103',
      `'${table.logicalName}' entity doesn't contain attribute with Name = '${name}' and NameMapping = 'Logical'.`,
    )
  return column
}

/** Value of a column in a joined row; null where the outer link found nothing. */
export function fetchValue(scope: FetchScope, joined: Joined, at: { readonly alias: string; readonly name: string }): Scalar {
  const row = joined.get(at.alias)
  const column = fetchColumn(scope, at.alias, at.name)
  return row === undefined ? null : scalar(row, column)
}

/** All joined rows that pass every filter. Each linked table is read once, however many rows lead to it. */
export function joinRows(scope: FetchScope, entity: FetchEntity, rows: readonly Row[]): readonly Joined[] {
  checkNames(scope, entity, '')
  let joined: readonly Joined[] = rows.map((row) => new Map([['', row]]))
  // What the root's own filter refuses need not be joined; conditions on linked tables wait until they are.
  const early = entity.filters.filter((filter) => !namesLinked(filter))
  joined = joined.filter((item) => early.every((filter) => passes(scope, item, { filter, alias: '' })))
  for (const link of entity.links) joined = joinLink(scope, joined, { link, parent: '' })
  const late = entity.filters.filter(namesLinked)
  return late.length === 0 ? joined : joined.filter((item) => late.every((filter) => passes(scope, item, { filter, alias: '' })))
}

function joinLink(
  scope: FetchScope,
  joined: readonly Joined[],
  { link, parent }: { readonly link: FetchLink; readonly parent: string },
): readonly Joined[] {
  checkNames(scope, link, link.alias)
  const index = indexRows(scope, link)
  const result: Joined[] = []
  for (const item of joined) {
    const key = fetchValue(scope, item, { alias: parent, name: link.to })
    const matches = key === null || key === undefined ? [] : (index.get(keyText(key)) ?? [])
    if (matches.length === 0 && link.isOuter) result.push(new Map([...item, [link.alias, undefined]]))
    if (matches.length > 1 && result.length + matches.length > workCap) throw queryTimedOut()
    for (const row of matches) result.push(new Map([...item, [link.alias, row]]))
  }
  return link.links.reduce<readonly Joined[]>((rows, inner) => joinLink(scope, rows, { link: inner, parent: link.alias }), result)
}

function indexRows(scope: FetchScope, link: FetchLink): ReadonlyMap<string, readonly Row[]> {
  const table = scope.reading.requireTable(link.name, 'FetchXML over')
  const column = fetchColumn(scope, link.alias, link.from)
  const index = new Map<string, Row[]>()
  for (const row of listRows(scope.reading.tx, table)) {
    const key = scalar(row, column)
    if (key === null || key === undefined) continue
    const joined: Joined = new Map([[link.alias, row]])
    if (!link.filters.every((filter) => passes(scope, joined, { filter, alias: link.alias }))) continue
    const found = index.get(keyText(key))
    if (found === undefined) index.set(keyText(key), [row])
    else found.push(row)
  }
  return index
}

function keyText(value: Scalar): string {
  return String(value).toLowerCase()
}

function namesLinked(filter: FetchFilter): boolean {
  return filter.kind === 'condition' ? filter.entityName !== undefined : filter.parts.some(namesLinked)
}

function passes(scope: FetchScope, joined: Joined, { filter, alias }: { readonly filter: FetchFilter; readonly alias: string }): boolean {
  if (filter.kind === 'condition') return meets(scope, joined, { filter, alias })
  const { kind, parts } = filter
  const pass = (part: FetchFilter): boolean => passes(scope, joined, { filter: part, alias })
  return kind === 'and' || parts.length === 0 ? parts.every(pass) : parts.some(pass)
}

function meets(scope: FetchScope, joined: Joined, { filter, alias }: { readonly filter: FetchCondition; readonly alias: string }): boolean {
  const of = filter.entityName ?? alias
  const column = fetchColumn(scope, of, filter.attribute)
  const value = fetchValue(scope, joined, { alias: of, name: filter.attribute })
  const args =
    filter.valueColumn === undefined ? typedValues(column, filter) : [fetchValue(scope, joined, { alias: of, name: filter.valueColumn })]
  return meetsCondition(filter.operator, { value: comparable(column, value), args }, scope.circumstances)
}

// Dates of one moment may be written differently; the operators of dates read either.
function comparable(column: Column, value: Scalar): Scalar {
  return column.type === 'Edm.DateTimeOffset' && typeof value === 'string' ? new Date(value).toISOString() : value
}

const typed = new WeakMap<FetchCondition, readonly Scalar[]>()

// A condition is about one column, and there may be thousands of values to compare with every row.
function typedValues(column: Column, filter: FetchCondition): readonly Scalar[] {
  const known = typed.get(filter)
  if (known !== undefined) return known
  const made = filter.values.map((text) => typedValue(column, text))
  typed.set(filter, made)
  return made
}

function typedValue(column: Column, text: string): Scalar {
  switch (column.type) {
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.Double':
    case 'Edm.Decimal':
      return text.trim() === '' || Number.isNaN(Number(text)) ? refuseValue(column, text) : Number(text)
    case 'Edm.Boolean':
      return text === '1' || text.toLowerCase() === 'true'
    case 'Edm.Guid':
      return text.replace(/[{}]/g, '').toLowerCase()
    case 'Edm.DateTimeOffset':
      return Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString()
    case 'Edm.String':
    case 'Edm.Date':
    case 'Edm.Binary':
    case 'Microsoft.Dynamics.CRM.Label':
      return text
  }
}

function refuseValue(column: Column, text: string): never {
  throw new ODataError(400, '0x80040203', `The value '${text}' cannot be converted to the type of the column '${column.name}'.`)
}

function checkNames(scope: FetchScope, entity: FetchEntity, alias: string): void {
  for (const { name } of entity.attributes) fetchColumn(scope, alias, name)
  const check = (filter: FetchFilter): void => {
    if (filter.kind !== 'condition') filter.parts.forEach(check)
    else fetchColumn(scope, filter.entityName ?? alias, filter.attribute)
  }
  entity.filters.forEach(check)
}
