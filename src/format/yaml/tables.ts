import { isFileName } from './file-name.ts'
import {
  type YamlDocument,
  type YamlMap,
  type YamlNode,
  entriesOf,
  entryOf,
  isMap,
  textOfNode,
  withEntriesAfter,
  withEntry,
} from './yaml-node.ts'

/** A table as files: itself without its columns, and a document for each column by its file name. */
export interface TableFiles {
  readonly table: YamlNode
  readonly columns: ReadonlyMap<string, YamlDocument>
}

/** Lists of a table that are emptied where forms, views, charts and the ribbon have files of their own. */
export const emptiedLists = ['FormXml', 'SavedQueries', 'Visualizations', 'RibbonDiffXml'] as const

/** Takes the columns and the emptied lists out of a table's node. */
export function splitTable(table: YamlNode): TableFiles {
  if (!isMap(table)) return { table, columns: new Map() }
  const shell = emptiedLists.reduce<YamlMap>((map, name) => (map.get(name) === null ? withEntry(map, name, undefined) : map), table)
  const columns = columnFiles(entryOf(shell, 'EntityInfo', 'entity', 'attributes'))
  if (columns === undefined) return { table: shell, columns: new Map() }
  return { table: changeEntity(shell, (entity) => withEntry(entity, 'attributes', undefined)), columns }
}

/** Columns by file name; undefined when they cannot be told apart by it, or when the list is more than a list. */
function columnFiles(attributes: YamlNode | undefined): Map<string, YamlDocument> | undefined {
  const list = entriesOf(attributes, 'attribute')
  if (!isMap(attributes) || attributes.size > 1 || list.length === 0) return undefined
  const files = new Map<string, YamlDocument>()
  for (const node of list) {
    const name = columnName(node)
    if (name === undefined || files.has(name) || !isColumnFile(name)) return undefined
    files.set(name, { root: 'attribute', node })
  }
  return files
}

function isColumnFile(name: string): boolean {
  return /^[\p{L}\p{N}_.-]+$/u.test(name) && isFileName(name)
}

/** The name of the table, which its folder in the XML layout has too. */
export function nameOfTable(table: YamlNode): string | undefined {
  return textOfNode(entryOf(table, 'Name'))
}

/** The name of a column, by which its file is named, in lower case. */
export function columnName(column: YamlNode): string | undefined {
  const physical = entryOf(column, '@PhysicalName')
  return (textOfNode(entryOf(column, 'LogicalName')) ?? (typeof physical === 'string' ? physical : undefined))?.toLowerCase()
}

export interface TableContent {
  readonly table: YamlNode
  readonly columns: readonly YamlNode[]
  /** Names of columns in the order that they had, where it is not that of their physical names. */
  readonly order?: readonly string[]
  /** Names of the lists that stand emptied in the table. */
  readonly lists: readonly string[]
}

/** The table's node as Entity.xml has it: columns in their order, new ones behind them, emptied lists behind its own description. */
export function joinTable({ table, columns, order = [], lists }: TableContent): YamlNode {
  if (!isMap(table)) return table
  const missing = lists.filter((name) => !table.has(name)).map((name): readonly [string, YamlNode] => [name, null])
  const whole = withEntriesAfter(table, ['Name', 'ObjectTypeCode', 'EntityInfo'], missing)
  return columns.length === 0 ? whole : changeEntity(whole, (entity) => withColumns(entity, columns, order))
}

function withColumns(entity: YamlMap, columns: readonly YamlNode[], order: readonly string[]): YamlMap {
  const own = entriesOf(entity.get('attributes'), 'attribute')
  const ranks = new Map(order.map((name, at) => [name, at]))
  const rankOf = (node: YamlNode) => ranks.get(columnName(node) ?? '') ?? order.length
  const sorted = inOrderOfNames([...own, ...columns]).sort((a, b) => rankOf(a) - rankOf(b))
  const list: YamlNode = new Map([['attribute', sorted]])
  if (entity.has('attributes')) return withEntry(entity, 'attributes', list)
  return withEntriesAfter(
    entity,
    [...namesOf(entity), 'LocalizedNames', 'LocalizedCollectionNames', 'Descriptions'],
    [['attributes', list]],
  )
}

/** The keys of the table's XML attributes, behind which its columns stand at the earliest. */
function namesOf(entity: YamlMap): string[] {
  return [...entity.keys()].filter((key) => key.startsWith('@'))
}

/** Columns by their physical names, as the platform exports them. */
export function inOrderOfNames(columns: readonly YamlNode[]): YamlNode[] {
  return columns
    .map((node) => ({ node, key: sortKey(node) }))
    .sort(byKey)
    .map(({ node }) => node)
}

function sortKey(column: YamlNode): string {
  const physical = entryOf(column, '@PhysicalName')
  return (typeof physical === 'string' ? physical : (columnName(column) ?? '')).toLowerCase()
}

function byKey(a: { readonly key: string }, b: { readonly key: string }): number {
  return a.key < b.key ? -1 : Number(a.key > b.key)
}

/** The table with its inner `entity` changed; itself when it has none. */
function changeEntity(table: YamlMap, change: (entity: YamlMap) => YamlMap): YamlMap {
  const info = table.get('EntityInfo')
  const entity = entryOf(info, 'entity')
  if (!isMap(info) || !isMap(entity)) return table
  return withEntry(table, 'EntityInfo', withEntry(info, 'entity', change(entity)))
}
