import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, child, childElements, isElement, withAttribute, withChildren } from '#format'
import { definitionColumns } from '../../kinds/projection.ts'
import { publishedDigest, readComponent } from '../../layers/component-state.ts'
import type { ReadTransaction } from '../../store/store.ts'

/** In a managed export, cell labels that repeat their column's own name are blank (web-api G.2, observed). */
export function withoutRepeatedLabels(tx: ReadTransaction, part: ComponentPart): ComponentPart {
  const table = part.parent?.slice('Entity:'.length)
  if (part.xml === undefined || table === undefined) return part
  const names = new Map<string, unknown>()
  function columnName(column: string): unknown {
    if (!names.has(column)) names.set(column, nameOf(tx, `Attribute:${table}.${column}`))
    return names.get(column)
  }
  return { ...part, xml: blankCells(part.xml, columnName) }
}

function nameOf(tx: ReadTransaction, id: string): unknown {
  const state = readComponent(tx, id)
  const digest = state === undefined ? undefined : publishedDigest(state)
  return state === undefined || digest === undefined ? undefined : definitionColumns(tx, state, digest).displayname
}

function blankCells(element: XmlElement, columnName: (column: string) => unknown): XmlElement {
  const children = element.children.map((node) => (isElement(node) ? blankCells(node, columnName) : node))
  const next = withChildren(element, children)
  if (element.name !== 'cell') return next
  const column = attributeOf(child(element, 'control'), 'datafieldname')
  const labels = child(next, 'labels')
  if (column === undefined || labels === undefined) return next
  const name = columnName(column.toLowerCase())
  const blank = childElements(labels).map((label) =>
    attributeOf(label, 'description') === name ? withAttribute(label, 'description', '') : label,
  )
  return withChildren(
    next,
    children.map((node) => (node === labels ? withChildren(labels, blank) : node)),
  )
}
