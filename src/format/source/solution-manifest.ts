import type { XmlElement } from '../package.ts'
import { attributeOf, child, childElements, withChild, withChildren } from '../xml/tree.ts'
import { compareIgnoringCase } from './compare-names.ts'

/** The manifest with its lists in a fixed order, so that two exports of the same content give the same text. */
export function sortedManifest(root: XmlElement): XmlElement {
  const manifest = child(root, 'SolutionManifest')
  if (manifest === undefined) return root
  const withRoots = sortList(manifest, 'RootComponents', (xml) => [
    attributeOf(xml, 'type'),
    attributeOf(xml, 'schemaName') ?? attributeOf(xml, 'id'),
  ])
  const sorted = sortList(withRoots, 'MissingDependencies', (xml) => typeAndSchemaName(child(xml, 'Required') ?? xml))
  return withChild(root, 'SolutionManifest', sorted)
}

type SortKey = readonly (string | undefined)[]

function sortList(manifest: XmlElement, name: string, keyOf: (xml: XmlElement) => SortKey): XmlElement {
  const list = child(manifest, name)
  return list === undefined ? manifest : withChild(manifest, name, sortedBy(list, keyOf))
}

/** Type as text ("1", "20", "29", "300", "61", "9"), then schema name; items that have only an id stay in their order. */
export function typeAndSchemaName(xml: XmlElement): SortKey {
  return [attributeOf(xml, 'type'), attributeOf(xml, 'schemaName')]
}

export function sortedBy(list: XmlElement, keyOf: (item: XmlElement) => SortKey): XmlElement {
  if (list.children.length < 2) return list
  return withChildren(
    list,
    childElements(list).sort((a, b) => compareKeys(keyOf(a), keyOf(b))),
  )
}

function compareKeys(a: SortKey, b: SortKey): number {
  for (const [at, part] of a.entries()) {
    const difference = compareIgnoringCase(part ?? '', b[at] ?? '')
    if (difference !== 0) return difference
  }
  return 0
}
