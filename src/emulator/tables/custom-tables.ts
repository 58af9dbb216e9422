import type { EdmType } from '../odata/evaluate.ts'
import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { Changes, Column, Table, WriteContext } from './table.ts'

/** Where the rows of a custom table stand in the store. */
export function dataTable(logicalName: string): string {
  return logicalName
}

/** The custom table with a logical name that was imported or made here; undefined when there is none with an entity set. */
export function customTable(tx: ReadTransaction, logicalName: string): Table | undefined {
  const row = tx.list('entity').find((item) => item['logicalname'] === logicalName)
  return row === undefined ? undefined : toTable(tx, row)
}

export function customTableBySet(tx: ReadTransaction, setName: string): Table | undefined {
  const row = tx.list('entity').find((item) => item['entitysetname'] === setName)
  return row === undefined ? undefined : toTable(tx, row)
}

function toTable(tx: ReadTransaction, entity: Row): Table | undefined {
  const logicalName = String(entity['logicalname'])
  const setName = entity['entitysetname']
  // A platform table comes in packages as the place of columns; its rows are not here.
  if (typeof setName !== 'string' || setName === '' || !logicalName.includes('_')) return undefined
  const attributes = tx.list('attribute').filter((item) => item['entitylogicalname'] === logicalName)
  const primaryId = `${logicalName}id`
  const known = attributes.flatMap(toColumn)
  const bookkeeping = [
    ...missing(known, standardColumns),
    ...(known.some((column) => column.name === primaryId) ? [] : [{ name: primaryId, type: 'Edm.Guid' as const }]),
  ]
  const primaryName = attributes.find((item) => String(item['displaymask'] ?? '').includes('PrimaryName'))?.['logicalname']
  return {
    logicalName,
    setName,
    primaryId,
    ...(typeof primaryName === 'string' ? { primaryName } : {}),
    columns: [...known, ...bookkeeping],
    create: (ctx, values) => createRow(ctx, { logicalName, primaryId }, values),
    update: (ctx, row, changes) => updateRow(ctx, { logicalName, primaryId }, { row, changes }),
    async remove(ctx, row) {
      await ctx.env.write((writer) => writer.remove(dataTable(logicalName), String(row[primaryId])))
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

function missing(known: readonly Column[], wanted: readonly Column[]): Column[] {
  return wanted.filter((column) => !known.some((item) => item.name === column.name))
}

interface Names {
  readonly logicalName: string
  readonly primaryId: string
}

async function createRow(ctx: WriteContext, names: Names, values: Changes): Promise<string> {
  const given = values[names.primaryId]
  const id = typeof given === 'string' ? given : ctx.guid()
  const at = ctx.now().toISOString()
  const by = ctx.caller.userId
  const row = {
    statecode: 0,
    statuscode: 1,
    ...values,
    [names.primaryId]: id,
    createdon: at,
    createdby: by,
    modifiedon: at,
    modifiedby: by,
  }
  await ctx.env.write((tx) => putRow(tx, dataTable(names.logicalName), id, row))
  return id
}

async function updateRow(ctx: WriteContext, names: Names, what: { readonly row: Row; readonly changes: Changes }): Promise<void> {
  const id = String(what.row[names.primaryId])
  const stamp = { modifiedon: ctx.now().toISOString(), modifiedby: ctx.caller.userId }
  await ctx.env.write((tx) =>
    putRow(tx, dataTable(names.logicalName), id, { ...(tx.get(dataTable(names.logicalName), id) ?? what.row), ...what.changes, ...stamp }),
  )
}
