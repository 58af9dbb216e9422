import type { XmlElement } from '../package.ts'
import { attributeOf, childElements, childText, element, withChildren } from '../xml/tree.ts'
import { compareIgnoringCase } from './compare-names.ts'
import type { SourceTree } from './source-tree.ts'

/** Other/Relationships.xml lists the names; the bodies lie in one file per table: the referenced one of 1:N, the first of N:N. */
export function addRelationships(tree: SourceTree, section: XmlElement): void {
  const sorted = childElements(section).sort(byName)
  if (sorted.length === 0) return
  const index = sorted.map((relationship) => element('EntityRelationship', { Name: attributeOf(relationship, 'Name') }))
  tree.addXml('Other/Relationships.xml', withChildren(section, index))
  const files = new Map<string, { readonly name: string; readonly items: XmlElement[] }>()
  for (const relationship of sorted) {
    const table = childText(relationship, 'ReferencedEntityName') ?? childText(relationship, 'FirstEntityName') ?? 'Unknown'
    const file = files.get(table.toLowerCase()) ?? { name: table, items: [] }
    file.items.push(relationship)
    files.set(table.toLowerCase(), file)
  }
  for (const { name, items } of files.values()) tree.addXml(`Other/Relationships/${name}.xml`, withChildren(section, items))
}

function byName(a: XmlElement, b: XmlElement): number {
  return compareIgnoringCase(attributeOf(a, 'Name') ?? '', attributeOf(b, 'Name') ?? '')
}
