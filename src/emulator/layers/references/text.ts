import type { ComponentPart, XmlElement } from '#format'
import { attributeOf, childElements, textOf } from '#format'
import { bareGuid } from '../../kinds/part-text.ts'

/** What `Table:name` a logical name stands for; nothing for the many ways in which files say "no table". */
export function tableReference(name: string | undefined): string[] {
  return name === undefined || name === '' || name === 'none' ? [] : [`Entity:${name.toLowerCase()}`]
}

export function columnReference(table: string | undefined, column: string | undefined): string[] {
  return table === undefined || column === undefined || column === '' ? [] : [`Attribute:${table.toLowerCase()}.${column.toLowerCase()}`]
}

/** A reference by guid, which files write with and without braces, in any casing. */
export function guidReference(kinds: readonly string[], id: string | undefined): string[] {
  const bare = bareGuid(id)
  return bare === undefined ? [] : kinds.map((kind) => `${kind}:${bare}`)
}

/** `$webresource:name`, `/WebResources/name` or the plain name. */
export function webResourceReference(text: string | undefined): string[] {
  const name = text?.replace(/^(\$webresource:|\/?WebResources\/)/i, '').trim()
  return name === undefined || name === '' ? [] : [`WebResource:${name}`]
}

/** All elements of a name, at any depth. */
export function elementsNamed(root: XmlElement | undefined, name: string): XmlElement[] {
  const found: XmlElement[] = []
  if (root !== undefined) collectNamed(found, root, name)
  return found
}

function collectNamed(found: XmlElement[], parent: XmlElement, name: string): void {
  for (const node of parent.children) {
    if (node.type !== 'element') continue
    if (node.name === name) found.push(node)
    collectNamed(found, node, name)
  }
}

export function attributesNamed(root: XmlElement | undefined, elementName: string, attributeName: string): string[] {
  const own = root?.name === elementName ? [root] : []
  return [...own, ...elementsNamed(root, elementName)]
    .flatMap((node) => attributeOf(node, attributeName) ?? [])
    .filter((text) => text !== '')
}

export function textsNamed(root: XmlElement | undefined, elementName: string): string[] {
  return elementsNamed(root, elementName).flatMap((node) => textOf(node)?.trim() ?? [])
}

/** Every `$webresource:` in attributes and texts: icons, scripts of ribbons, pages of site maps. */
export function webResourcesIn(root: XmlElement | undefined): string[] {
  if (root === undefined) return []
  const own = [...root.attributes.map((attribute) => attribute.value), root.children.length === 1 ? (textOf(root) ?? '') : '']
  const found = own.filter((text) => /^\s*(\$webresource:|\/WebResources\/)/i.test(text)).flatMap(webResourceReference)
  return [...found, ...childElements(root).flatMap(webResourcesIn)]
}

export function matches(text: string | undefined, pattern: RegExp): string[] {
  return text === undefined ? [] : [...text.matchAll(pattern)].map((match) => match[1] ?? '')
}

export function tableOfPart(part: ComponentPart): string | undefined {
  return part.parent?.startsWith('Entity:') === true ? part.parent.slice('Entity:'.length) : undefined
}
