import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, child, childElements, withChild, withChildren } from '#format'

/**
 * A table's element without its empty lists of forms and views: the service writes none (observed in all of 95 exports). What a managed
 * export leaves out would leave such lists behind.
 */
export function withoutEmptyLists(table: ComponentPart, written: readonly ComponentPart[]): ComponentPart {
  if (table.xml === undefined) return table
  const id = `${table.kind}:${table.key}`
  const labels = new Set(written.filter(({ parent }) => parent === id).map(({ section }) => section.at(-1) ?? ''))
  return { ...table, xml: ['FormXml', 'SavedQueries'].reduce((xml, name) => withoutEmpty(xml, name, labels), table.xml) }
}

function withoutEmpty(table: XmlElement, name: string, labels: ReadonlySet<string>): XmlElement {
  const owner = child(table, name)
  if (owner === undefined) return table
  const lists = childElements(owner).filter(
    (list) => childElements(list).length > 0 || [...labels].some((label) => isLabelled(list, label)),
  )
  return withChild(table, name, lists.length === 0 ? undefined : withChildren(owner, lists))
}

/** Labels name the element and, for lists of one name side by side, an attribute: `forms[type=main]`. */
function isLabelled(list: XmlElement, label: string): boolean {
  const [, name, attribute, value] = /^([\w.]+)(?:\[(\w+)=([^\]]*)\])?/.exec(label) ?? []
  return list.name === name && (attribute === undefined || attributeOf(list, attribute) === value)
}
