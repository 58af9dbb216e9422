import type { ConfigurationColumn, ConfigurationPackage, ConfigurationRow, ConfigurationTable, DataValue } from '#domain/data'
import { DroverError } from '#domain/kernel'
import type { FileTree } from '../file-tree.ts'
import type { XmlElement } from '../package.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { attributeOf, child, childElements, childrenNamed, textOf } from '../xml/tree.ts'
import { idOf, readDataValue } from './data-values.ts'
import { readOwnFile } from './own-file.ts'
import { readDataSchema } from './read-data-schema.ts'

export const dataSchemaFile = 'data_schema.xml'
export const dataFile = 'data.xml'
/** Ours, beside the files of the platform's tool: what its format cannot say. */
export const ownDataFile = 'drover_data.json'

/** More than this is no configuration; the largest public package has some 7,000 rows [release-facts 1.5]. */
const rowsAtMost = 100_000

/**
 * Reads configuration data as the platform's Configuration Migration tool writes it, from its zip or its folder [release-facts 1.1 to 1.3].
 * Throws `data.bad-package` naming the file and the row, and never repeats a value.
 */
export async function readDataPackage(tree: FileTree): Promise<ConfigurationPackage> {
  const paths = new Map(tree.paths.map((path) => [path.toLowerCase(), path]))
  const read = async (name: string): Promise<Uint8Array | undefined> => {
    const path = paths.get(name)
    return path === undefined ? undefined : tree.read(path)
  }
  const schema = await read(dataSchemaFile)
  if (schema === undefined) throw badPackage(`There is no ${dataSchemaFile} in it.`)
  const described = readDataSchema(schema)
  const data = await read(dataFile)
  const rows = data === undefined ? new Map<string, readonly ConfigurationRow[]>() : readRows(data, described.tables)
  const own = readOwnFile(await read(ownDataFile))
  const unknown = Object.keys(own.tables).find((name) => !described.tables.some((table) => table.name === name))
  if (unknown !== undefined) throw badPackage(`${ownDataFile} speaks of the table ${unknown}, which ${dataSchemaFile} does not describe.`)
  return {
    tables: described.tables.map((table) => ({
      ...table,
      onTargetChange: own.tables[table.name]?.changedInTarget ?? 'keep',
      rows: rows.get(table.name) ?? [],
    })),
    importOrder: described.importOrder,
    deletes: own.deletes,
    outside: own.outside,
  }
}

export function badPackage(message: string): DroverError {
  return new DroverError('data.bad-package', `The package of configuration data cannot be used: ${message}`, {
    hint: 'Export it again with `drover data export`, or mend the named file; `drover data check <folder>` reads it without an environment.',
  })
}

type Described = Omit<ConfigurationTable, 'onTargetChange' | 'rows'>

function readRows(bytes: Uint8Array, tables: readonly Described[]): ReadonlyMap<string, readonly ConfigurationRow[]> {
  const root = parseXml(bytes, dataFile)
  if (root.name !== 'entities') throw badPackage(`${dataFile} does not begin with <entities>.`)
  const found = new Map<string, readonly ConfigurationRow[]>()
  let count = 0
  for (const entity of childrenNamed(root, 'entity')) {
    const name = attributeOf(entity, 'name')?.toLowerCase() ?? ''
    const table = tables.find((each) => each.name === name)
    if (table === undefined) throw badPackage(`${dataFile} holds rows of ${name}, which ${dataSchemaFile} does not describe.`)
    if (found.has(name)) throw badPackage(`${dataFile} holds rows of ${name} in two places.`)
    const records = childrenNamed(child(entity, 'records'), 'record')
    count += records.length
    if (count > rowsAtMost) throw badPackage(`${dataFile} holds more than ${rowsAtMost} rows; that is data, and no configuration.`)
    const links = readLinks(entity, table)
    const columns = new Map(table.columns.map((column) => [column.name, column]))
    found.set(
      name,
      records.map((record) => readRow(record, { table, columns, links })).sort((a, b) => (a.id < b.id ? -1 : 1)),
    )
  }
  return found
}

type Links = ReadonlyMap<string, Readonly<Record<string, readonly string[]>>>

function readRow(
  record: XmlElement,
  {
    table,
    columns,
    links,
  }: { readonly table: Described; readonly columns: ReadonlyMap<string, ConfigurationColumn>; readonly links: Links },
): ConfigurationRow {
  const id = idOf(attributeOf(record, 'newId') ?? attributeOf(record, 'id') ?? '')
  if (id === undefined) throw badPackage(`a row of ${table.name} in ${dataFile} has no id.`)
  const values: [string, DataValue][] = []
  for (const field of childElements(record)) {
    const name = attributeOf(field, 'name')?.toLowerCase() ?? ''
    if (name === table.primaryId) continue
    const column = columns.get(name)
    if (column === undefined)
      throw badPackage(`${dataSchemaFile} does not describe the column ${table.name}.${name}, of which ${id} has a value.`)
    const text = attributeOf(field, 'value') ?? textOf(field) ?? ''
    const value = readDataValue(column, { value: text, table: attributeOf(field, 'lookupentity')?.toLowerCase() })
    if (value === null) throw badPackage(`the value of ${table.name}.${name} in row ${id} is none of the type ${column.type}.`)
    if (value !== undefined) values.push([name, value])
  }
  values.sort(([a], [b]) => (a < b ? -1 : 1))
  return { id, values: Object.fromEntries(values), links: links.get(id) ?? {} }
}

/** Pairs by the row that they are seen from. */
function readLinks(entity: XmlElement, table: Described): Links {
  const links = new Map<string, Record<string, readonly string[]>>()
  for (const pair of childrenNamed(child(entity, 'm2mrelationships'), 'm2mrelationship')) {
    const source = idOf(attributeOf(pair, 'sourceid') ?? '')
    const named = attributeOf(pair, 'm2mrelationshipname') ?? ''
    const link = table.links.find(({ relationship, intersect }) => [relationship, intersect].some((name) => isSame(name, named)))
    if (source === undefined || link === undefined)
      throw badPackage(`${dataFile} joins rows of ${table.name} by "${named}", which ${dataSchemaFile} does not describe.`)
    const ids = childrenNamed(child(pair, 'targetids'), 'targetid').map((target) => idOf(textOf(target) ?? ''))
    const wanted = ids.filter((id) => id !== undefined)
    if (wanted.length !== ids.length) throw badPackage(`a pair of ${named} in ${dataFile} has no id.`)
    const of = links.get(source) ?? {}
    of[link.relationship] = [...new Set([...(of[link.relationship] ?? []), ...wanted])].sort()
    links.set(source, of)
  }
  return links
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
