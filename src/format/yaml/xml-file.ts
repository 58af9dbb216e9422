import type { XmlElement } from '../package.ts'
import { packagerStyle, writeXml } from '../xml/write-xml.ts'
import { crc32 } from '../zip/codec/crc32.ts'
import { type CarriedNotes, type CarriedYaml, noteOf } from './carried-yaml.ts'
import { elementOfNode, nodeOfElement, xsi } from './element-node.ts'
import { isWithoutXsi } from './layout-paths.ts'
import { inOrder, orderHints } from './order-hints.ts'
import { type YamlDocument, type YamlNode, isMap } from './yaml-node.ts'

/** A file of the XML layout as a document, without the xsi namespace that SolutionPackager gives to roots of its own accord. */
export function documentOfXml(xmlPath: string, root: XmlElement): YamlDocument {
  const node = nodeOfElement(root)
  return { root: root.name, node: isWithoutXsi(xmlPath) ? node : withoutXsi(node) }
}

export interface XmlFileContext {
  readonly notes: CarriedYaml
  /** Told which note does not fit what the file says now. */
  readonly onStale: (xmlPath: string, where: string) => void
}

/** The bytes of a file of the XML layout, from its document and what is noted of it. */
export function xmlFileBytes(xmlPath: string, document: YamlDocument, context: XmlFileContext): Uint8Array {
  const { notes, onStale } = context
  const root = rootElement(xmlPath, document)
  const hints = new Map(Object.entries(noteOf(notes.order, xmlPath) ?? {}))
  const written = xmlBytes(inOrder(root, hints, (where) => onStale(xmlPath, where)))
  const text = noteOf(notes.texts, xmlPath)
  if (text !== undefined) {
    if (checksum(written) === text.insteadOf) return new TextEncoder().encode(text.lines.join('\n'))
    onStale(xmlPath, 'the whole file')
  }
  return notes.crlf?.includes(xmlPath) === true ? withCrlf(written) : written
}

/** Notes what must be said beside the document so that the file can be written again byte for byte. */
export function noteDeviations(
  notes: CarriedNotes,
  original: { readonly path: string; readonly root: XmlElement; readonly bytes: Uint8Array },
  document: YamlDocument,
): void {
  const { path, root, bytes } = original
  const rebuilt = rootElement(path, document)
  const hints = orderHints(root, rebuilt)
  const written = xmlBytes(inOrder(rebuilt, hints, () => undefined))
  if (hints.size > 0) notes.order[path] = Object.fromEntries(hints)
  if (sameBytes(written, bytes)) return
  if (sameBytes(withCrlf(written), bytes)) notes.crlf.push(path)
  else notes.texts[path] = { insteadOf: checksum(written), lines: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).split('\n') }
}

/** Whether the document says all of the element: nothing has to be noted of the file. */
export function saysAllOf(xmlPath: string, document: YamlDocument, bytes: Uint8Array): boolean {
  return sameBytes(xmlBytes(rootElement(xmlPath, document)), bytes)
}

function rootElement(xmlPath: string, document: YamlDocument): XmlElement {
  return elementOfNode(document.root, isWithoutXsi(xmlPath) ? document.node : withXsi(document.node))
}

function xmlBytes(root: XmlElement): Uint8Array {
  return new TextEncoder().encode(writeXml(root, packagerStyle))
}

const xsiKey = '@xmlns:xsi'

function withoutXsi(node: YamlNode): YamlNode {
  if (!isMap(node) || node.get(xsiKey) !== xsi) return node
  const rest = new Map(node)
  rest.delete(xsiKey)
  if (rest.size === 0) return null
  const text = rest.get('#text')
  return rest.size === 1 && typeof text === 'string' ? text : rest
}

function withXsi(node: YamlNode): YamlNode {
  if (!isMap(node)) return new Map<string, YamlNode>([[xsiKey, xsi], ...(node === null ? [] : [['#text', node] as const])])
  if (node.has(xsiKey)) return node
  const entries = [...node]
  const at = entries.findLastIndex(([key]) => key.startsWith('@')) + 1
  return new Map([...entries.slice(0, at), [xsiKey, xsi], ...entries.slice(at)])
}

function checksum(bytes: Uint8Array): string {
  return crc32(bytes).toString(16).padStart(8, '0')
}

function withCrlf(bytes: Uint8Array): Uint8Array {
  return new TextEncoder().encode(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes).replaceAll('\n', '\r\n'))
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}
