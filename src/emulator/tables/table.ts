import type { EdmType } from '../odata/evaluate.ts'
import type { OperationContext } from '../operations/operation.ts'
import type { ReadTransaction, Row } from '../store/store.ts'

/** A column as the Web API shows it. A lookup is stored under its logical name and travels as `_name_value`. */
export interface Column {
  readonly name: string
  readonly type: EdmType
  /** Logical name of the table that a lookup points to; the first of several. */
  readonly target?: string
  /** Of a lookup that may point to several tables: each with its navigation property. The table of a value is stored under `<name>~type`. */
  readonly targets?: readonly { readonly table: string; readonly navigation: string }[]
  /** Name of the single-valued navigation property of a lookup, where it differs from the logical name. */
  readonly navigation?: string
  /** Its value is the id of a file, whose content has an address of its own. */
  readonly isFile?: boolean
  /** Of a file: it is an image, which also travels with its row when it is asked for by name. */
  readonly isImage?: boolean
  /** Travels as {Value, CanBeChanged, ManagedPropertyLogicalName}; stored as the boolean. */
  readonly isManagedProperty?: boolean
  /** Labels of an option set, for FormattedValue. */
  readonly labels?: Readonly<Record<number, string>>
}

/** Rows of another table that are joined with rows of this one through an intersect table (N:N). */
export interface ManyToMany {
  /** Name of the collection-valued navigation property. */
  readonly name: string
  /** Logical name of the other table. */
  readonly table: string
  list(tx: ReadTransaction, id: string): readonly string[]
  associate(ctx: WriteContext, id: string, otherId: string): Promise<void>
  disassociate(ctx: WriteContext, id: string, otherId: string): Promise<void>
}

/** Rows of another table that point here, for $expand. */
export interface CollectionNavigation {
  readonly name: string
  readonly table: string
  /** Logical name of the lookup in the other table. */
  readonly lookup: string
  /** Ids of the rows that point to a row, where that is faster than looking through all of them. */
  readonly ids?: (tx: ReadTransaction, id: string) => readonly string[]
}

export interface WriteContext extends OperationContext {
  /** Header MSCRM.SolutionUniqueName: the unmanaged solution that a created component joins. */
  readonly solution: string | undefined
}

export type Changes = Readonly<Record<string, unknown>>

/** One table of the Web API: what it shows, and what may be done with it. A verb without a function is refused with 501 by name. */
export interface Table {
  readonly logicalName: string
  readonly setName: string
  readonly primaryId: string
  readonly primaryName?: string
  readonly columns: readonly Column[]
  readonly collections?: readonly CollectionNavigation[]
  readonly manyToMany?: readonly ManyToMany[]
  /** Its rows are parts of others: they are read by themselves, and written as the collection of the row that they belong to. */
  readonly isPart?: boolean
  /** Alternate keys: the logical names of the columns of each. */
  readonly keys?: readonly (readonly string[])[]
  /** The service ignores $select here and always sends every column. */
  readonly ignoresSelect?: boolean
  /** Reads the rows; by default those of the store's table of the same name. `query` lets a virtual table see its own filter. */
  readonly list?: (tx: ReadTransaction, query: TableQuery) => readonly Row[]
  /** The rows in the order of their ids behind one, read as far as they are asked for: for tables that may be too large to be read whole. */
  readonly scan?: (tx: ReadTransaction, after: string | undefined) => Iterable<Row>
  /** Reads one row by its id where that is faster than looking through `list`. */
  readonly get?: (tx: ReadTransaction, id: string) => Row | undefined
  /** Finds a row by the values of an alternate key, by logical names, where that is faster than looking through `list`. */
  readonly getByKey?: (tx: ReadTransaction, values: Changes) => Row | undefined
  /** Throws 403 for an id or an alternate key of a row that is there and hidden from the caller; who may see all rows has none. */
  readonly refuseHidden?: (tx: ReadTransaction, at: { readonly id: string } | { readonly values: Changes }) => void
  /** The saved definitions, published or not (RetrieveUnpublishedMultiple); undefined where the service does not bind it. */
  readonly listUnpublished?: (tx: ReadTransaction) => readonly Row[]
  /** Returns the id of the new row. */
  readonly create?: (ctx: WriteContext, values: Changes) => Promise<string>
  readonly update?: (ctx: WriteContext, row: Row, changes: Changes) => Promise<void>
  readonly remove?: (ctx: WriteContext, row: Row) => Promise<void>
}

export interface TableQuery {
  /** Value that the filter demands of a column by `eq` under `and`; undefined when it demands none. */
  wanted(column: string): string | number | boolean | undefined
}

export interface ColumnNames {
  readonly strings?: string
  readonly guids?: string
  readonly ints?: string
  readonly bigints?: string
  readonly doubles?: string
  readonly booleans?: string
  readonly dates?: string
  /** `name>target` or `name>target:NavigationProperty`. */
  readonly lookups?: string
  readonly managedProperties?: string
  readonly options?: Readonly<Record<string, Readonly<Record<number, string>>>>
}

/** Columns from lists of names, one list a type. */
export function columns(names: ColumnNames): Column[] {
  const plain = (text: string | undefined, type: EdmType): Column[] => words(text).map((name) => ({ name, type }))
  return [
    ...plain(names.strings, 'Edm.String'),
    ...plain(names.guids, 'Edm.Guid'),
    ...plain(names.ints, 'Edm.Int32'),
    ...plain(names.bigints, 'Edm.Int64'),
    ...plain(names.doubles, 'Edm.Double'),
    ...plain(names.booleans, 'Edm.Boolean'),
    ...plain(names.dates, 'Edm.DateTimeOffset'),
    ...words(names.managedProperties).map((name): Column => ({ name, type: 'Edm.Boolean', isManagedProperty: true })),
    ...words(names.lookups).map(lookupColumn),
    ...Object.entries(names.options ?? {}).map(([name, labels]): Column => ({ name, type: 'Edm.Int32', labels })),
  ]
}

/** Name of a column on the wire. */
export function wireName(column: Column): string {
  return column.target === undefined ? column.name : `_${column.name}_value`
}

/** Value of a column in a stored row, in the column's type; null when the row has none. Definitions keep numbers and flags as the text of their XML. */
export function storedValue(row: Row, column: Column): unknown {
  const value = row[column.name] ?? null
  if (typeof value !== 'string' || column.type === 'Edm.String') return value
  switch (column.type) {
    case 'Edm.Boolean':
      return value === '' ? null : value === '1' || value.toLowerCase() === 'true'
    case 'Edm.Int32':
    case 'Edm.Int64':
    case 'Edm.Double':
    case 'Edm.Decimal':
      return value.trim() === '' || Number.isNaN(Number(value)) ? null : Number(value)
    case 'Edm.Guid':
      return value === '' ? null : value.replace(/[{}]/g, '').toLowerCase()
    case 'Edm.DateTimeOffset':
    case 'Edm.Date':
    case 'Edm.Binary':
    case 'Microsoft.Dynamics.CRM.Label':
      return value
  }
}

export function columnByWireName(table: Table, name: string): Column | undefined {
  return namesOf(table).columns.get(name)
}

interface Names {
  readonly columns: ReadonlyMap<string, Column>
  readonly lookups: ReadonlyMap<string, LookupNavigation>
}

const names = new WeakMap<readonly Column[], Names>()

// Made once for a list of columns: filters and orders ask for every row.
function namesOf(table: Table): Names {
  const known = names.get(table.columns)
  if (known !== undefined) return known
  const made: Names = {
    columns: firstBy(table.columns, wireName),
    lookups: firstBy(lookupNavigations(table), ({ name }) => name),
  }
  names.set(table.columns, made)
  return made
}

function firstBy<T>(items: readonly T[], nameOf: (item: T) => string): ReadonlyMap<string, T> {
  return new Map([...items].reverse().map((item) => [nameOf(item), item]))
}

/** A single-valued navigation property: its lookup column, and the tables that it may lead to. */
export interface LookupNavigation {
  readonly name: string
  readonly column: Column
  readonly tables: readonly string[]
}

/** Every single-valued navigation property. A lookup to several tables may have one for each or one for all. */
export function lookupNavigations(table: Table): readonly LookupNavigation[] {
  return table.columns.flatMap((column) => navigationsOf(column))
}

export function lookupNavigation(table: Table, name: string): LookupNavigation | undefined {
  return namesOf(table).lookups.get(name)
}

/** The table that a stored lookup points to: of several, the one that was stored with it. */
export function targetOf(row: Row, column: Column): string | undefined {
  const stored = row[typeKey(column)]
  return typeof stored === 'string' ? stored : column.target
}

/** Key in a stored row of the table that a lookup to several tables points to. */
export function typeKey(column: Column): string {
  return `${column.name}~type`
}

function navigationsOf(column: Column): readonly LookupNavigation[] {
  const { target, targets } = column
  if (target === undefined) return []
  const own = column.navigation ?? column.name
  if (targets === undefined) return [{ name: own, column, tables: [target] }]
  const byName = new Map<string, string[]>()
  for (const { table, navigation } of targets) byName.set(navigation, [...(byName.get(navigation) ?? []), table])
  if (!byName.has(own))
    byName.set(
      own,
      targets.map((item) => item.table),
    )
  return [...byName].map(([name, tables]) => ({ name, column, tables }))
}

export const auditColumns = 'createdby>systemuser modifiedby>systemuser createdonbehalfby>systemuser modifiedonbehalfby>systemuser'
export const ownerColumns = 'ownerid>systemuser owningbusinessunit>businessunit owninguser>systemuser owningteam>team'

function lookupColumn(text: string): Column {
  const [name = '', target = '', navigation] = text.split(/[>:]/)
  return { name, type: 'Edm.Guid', target, ...(navigation === undefined ? {} : { navigation }) }
}

function words(text: string | undefined): string[] {
  return (text ?? '').split(/\s+/).filter((word) => word !== '')
}
