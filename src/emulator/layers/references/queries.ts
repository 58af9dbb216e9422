import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, child, childElements } from '#format'
import { columnReference, elementsNamed, tableReference, webResourcesIn } from './text.ts'

/** Views: the tables, columns and links of the query, and the columns of the layout. */
export function ofView(part: ComponentPart): string[] {
  const entity = queries(child(part.xml, 'fetchxml'))[0]
  const cells = elementsNamed(child(part.xml, 'layoutxml'), 'cell').flatMap((cell) => attributeOf(cell, 'name') ?? [])
  // A column of a linked table stands as `alias.column`.
  const shown = cells.filter((name) => !name.includes('.')).flatMap((name) => columnReference(attributeOf(entity, 'name'), name))
  return [...ofQuery(entity), ...shown, ...webResourcesIn(part.xml)]
}

/** Charts: the same of each of their queries. */
export function ofChart(part: ComponentPart): string[] {
  return [...queries(part.xml).flatMap(ofQuery), ...webResourcesIn(part.xml)]
}

function queries(root: XmlElement | undefined): XmlElement[] {
  return elementsNamed(root, 'entity').filter((node) => attributeOf(node, 'name') !== undefined)
}

const columnHolders: Readonly<Record<string, string>> = {
  attribute: 'name',
  condition: 'attribute',
  order: 'attribute',
  filter: '',
  'link-entity': '',
}

/** A table of a query with its columns, and those of what it links; a condition on `entityname` belongs to a link named elsewhere. */
function ofQuery(entity: XmlElement | undefined): string[] {
  const table = attributeOf(entity, 'name')
  return entity === undefined || table === undefined ? [] : [...tableReference(table), ...ofColumns(entity, table)]
}

function ofColumns(holder: XmlElement, table: string): string[] {
  return childElements(holder).flatMap((node): string[] => {
    if (node.name === 'filter') return ofColumns(node, table)
    if (node.name === 'link-entity') {
      const linked = attributeOf(node, 'name')
      return [...columnReference(table, attributeOf(node, 'to')), ...columnReference(linked, attributeOf(node, 'from')), ...ofQuery(node)]
    }
    const name = columnHolders[node.name]
    if (name === undefined || attributeOf(node, 'entityname') !== undefined) return []
    return columnReference(table, attributeOf(node, name))
  })
}
