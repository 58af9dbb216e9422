import type { EdmType } from '../odata/evaluate.ts'
import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { Changes, Column, Table, WriteContext } from './table.ts'

/** The custom table with a logical name that was imported here; undefined when there is none with an entity set. */
export function customTable(tx: ReadTransaction, logicalName: string): Table | undefined {
  const row = tx.list('entity').find((item) => item['logicalname'] === logicalName)
  return row === undefined ? undefined : toTable(tx, row)
}

export function customTableBySet(tx: ReadTransaction, setName: string): Table | undefined {
  const row = tx.list('entity').find((item) => item['entitysetname'] === setName)
  return row === undefined ? undefined : toTable(tx, row)
}

/** True for the set of a platform table that a package named: the service has it, its rows are not here. */
export function isPlatformSet(tx: ReadTransaction, setName: string): boolean {
  return tx.list('entity').some((item) => item['entitysetname'] === setName)
}

/**
 * How the rows of one custom table are kept: under the metadata ids of the table and its columns. A table or column that is deleted
 * takes its data along, and one of the same name that comes later has a new id and starts empty.
 */
interface Keeping {
  readonly store: string
  readonly primaryId: string
  /** Logical name of a column → key in the stored row. */
  readonly keys: ReadonlyMap<string, string>
}

function toTable(tx: ReadTransaction, entity: Row): Table | undefined {
  const logicalName = String(entity['logicalname'])
  const setName = entity['entitysetname']
  // A platform table comes in packages as the place of columns; its rows are not here.
  if (typeof setName !== 'string' || setName === '' || !logicalName.includes('_')) return undefined
  const attributes = tx.list('attribute').filter((item) => item['entitylogicalname'] === logicalName)
  const primaryId = `${logicalName}id`
  const own = attributes.flatMap(toColumn)
  const bookkeeping = [{ name: primaryId, type: 'Edm.Guid' as const }, ...standardColumns].filter(
    ({ name }) => !own.some((column) => column.name === name),
  )
  const primaryName = attributes.find((item) => String(item['displaymask'] ?? '').includes('PrimaryName'))?.['logicalname']
  const custom = attributes.filter((item) => !standardNames.has(String(item['logicalname'])) && item['logicalname'] !== primaryId)
  const keys = new Map(custom.map((item) => [String(item['logicalname']), `~${String(item['metadataid'])}`]))
  const keeping: Keeping = { store: `~data ${String(entity['metadataid'])}`, primaryId, keys }
  return {
    logicalName,
    setName,
    primaryId,
    ...(typeof primaryName === 'string' ? { primaryName } : {}),
    columns: [...own, ...bookkeeping],
    list: (reader) => reader.list(keeping.store).map((row) => unpack(keeping, row)),
    create: (ctx, values) => createRow(ctx, keeping, values),
    update: (ctx, row, changes) => updateRow(ctx, keeping, { row, changes }),
    async remove(ctx, row) {
      await ctx.env.write((writer) => writer.remove(keeping.store, String(row[primaryId])))
    },
  }
}

const columnTypes: Readonly<Record<string, EdmType>> = {
  nvarchar: 'Edm.String',
  ntext: 'Edm.String',
  int: 'Edm.Int32',
  bigint: 'Edm.Int64',
  bit: 'Edm.Boolean',
  datetime: 'Edm.DateTimeOffset',
  decimal: 'Edm.Double',
  float: 'Edm.Double',
  money: 'Edm.Double',
  picklist: 'Edm.Int32',
  state: 'Edm.Int32',
  status: 'Edm.Int32',
  uniqueidentifier: 'Edm.Guid',
  primarykey: 'Edm.Guid',
}

// Lookups, files and multi-choices of custom tables are not served: a request that names one gets the error of an unknown property.
function toColumn(attribute: Row): Column[] {
  const type = columnTypes[String(attribute['attributetype']).toLowerCase()]
  return type === undefined ? [] : [{ name: String(attribute['logicalname']), type }]
}

const standardColumns: readonly Column[] = [
  { name: 'createdon', type: 'Edm.DateTimeOffset' },
  { name: 'modifiedon', type: 'Edm.DateTimeOffset' },
  { name: 'createdby', type: 'Edm.Guid', target: 'systemuser' },
  { name: 'modifiedby', type: 'Edm.Guid', target: 'systemuser' },
  { name: 'versionnumber', type: 'Edm.Int64' },
]
const standardNames = new Set(['statecode', 'statuscode', ...standardColumns.map((column) => column.name)])

function pack(keeping: Keeping, values: Row): Row {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [keeping.keys.get(name) ?? name, value]))
}

function unpack(keeping: Keeping, row: Row): Row {
  const custom = [...keeping.keys].map(([name, key]) => [name, row[key] ?? null] as const)
  return { ...row, ...Object.fromEntries(custom) }
}

async function createRow(ctx: WriteContext, keeping: Keeping, values: Changes): Promise<string> {
  const given = values[keeping.primaryId]
  const id = typeof given === 'string' ? given : ctx.guid()
  const at = ctx.now().toISOString()
  const by = ctx.caller.userId
  const row = {
    statecode: 0,
    statuscode: 1,
    ...values,
    [keeping.primaryId]: id,
    createdon: at,
    createdby: by,
    modifiedon: at,
    modifiedby: by,
  }
  await ctx.env.write((tx) => putRow(tx, keeping.store, id, pack(keeping, row)))
  return id
}

async function updateRow(ctx: WriteContext, keeping: Keeping, what: { readonly row: Row; readonly changes: Changes }): Promise<void> {
  const id = String(what.row[keeping.primaryId])
  const stamp = { modifiedon: ctx.now().toISOString(), modifiedby: ctx.caller.userId }
  await ctx.env.write((tx) => {
    const stored = tx.get(keeping.store, id)
    if (stored !== undefined) putRow(tx, keeping.store, id, { ...stored, ...pack(keeping, { ...what.changes, ...stamp }) })
  })
}
