import type { ComponentPart, PackageFile, XmlElement } from '#format'
import { attributeOf, childElements, childText, compactStyle, parseXml, writeXml } from '#format'

/** Text of a child of the part's element, by name in any casing. */
export function valueOf(part: ComponentPart, name: string): string | undefined {
  const xml = definitionOf(part)
  return xml === undefined ? undefined : (attributeOf(xml, name) ?? childText(xml, name) ?? looseText(xml, name))
}

/** The part's element; for a kind that lives in files only, the root of `<kind>.xml`. */
export function definitionOf(part: ComponentPart): XmlElement | undefined {
  if (part.xml !== undefined) return part.xml
  const file = definitionFile(part)
  return file === undefined ? undefined : parseXml(file.bytes, file.path)
}

export function definitionFile(part: ComponentPart): PackageFile | undefined {
  return part.files.find((file) => file.path.toLowerCase().endsWith(`/${part.kind.toLowerCase()}.xml`))
}

/** The only child element's XML on one line, as the Web API gives formxml, fetchxml and layoutxml. */
export function innerXml(parent: XmlElement | undefined): string | undefined {
  const first = childElements(parent)[0]
  return first === undefined ? undefined : writeXml(first, compactStyle)
}

const guidLength = 36

/** A guid in lower case without braces. */
export function bareGuid(text: string | undefined): string | undefined {
  if (text === undefined || text.length < guidLength) return undefined
  const bare = text.trim().replace(/[{}]/g, '').toLowerCase()
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(bare) ? bare : undefined
}

/** The first description of `LocalizedNames`, `displaynames` and the like. */
export function label(parent: XmlElement | undefined): string | undefined {
  const first = childElements(parent)[0]
  return attributeOf(first, 'description')
}

export function numberOf(text: string | undefined): number | null {
  if (text === undefined || text === '') return null
  const value = Number(text)
  return Number.isNaN(value) ? null : value
}

export function flag(text: string | undefined): boolean {
  return text === '1' || text?.toLowerCase() === 'true'
}

export function fileText(part: ComponentPart, suffix: string): string | undefined {
  const file = part.files.find((candidate) => candidate.path.toLowerCase().endsWith(suffix))
  // Decoding so drops a byte order mark, which some exports carry.
  return file === undefined ? undefined : new TextDecoder().decode(file.bytes)
}

function looseText(element: XmlElement, name: string): string | undefined {
  const found = childElements(element).find((node) => node.name.toLowerCase() === name.toLowerCase())
  return found === undefined ? undefined : childText({ ...element, children: [found] }, found.name)
}
