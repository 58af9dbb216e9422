import type { Digest } from '#domain/kernel'

/** A row of some table, by logical name and id. */
export interface DataReference {
  readonly table: string
  readonly id: string
}

/** A value of a row in one form, whoever wrote it: ids in lower case, moments as `toISOString` writes them. No value at all is left out. */
export type DataValue = string | number | boolean | DataReference

/** What the column types of the platform's data packages mean to us [release-facts 1.2]. `elsewhere`: its content does not travel with rows. */
export type DataSort = 'text' | 'id' | 'reference' | 'moment' | 'number' | 'flag' | 'choices' | 'elsewhere'

export interface ConfigurationColumn {
  readonly name: string
  readonly displayName: string
  /** As the package writes it: string, guid, entityreference, datetime … */
  readonly type: string
  /** Tables that a reference may point to, as the package writes them. */
  readonly target: string | undefined
  /** Other tools may tell rows apart by it; we go by ids. */
  readonly isKey: boolean
}

/** A many-to-many relationship whose pairs the package holds, seen from its table. */
export interface ConfigurationLink {
  /** Schema name. */
  readonly relationship: string
  /** The table that holds the pairs. */
  readonly intersect: string
  readonly target: string
  readonly targetPrimaryId: string
  readonly isReflexive: boolean
}

export interface ConfigurationRow {
  readonly id: string
  /** By the logical names of columns, the primary id left out. */
  readonly values: Readonly<Record<string, DataValue>>
  /** Relationship → ids that the row is joined with, sorted. */
  readonly links: Readonly<Record<string, readonly string[]>>
}

/** What becomes of a row that the target has changed since the last load: it is kept and named, or the package holds. */
export type OnTargetChange = 'keep' | 'overwrite'

export interface ConfigurationTable {
  /** Logical name. */
  readonly name: string
  readonly displayName: string
  readonly primaryId: string
  readonly primaryName: string
  readonly columns: readonly ConfigurationColumn[]
  readonly links: readonly ConfigurationLink[]
  /** FetchXML by which other tools choose rows; carried, not used. */
  readonly filter: string | undefined
  readonly onTargetChange: OnTargetChange
  readonly rows: readonly ConfigurationRow[]
}

/** A row that the package does not hold and every target must have, found there by a key since its id differs. */
export interface OutsideRow extends DataReference {
  /** Columns with the values that only this row has. */
  readonly key: Readonly<Record<string, string | number>>
}

/** Rows that a solution needs to work: a schema, stable ids, an order. What is not in it is nobody's business but the target's. */
export interface ConfigurationPackage {
  readonly tables: readonly ConfigurationTable[]
  /** Logical names in the order of loading, where the package says it. */
  readonly importOrder: readonly string[]
  /** Rows that are to be gone; the platform's own format cannot say so. */
  readonly deletes: readonly DataReference[]
  readonly outside: readonly OutsideRow[]
}

/** What a sealed release says of its configuration data. */
export interface SealedConfigurationData {
  /** Of the package as it is kept. */
  readonly digest: Digest
  /** Git commit that it was read at: the newest when the release was prepared, which may be later than that of the solution's source. */
  readonly commit: string
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
}

const sorts: Readonly<Record<string, DataSort>> = {
  string: 'text',
  memo: 'text',
  guid: 'id',
  entityreference: 'reference',
  lookup: 'reference',
  customer: 'reference',
  owner: 'reference',
  datetime: 'moment',
  number: 'number',
  integer: 'number',
  bigint: 'number',
  decimal: 'number',
  float: 'number',
  money: 'number',
  bool: 'flag',
  optionsetvalue: 'number',
  state: 'number',
  status: 'number',
  optionsetvaluecollection: 'choices',
  imagedata: 'elsewhere',
  filedata: 'elsewhere',
  partylist: 'elsewhere',
}

/** Undefined for a type that nobody has seen. */
export function sortOf(column: Pick<ConfigurationColumn, 'type'>): DataSort | undefined {
  return Object.hasOwn(sorts, column.type) ? sorts[column.type] : undefined
}

/** Columns that say where a row is from rather than what it is; an environment fills them by itself, and another's values fail or mis-own there [release-facts 1.3]. */
export function isOfItsEnvironment(column: string): boolean {
  return ofTheEnvironment.has(column) || /_base$/.test(column)
}

const ofTheEnvironment = new Set([
  ...['createdon', 'createdby', 'createdonbehalfby', 'modifiedon', 'modifiedby', 'modifiedonbehalfby', 'overriddencreatedon'],
  ...['ownerid', 'owninguser', 'owningteam', 'owningbusinessunit', 'versionnumber', 'importsequencenumber'],
  ...['timezoneruleversionnumber', 'utcconversiontimezonecode', 'exchangerate'],
])

/** The columns that are compared and written: those that travel with rows and are about them. */
export function carriedColumns(table: Pick<ConfigurationTable, 'columns' | 'primaryId'>): readonly ConfigurationColumn[] {
  return table.columns.filter((column) => {
    const sort = sortOf(column)
    return column.name !== table.primaryId && sort !== undefined && sort !== 'elsewhere' && !isOfItsEnvironment(column.name)
  })
}

export function isReferenceValue(value: DataValue | undefined): value is DataReference {
  return typeof value === 'object'
}

/** One form of a reference, to compare and to look up by. */
export function referenceKey({ table, id }: DataReference): string {
  return `${table}:${id}`
}

/** Empty texts are no values to the platform, and decimals have ten places at the most. */
export function sameValue(one: DataValue | undefined, other: DataValue | undefined): boolean {
  return valueText(one) === valueText(other)
}

/** A text that is equal for equal values. */
export function valueText(value: DataValue | undefined): string {
  if (value === undefined || value === '') return ''
  if (isReferenceValue(value)) return referenceKey(value)
  if (typeof value === 'number') return `n${Number(value.toFixed(10))}`
  return typeof value === 'boolean' ? `b${value}` : `t${value}`
}

/** What people call a row: its name in the package where it has one, and its id. */
export function callRow(table: ConfigurationTable, row: ConfigurationRow): string {
  const name = row.values[table.primaryName]
  return typeof name === 'string' && name !== '' ? `${table.name} ${name} (${row.id})` : `${table.name} ${row.id}`
}
