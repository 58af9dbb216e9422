import { DroverError } from '#domain/kernel'
import { badYaml } from './bad-yaml.ts'
import { noteOf } from './carried-yaml.ts'
import { tablePlace } from './layout-paths.ts'
import { columnName, emptiedLists, joinTable, nameOfTable } from './tables.ts'
import { addDocument, readDocument, type XmlConversion } from './xml-conversion.ts'
import { entriesOf, entryOf, type YamlNode } from './yaml-node.ts'

/** Writes Entity.xml of each table, from its own file and those of its columns, and learns the names of the tables. */
export async function addTables(conversion: XmlConversion, documents: readonly string[]): Promise<void> {
  for (const [folder, source] of tableSources(documents)) {
    if (source.entity === undefined) throw noEntity(folder)
    await addTable(conversion, folder, { ...source, entity: source.entity })
  }
}

/** Whether the file is the table's own or that of a column: they make one file of the XML layout together. */
export function isTableFile(path: string): boolean {
  const inside = tablePlace(path)?.inside ?? []
  if (inside.length === 1) return /^entity\.yml$/i.test(inside[0] ?? '')
  return inside.length === 2 && inside[0]?.toLowerCase() === 'attributes'
}

interface TableSource {
  entity?: string
  readonly columns: string[]
  /** The lists of which there are files. */
  readonly lists: Set<string>
}

/** The files of each table, by the name of its folder in lower case. */
export function tableSources(documents: readonly string[]): ReadonlyMap<string, TableSource> {
  const tables = new Map<string, TableSource>()
  for (const path of [...documents].sort()) {
    const place = tablePlace(path)
    if (place === undefined) continue
    const folder = place.table.toLowerCase()
    const source: TableSource = tables.get(folder) ?? { columns: [], lists: new Set() }
    tables.set(folder, source)
    const list = listNames.get(place.inside[0]?.toLowerCase() ?? '')
    if (list !== undefined) source.lists.add(list)
    else if (!isTableFile(path)) continue
    else if (place.inside.length === 1) source.entity = path
    else source.columns.push(path)
  }
  return tables
}

const listNames: ReadonlyMap<string, string> = new Map([
  ['formxml', 'FormXml'],
  ['savedqueries', 'SavedQueries'],
  ['visualizations', 'Visualizations'],
  ['ribbondiff.yml', 'RibbonDiffXml'],
  ['ribbondiffs', 'RibbonDiffXml'],
])

function noEntity(folder: string): DroverError {
  return new DroverError(
    'solution.file-missing',
    `entities/${folder}/Entity.yml is missing: the other files of that folder are parts of its table.`,
    {
      hint: 'Take it from version control again, or delete the folder.',
    },
  )
}

async function addTable(conversion: XmlConversion, folder: string, source: TableSource & { readonly entity: string }): Promise<void> {
  const table = await readDocument(conversion, source.entity)
  const name = noteOf(conversion.notes.tables, folder) ?? nameOfTable(table.node)
  if (table.root !== 'Entity' || name === undefined) throw badYaml({ path: source.entity }, 'an Entity with a Name is expected in it.')
  const xmlPath = `Entities/${name}/Entity.xml`
  conversion.tableNames.set(folder, name)
  const columns = await columnsOf(conversion, table.node, source)
  if (columns.length > 0 && entryOf(table.node, 'EntityInfo', 'entity') === undefined) {
    throw badYaml({ path: source.entity }, 'it has columns, but no "entity" inside of "EntityInfo" to hold them.')
  }
  const emptied = noteOf(conversion.notes.emptied, xmlPath) ?? []
  const absent = noteOf(conversion.notes.absent, xmlPath) ?? []
  const lists = emptiedLists.filter((list) => emptied.includes(list) || (source.lists.has(list) && !absent.includes(list)))
  const order = noteOf(conversion.notes.columns, xmlPath) ?? []
  addDocument(conversion, xmlPath, { root: 'Entity', node: joinTable({ table: table.node, columns, order, lists }) })
}

async function columnsOf(conversion: XmlConversion, table: YamlNode, source: TableSource): Promise<YamlNode[]> {
  const columns: YamlNode[] = []
  const own = source.columns.length === 0 ? [] : entriesOf(entryOf(table, 'EntityInfo', 'entity', 'attributes'), 'attribute')
  const places = new Map(own.map((column) => [columnName(column), source.entity ?? '']))
  for (const path of source.columns) {
    const column = await readDocument(conversion, path)
    if (column.root !== 'attribute') throw badYaml({ path }, `an "attribute" is expected in it, not "${column.root}".`)
    const name = columnName(column.node)
    if (name === undefined) throw badYaml({ path }, 'the column has neither a LogicalName nor a PhysicalName.')
    const other = places.get(name)
    if (other !== undefined) throw sameColumn(name, [other, path])
    places.set(name, path)
    columns.push(column.node)
  }
  return columns
}

function sameColumn(name: string, [one, other]: readonly [string, string]): DroverError {
  return new DroverError('solution.path-conflict', `${one} and ${other} both say the column "${name}".`, {
    hint: 'Delete one of them, or give the new column its own LogicalName and PhysicalName.',
  })
}
