import type { XmlElement } from './package.ts'
import { attributeOf } from './xml/tree.ts'

// Containers of one name that stand side by side for different things, with the attribute that tells them apart.
const distinguishedBy: ReadonlyMap<string, string> = new Map([['forms', 'type']])

/**
 * Counts the containers of one parent and names each: `attributes`, `forms[type=main]`, and `forms[type=main]#2` for a second of
 * the same. A part's `section` is made of such names.
 */
export function sectionLabels(): (container: XmlElement) => string {
  const counts = new Map<string, number>()
  return (container) => {
    const label = plainLabel(container)
    const count = (counts.get(label) ?? 0) + 1
    counts.set(label, count)
    return count === 1 ? label : `${label}#${count}`
  }
}

function plainLabel(container: XmlElement): string {
  const attribute = distinguishedBy.get(container.name)
  const value = attribute === undefined ? undefined : attributeOf(container, attribute)
  return value === undefined ? container.name : `${container.name}[${attribute}=${value}]`
}

/** The empty container that a section label names. */
export function containerFor(label: string): XmlElement {
  const match = /^([^[#]+)(?:\[([^=]+)=(.*)\])?(?:#\d+)?$/.exec(label)
  const [, name = label, attribute, value = ''] = match ?? []
  const attributes = attribute === undefined ? [] : [{ name: attribute, value }]
  return { type: 'element', name, attributes, children: [], isSelfClosed: true }
}

export function elementNameOf(label: string): string {
  return /^[^[#]+/.exec(label)?.[0] ?? label
}
