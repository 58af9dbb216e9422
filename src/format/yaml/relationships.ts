import { compareIgnoringCase } from '../source/compare-names.ts'
import { type YamlDocument, type YamlNode, entryOf, textOfNode } from './yaml-node.ts'

/** Name of a relationship, which its file is named by. */
export function relationshipName(node: YamlNode): string | undefined {
  const name = entryOf(node, '@Name')
  return typeof name === 'string' && name !== '' ? name : undefined
}

export const relationshipIndex = 'Other/Relationships.xml'

/** The lists of the XML layout that these relationships make, by path. */
export function relationshipDocuments(all: readonly YamlNode[]): Map<string, YamlDocument> {
  const documents = new Map<string, YamlDocument>()
  if (all.length === 0) return documents
  const { index, tables } = relationshipLists(all)
  documents.set(relationshipIndex, listDocument(index))
  for (const [table, list] of tables) documents.set(`Other/Relationships/${table}.xml`, listDocument(list))
  return documents
}

function listDocument(list: readonly YamlNode[]): YamlDocument {
  return { root: 'EntityRelationships', node: new Map([['EntityRelationship', list]]) }
}

/** Relationships as the XML layout files them: an index of the names, and one list for each table. */
interface RelationshipLists {
  readonly index: readonly YamlNode[]
  /** By the name of the table: the referenced one of 1:N, the first one of N:N. */
  readonly tables: ReadonlyMap<string, readonly YamlNode[]>
}

function relationshipLists(relationships: readonly YamlNode[]): RelationshipLists {
  const sorted = [...relationships].sort((a, b) => compareIgnoringCase(relationshipName(a) ?? '', relationshipName(b) ?? ''))
  const tables = new Map<string, { readonly name: string; readonly list: YamlNode[] }>()
  for (const node of sorted) {
    const table = textOfNode(entryOf(node, 'ReferencedEntityName')) ?? textOfNode(entryOf(node, 'FirstEntityName')) ?? 'Unknown'
    const known = tables.get(table.toLowerCase())
    if (known === undefined) tables.set(table.toLowerCase(), { name: table, list: [node] })
    else known.list.push(node)
  }
  return {
    index: sorted.map((node) => new Map([['@Name', entryOf(node, '@Name') ?? '']])),
    tables: new Map([...tables.values()].map(({ name, list }) => [name, list])),
  }
}
