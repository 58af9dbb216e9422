import type { XmlAttribute, XmlElement, XmlNode } from '../package.ts'
import { decodeXmlBytes } from './decode-bytes.ts'
import { decodeReferences } from './entities.ts'
import { badXml } from './scan-error.ts'

/**
 * Reads an XML document; `path` is named in errors. White space between elements is layout and is dropped, unless the element
 * also holds text or an ancestor says xml:space="preserve". A DOCTYPE is refused, so nothing can be expanded.
 */
export function parseXml(source: string | Uint8Array, path: string): XmlElement {
  const raw = typeof source === 'string' ? source : decodeXmlBytes(source, path)
  const withoutMark = raw.charCodeAt(0) === 0xfeff ? raw.slice(1) : raw
  // XML 1.0, 2.11: every line end is read as one line feed.
  const text = withoutMark.includes('\r') ? withoutMark.replace(/\r\n?/g, '\n') : withoutMark
  return scanDocument({ text, path, at: 0, names: new Map() })
}

interface Scan {
  readonly text: string
  readonly path: string
  at: number
  /** Each name once in memory, however often it occurs. */
  readonly names: Map<string, string>
}

interface OpenElement {
  readonly name: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: XmlNode[]
  readonly keepsSpace: boolean
  hasText: boolean
  hasBlank: boolean
  readonly startedAt: number
}

// Deeper than any real file; a bound, because trees are walked by recursion.
const deepest = 1000
const noAttributes: readonly XmlAttribute[] = []
const noChildren: readonly XmlNode[] = []

function scanDocument(scan: Scan): XmlElement {
  const stack: OpenElement[] = []
  let root: XmlElement | undefined
  const { text } = scan
  while (scan.at < text.length) {
    const top = stack[stack.length - 1]
    if (text.charCodeAt(scan.at) !== lessThan) {
      scanText(scan, top)
      continue
    }
    const next = text.charCodeAt(scan.at + 1)
    if (next === slash) {
      const done = scanEndTag(scan, stack)
      if (stack.length === 0) root = done
    } else if (next === exclamation || next === question) {
      scanAside(scan, top)
    } else {
      if (top === undefined && root !== undefined) throw badXml(scan, scan.at, 'a second root element begins here.')
      const done = scanStartTag(scan, stack)
      if (done !== undefined && top === undefined) root = done
    }
  }
  const open = stack[stack.length - 1]
  if (open !== undefined) throw badXml(scan, open.startedAt, `<${open.name}> is never closed.`)
  if (root === undefined) throw badXml(scan, 0, 'there is no element in it.')
  return root
}

const lessThan = 60
const slash = 47
const exclamation = 33
const question = 63

function scanText(scan: Scan, into: OpenElement | undefined): void {
  const from = scan.at
  const end = scan.text.indexOf('<', from)
  scan.at = end < 0 ? scan.text.length : end
  const raw = scan.text.slice(from, scan.at)
  const isBlank = isWhiteSpace(scan.text, from, scan.at)
  if (into === undefined) {
    if (!isBlank) throw badXml(scan, from, 'text stands outside of the root element.')
    return
  }
  if (isBlank) into.hasBlank = true
  else into.hasText = true
  into.children.push({ type: 'text', text: decode(scan, raw, from) })
}

function isWhiteSpace(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isSpace(text.charCodeAt(i))) return false
  return true
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13
}

function decode(scan: Scan, raw: string, offset: number): string {
  const decoded = decodeReferences(raw)
  if (typeof decoded === 'string') return decoded
  throw badXml(scan, offset + decoded.badAt, 'an "&" here begins no known reference; write "&amp;" for the character itself.')
}

function scanEndTag(scan: Scan, stack: OpenElement[]): XmlElement {
  const { text, at } = scan
  const open = stack.pop()
  const end = text.indexOf('>', at)
  if (end < 0) throw badXml(scan, at, 'the end tag is not finished.')
  const name = text.slice(at + 2, end).trimEnd()
  if (open === undefined) throw badXml(scan, at, `</${name}> closes nothing.`)
  if (name !== open.name) throw badXml(scan, at, `</${name}> stands where <${open.name}> must be closed.`)
  scan.at = end + 1
  return close(open, false, stack[stack.length - 1])
}

function close(open: OpenElement, isSelfClosed: boolean, parent: OpenElement | undefined): XmlElement {
  const children = open.children.length === 0 ? noChildren : withoutLayout(open)
  const done: XmlElement = { type: 'element', name: open.name, attributes: open.attributes, children, isSelfClosed }
  parent?.children.push(done)
  return done
}

function withoutLayout(open: OpenElement): readonly XmlNode[] {
  const isOnlyBlank = open.children.length === 1
  if (!open.hasBlank || open.hasText || isOnlyBlank || open.keepsSpace) return open.children
  return open.children.filter((node) => node.type !== 'text')
}

function scanAside(scan: Scan, into: OpenElement | undefined): void {
  const { text, at } = scan
  if (text.startsWith('<!--', at)) {
    const comment = upTo(scan, 4, '-->')
    into?.children.push({ type: 'comment', text: comment })
  } else if (text.startsWith('<![CDATA[', at) && into !== undefined) {
    into.hasText = true
    into.children.push({ type: 'cdata', text: upTo(scan, 9, ']]>') })
  } else if (text.startsWith('<?', at)) {
    const instruction = upTo(scan, 2, '?>')
    const isDeclaration = /^xml\s/.test(instruction)
    if (isDeclaration && at !== 0) throw badXml(scan, at, 'the XML declaration must stand first.')
    if (!isDeclaration) into?.children.push({ type: 'instruction', text: instruction })
  } else if (text.startsWith('<!DOCTYPE', at)) {
    throw badXml(scan, at, 'a DOCTYPE is not allowed in a solution file.')
  } else {
    throw badXml(scan, at, 'this markup is not allowed here.')
  }
}

function upTo(scan: Scan, skip: number, terminator: string): string {
  const from = scan.at + skip
  const end = scan.text.indexOf(terminator, from)
  if (end < 0) throw badXml(scan, scan.at, `"${terminator}" is missing.`)
  scan.at = end + terminator.length
  return scan.text.slice(from, end)
}

function scanStartTag(scan: Scan, stack: OpenElement[]): XmlElement | undefined {
  const startedAt = scan.at
  scan.at++
  const name = scanName(scan)
  const attributes = scanAttributes(scan, name)
  const parent = stack[stack.length - 1]
  const keepsSpace = spaceRule(attributes) ?? parent?.keepsSpace ?? false
  const open: OpenElement = { name, attributes, children: [], keepsSpace, hasText: false, hasBlank: false, startedAt }
  if (scan.text.charCodeAt(scan.at) === slash) {
    if (scan.text.charCodeAt(scan.at + 1) !== greaterThan) throw badXml(scan, scan.at, 'a ">" must follow this "/".')
    scan.at += 2
    return close(open, true, parent)
  }
  scan.at++
  if (stack.length >= deepest) throw badXml(scan, startedAt, `elements are nested deeper than ${deepest} levels.`)
  stack.push(open)
  return undefined
}

const greaterThan = 62
const equals = 61

function spaceRule(attributes: readonly XmlAttribute[]): boolean | undefined {
  for (const attribute of attributes) if (attribute.name === 'xml:space') return attribute.value === 'preserve'
  return undefined
}

function scanName(scan: Scan): string {
  const { text } = scan
  const from = scan.at
  let at = from
  while (at < text.length && isNameCode(text.charCodeAt(at))) at++
  if (at === from || /[0-9.-]/.test(text.charAt(from))) throw badXml(scan, from, 'a name is expected here.')
  scan.at = at
  const slice = text.slice(from, at)
  const known = scan.names.get(slice)
  if (known !== undefined) return known
  scan.names.set(slice, slice)
  return slice
}

function isNameCode(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 58) ||
    code === 95 ||
    code === 45 ||
    code === 46 ||
    code === 0xb7 ||
    code >= 0xc0
  )
}

function scanAttributes(scan: Scan, owner: string): readonly XmlAttribute[] {
  const { text } = scan
  let list: XmlAttribute[] | undefined
  for (;;) {
    const before = scan.at
    skipSpace(scan)
    const code = text.charCodeAt(scan.at)
    if (code === greaterThan || code === slash) return list ?? noAttributes
    if (scan.at >= text.length) throw badXml(scan, before, `the tag <${owner}> is not finished.`)
    if (scan.at === before) throw badXml(scan, before, 'white space must stand before an attribute.')
    const startedAt = scan.at
    const attribute = scanAttribute(scan)
    list ??= []
    if (list.some((other) => other.name === attribute.name)) {
      throw badXml(scan, startedAt, `<${owner}> has the attribute "${attribute.name}" twice.`)
    }
    list.push(attribute)
  }
}

function skipSpace(scan: Scan): void {
  while (isSpace(scan.text.charCodeAt(scan.at))) scan.at++
}

function scanAttribute(scan: Scan): XmlAttribute {
  const { text } = scan
  const name = scanName(scan)
  skipSpace(scan)
  if (text.charCodeAt(scan.at) !== equals) throw badXml(scan, scan.at, `attribute "${name}" has no value.`)
  scan.at++
  skipSpace(scan)
  const quote = text.charAt(scan.at)
  if (quote !== '"' && quote !== "'") throw badXml(scan, scan.at, `the value of attribute "${name}" must stand in quotes.`)
  const from = scan.at + 1
  const end = text.indexOf(quote, from)
  if (end < 0) throw badXml(scan, scan.at, `the value of attribute "${name}" is not finished.`)
  const raw = text.slice(from, end)
  const lessAt = raw.indexOf('<')
  if (lessAt >= 0) throw badXml(scan, from + lessAt, 'a "<" inside an attribute must be written "&lt;".')
  scan.at = end + 1
  // XML 1.0, 3.3.3: literal line ends and tabs in attributes are read as spaces.
  const normal = /[\n\t]/.test(raw) ? raw.replace(/[\n\t]/g, ' ') : raw
  return { name, value: decode(scan, normal, from) }
}
