import type { XmlElement } from '../package.ts'
import { attributeOf, childElements, childText } from '../xml/tree.ts'
import { bareGuid, firstLabel } from './identity.ts'

/** Identity of an element of a kind that we do not know: by an id or name that it carries; undefined when it carries none. */
export function genericKey(xml: XmlElement): string | undefined {
  const attributes = xml.attributes.filter((attribute) => !attribute.name.startsWith('xmlns') && attribute.value.trim() !== '')
  const byAttribute = attributes.find((attribute) => isIdentityName(attribute.name, xml.name))
  if (byAttribute !== undefined) return bareGuid(byAttribute.value)
  // Rows of link tables carry nothing but the identities of both ends, as attributes.
  if (attributes.length > 0) return attributes.map((attribute) => attribute.value.toLowerCase()).join('.')
  const byChild = childElements(xml).find((node) => isIdentityName(node.name, xml.name) && childText(xml, node.name) !== undefined)
  return byChild === undefined ? undefined : bareGuid(childText(xml, byChild.name))
}

function isIdentityName(name: string, kind: string): boolean {
  const lower = name.toLowerCase()
  const own = kind.toLowerCase()
  return lower === 'id' || lower === 'name' || lower === `${own}id` || lower === `${own}name` || /(unique|schema|logical)name$/.test(lower)
}

export function genericName(xml: XmlElement): string | undefined {
  return (
    firstLabel(xml, 'LocalizedNames') ??
    childText(xml, 'DisplayName') ??
    attributeOf(xml, 'name') ??
    childText(xml, 'name') ??
    childText(xml, 'msdyn_name')
  )
}
