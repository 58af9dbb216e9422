import type { XmlElement } from '../package.ts'
import { attributeOf, child, childElements, withChild, withChildren } from '../xml/tree.ts'
import { compareIgnoringCase } from './relationships.ts'

/** The manifest with its lists in a fixed order, so that two exports of the same content give the same text. */
export function sortedManifest(root: XmlElement): XmlElement {
  const manifest = child(root, 'SolutionManifest')
  if (manifest === undefined) return root
  const withRoots = sortList(manifest, 'RootComponents', (xml) => xml)
  const sorted = sortList(withRoots, 'MissingDependencies', (xml) => child(xml, 'Required') ?? xml)
  return withChild(root, 'SolutionManifest', sorted)
}

function sortList(manifest: XmlElement, name: string, endOf: (xml: XmlElement) => XmlElement): XmlElement {
  const list = child(manifest, name)
  if (list === undefined || list.children.length < 2) return manifest
  const items = childElements(list).sort((a, b) => compareEnds(endOf(a), endOf(b)))
  return withChild(manifest, name, withChildren(list, items))
}

/** By type as text ("1", "20", "29", "300", "61", "9"), then by id or schema name. */
function compareEnds(a: XmlElement, b: XmlElement): number {
  return compareIgnoringCase(attributeOf(a, 'type') ?? '', attributeOf(b, 'type') ?? '') || compareIgnoringCase(identity(a), identity(b))
}

function identity(xml: XmlElement): string {
  return attributeOf(xml, 'schemaName') ?? attributeOf(xml, 'id') ?? ''
}
