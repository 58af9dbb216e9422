import type { ComponentPart, XmlElement } from '#format'
import { childElements, textOf } from '#format'
import type { Row } from '../store/store.ts'
import { kindInfo } from './kind-table.ts'
import { definitionOf } from './part-text.ts'

/** Attributes and plain text children of an element as columns, names in lower case. */
export function scalarColumns(xml: XmlElement | undefined): Row {
  const columns: Record<string, unknown> = {}
  for (const attribute of xml?.attributes ?? []) {
    if (!attribute.name.includes(':')) columns[attribute.name.toLowerCase()] = attribute.value
  }
  for (const node of childElements(xml)) {
    if (childElements(node).length === 0) columns[node.name.toLowerCase()] = textOf(node) ?? ''
  }
  return columns
}

/** Any kind without rules of its own: its name and what its element says. */
export function projectGeneric(part: ComponentPart): Row {
  const columns = scalarColumns(definitionOf(part))
  const name = columns.name ?? part.displayName ?? part.key
  return { [kindInfo(part.kind).nameColumn]: name, ...columns, name }
}
