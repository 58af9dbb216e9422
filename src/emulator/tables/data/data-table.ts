import type { EdmType } from '../../odata/evaluate.ts'
import type { ReadTransaction } from '../../store/store.ts'
import type { Column, Table } from '../table.ts'
import { baseCurrency, baseCurrencyId } from './currency.ts'
import type { DataColumn, DataDefinition } from './definition.ts'
import { isLookup } from './definition.ts'
import { definedTables, defineSet, defineTable } from './define.ts'
import { manyToManyOf } from './pairs.ts'
import { nameBeside } from './file-rows.ts'
import { partiesTable } from './platform-tables.ts'
import { readRow, readRows, rowByKey, rowsPointingTo, scanRows } from './row-store.ts'
import { removeRow } from './row-removal.ts'
import { createRow, updateRow } from './row-writes.ts'

/** The table with a logical name whose rows are data: an imported custom one, or one of the platform that solutions extend. */
export function dataTable(tx: ReadTransaction, logicalName: string): Table | undefined {
  const definition = defineTable(tx, logicalName)
  return definition === undefined ? undefined : tableOf(definition)
}

export function dataTableBySet(tx: ReadTransaction, setName: string): Table | undefined {
  const definition = defineSet(tx, setName)
  return definition === undefined ? undefined : tableOf(definition)
}

/** All of them, for documents that list what an environment has. */
export function dataTables(tx: ReadTransaction): readonly Table[] {
  return definedTables(tx).map(tableOf)
}

const tables = new WeakMap<DataDefinition, Table>()

function tableOf(definition: DataDefinition): Table {
  const known = tables.get(definition)
  if (known !== undefined) return known
  const table = makeTable(definition)
  tables.set(definition, table)
  return table
}

function makeTable(definition: DataDefinition): Table {
  const isCurrency = definition.logicalName === 'transactioncurrency'
  return {
    logicalName: definition.logicalName,
    setName: definition.setName,
    primaryId: definition.primaryId,
    ...(definition.primaryName === undefined ? {} : { primaryName: definition.primaryName }),
    ...(definition.logicalName === partiesTable ? { isPart: true } : {}),
    columns: definition.columns.flatMap((column) => [...toColumn(column), ...besideFile(definition, column)]),
    collections: definition.children.map(({ collection, table, column }) => ({
      name: collection,
      table,
      lookup: column,
      ids: (tx: ReadTransaction, id: string) => idsPointingTo(tx, { table, column, id }),
    })),
    manyToMany: manyToManyOf(definition),
    keys: definition.keys.map(({ columns }) => columns),
    list: (tx) => (isCurrency ? [baseCurrency(tx), ...readRows(tx, definition)] : readRows(tx, definition)),
    // The base currency is no stored row.
    ...(isCurrency ? {} : { scan: (tx: ReadTransaction, after: string | undefined) => scanRows(tx, definition, after) }),
    get: (tx, id) => (isCurrency && id === baseCurrencyId ? baseCurrency(tx) : readRow(tx, definition, id)),
    getByKey: (tx, values) => rowByKey(tx, definition, values),
    create: (ctx, values) => createRow(ctx, definition, values),
    update: (ctx, row, changes) => updateRow(ctx, definition, row, changes),
    remove: (ctx, row) => removeRow(ctx, definition, row),
  }
}

function idsPointingTo(
  tx: ReadTransaction,
  from: { readonly table: string; readonly column: string; readonly id: string },
): readonly string[] {
  const column = defineTable(tx, from.table)?.byName.get(from.column)
  return column === undefined ? [] : rowsPointingTo(tx, column, from.id)
}

const types: Readonly<Record<string, EdmType>> = {
  nvarchar: 'Edm.String',
  ntext: 'Edm.String',
  int: 'Edm.Int32',
  bigint: 'Edm.Int64',
  bit: 'Edm.Boolean',
  datetime: 'Edm.DateTimeOffset',
  decimal: 'Edm.Decimal',
  float: 'Edm.Double',
  money: 'Edm.Decimal',
  picklist: 'Edm.Int32',
  state: 'Edm.Int32',
  status: 'Edm.Int32',
  multiselectpicklist: 'Edm.String',
  uniqueidentifier: 'Edm.Guid',
  primarykey: 'Edm.Guid',
  lookup: 'Edm.Guid',
  customer: 'Edm.Guid',
  owner: 'Edm.Guid',
  file: 'Edm.Guid',
  image: 'Edm.Binary',
}

// What has no type here (party lists, managed properties) is no property of its own in the Web API.
function toColumn(column: DataColumn): Column[] {
  const type = column.type === 'datetime' && column.isDateOnly === true ? 'Edm.Date' : types[column.type]
  if (type === undefined) return []
  const labels = column.choices.length === 0 ? {} : { labels: Object.fromEntries(column.choices.map(({ value, label }) => [value, label])) }
  const [first, ...others] = column.targets
  // A lookup whose relationship is not here: nobody knows where it leads.
  if (first === undefined && isLookup(column)) return []
  if (first === undefined) return [{ name: column.name, type, ...labels, ...fileTraits(column) }]
  const navigation = { target: first.table, navigation: first.navigation }
  return [{ name: column.name, type, ...navigation, ...(others.length === 0 ? {} : { targets: column.targets }) }]
}

function fileTraits({ type }: DataColumn): Pick<Column, 'isFile' | 'isImage'> {
  if (type !== 'file' && type !== 'image') return {}
  return { isFile: true, ...(type === 'image' ? { isImage: true } : {}) }
}

/** The read-only column that the service keeps beside a file (its name) or an image (its id). */
function besideFile(definition: DataDefinition, column: DataColumn): Column[] {
  const name = nameBeside(column)
  if (name === undefined || definition.byName.has(name)) return []
  return [{ name, type: column.type === 'file' ? 'Edm.String' : 'Edm.Guid' }]
}
