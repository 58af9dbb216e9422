import type { ComponentPart, XmlElement } from '#format'
import { child, parseXml, withAttribute, withChild, withChildren, withText } from '#format'

/** The part with one child element's text set; made when absent. */
export function setText(part: ComponentPart, name: string, value: unknown): ComponentPart {
  if (part.xml === undefined) return part
  const old = child(part.xml, name) ?? emptyElement(name)
  return { ...part, xml: withChild(part.xml, name, withText(old, asText(value))) }
}

/** The part with one attribute of its element set. */
export function setAttribute(part: ComponentPart, name: string, value: unknown): ComponentPart {
  return part.xml === undefined ? part : { ...part, xml: withAttribute(part.xml, name, asText(value)) }
}

/** The part with the XML text put inside a child element (`<fetchxml><fetch…/></fetchxml>`). */
export function setInnerXml(part: ComponentPart, name: string, text: unknown): ComponentPart {
  if (part.xml === undefined) return part
  const inner = parseXml(asText(text), `${part.kind} ${part.key}, ${name}`)
  const old = child(part.xml, name) ?? emptyElement(name)
  return { ...part, xml: withChild(part.xml, name, withChildren(old, [inner])) }
}

/** `<LocalizedNames><LocalizedName description="…" languagecode="1033" /></LocalizedNames>` with the first language changed. */
export function setLabel(part: ComponentPart, names: { readonly list: string; readonly item: string }, value: unknown): ComponentPart {
  if (part.xml === undefined) return part
  const old = child(part.xml, names.list)
  const first = old === undefined ? undefined : child(old, names.item)
  const item = withAttribute(
    withAttribute(first ?? { ...emptyElement(names.item), isSelfClosed: true }, 'description', asText(value)),
    'languagecode',
    '1033',
  )
  const list = old === undefined ? withChildren(emptyElement(names.list), [item]) : withChild(old, names.item, item)
  return { ...part, xml: withChild(part.xml, names.list, list) }
}

export function setFile(part: ComponentPart, path: string, bytes: Uint8Array): ComponentPart {
  return { ...part, files: [...part.files.filter((file) => file.path !== path), { path, bytes }] }
}

export function emptyElement(name: string): XmlElement {
  return { type: 'element', name, attributes: [], children: [], isSelfClosed: false }
}

export function asText(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? '1' : '0'
  return typeof value === 'string' ? value : JSON.stringify(value)
}
