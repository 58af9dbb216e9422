import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, childElements, withChildren } from '#format'

/** Where components of a table stand in its element, as `ComponentPart.section` has it below Entities/Entity. */
type Place = readonly string[]

/**
 * A table's element without the places of components that a managed export leaves out, unless others stand there too: the service
 * writes no empty list in their stead (observed).
 */
export function withoutEmptyPlaces(
  table: ComponentPart,
  leftOut: readonly ComponentPart[],
  written: readonly ComponentPart[],
): ComponentPart {
  const id = `${table.kind}:${table.key}`
  const placesOf = (parts: readonly ComponentPart[]): Place[] =>
    parts.filter(({ parent }) => parent === id).map(({ section }) => section.slice(2))
  const inUse = new Set(placesOf(written).map((place) => place.join('/')))
  const empty = placesOf(leftOut).filter((place) => !inUse.has(place.join('/')))
  return table.xml === undefined ? table : { ...table, xml: empty.reduce(withoutPlace, table.xml) }
}

function withoutPlace(owner: XmlElement, place: Place): XmlElement {
  const [label, ...rest] = place
  const at = childElements(owner).find((node) => label !== undefined && isLabelled(node, label))
  if (at === undefined) return owner
  const next = rest.length === 0 ? undefined : withoutPlace(at, rest)
  const isEmpty = next === undefined || childElements(next).length === 0
  return withChildren(
    owner,
    owner.children.flatMap((node) => (node !== at ? [node] : isEmpty ? [] : [next])),
  )
}

/** Labels name the element and, for lists of one name side by side, an attribute: `forms[type=main]`. */
function isLabelled(node: XmlElement, label: string): boolean {
  const [, name, attribute, value] = /^([\w.]+)(?:\[(\w+)=([^\]]*)\])?/.exec(label) ?? []
  return node.name === name && (attribute === undefined || attributeOf(node, attribute) === value)
}
