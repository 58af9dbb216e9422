import { isKey } from './yaml-key.ts'
import type { YamlMap, YamlNode } from './yaml-node.ts'

/**
 * Reads YAML in the form that the layout is written in: block maps and lists, one-line scalars, literal blocks and whole-line
 * comments, in one pass. Undefined for everything else, and for everything wrong: the general parser reads or refuses it then.
 */
export function readBlockYaml(text: string): YamlMap | undefined {
  const unified = text.includes('\r') ? text.replaceAll('\r\n', '\n') : text
  if (unified.includes('\r')) return undefined
  const scan: Scan = { text: unified, at: 0, indent: 0, from: 0, to: 0 }
  try {
    if (!nextLine(scan)) return undefined
    if (scan.indent !== 0) return undefined
    const map = readMap(scan, 0, 0)
    return scan.from < 0 ? map : undefined
  } catch (error) {
    if (error === unusual || error instanceof RangeError) return undefined
    throw error
  }
}

/** Thrown where the text leaves the form. */
const unusual = new Error('unusual YAML')

interface Scan {
  readonly text: string
  /** Where the next line begins. */
  at: number
  /** Columns before the content of the current line. */
  indent: number
  /** The content of the current line; `from` is negative behind the last line. */
  from: number
  to: number
}

/** Goes to the next line that is neither blank nor a comment. */
function nextLine(scan: Scan): boolean {
  const { text } = scan
  while (scan.at < text.length) {
    let from = scan.at
    while (text.charCodeAt(from) === 32) from++
    let to = text.indexOf('\n', from)
    if (to < 0) to = text.length
    scan.indent = from - scan.at
    scan.at = to + 1
    const first = text.charCodeAt(from)
    if (from >= to || first === 35) continue
    // Tabs, document marks and directives.
    if (first === 9 || (scan.indent === 0 && (first === 37 || startsWithMark(text, from)))) throw unusual
    scan.from = from
    scan.to = to
    return true
  }
  scan.from = -1
  scan.indent = -1
  return false
}

function startsWithMark(text: string, from: number): boolean {
  return text.startsWith('---', from) || text.startsWith('...', from)
}

const deepest = 1100

function readMap(scan: Scan, indent: number, depth: number): YamlMap {
  if (depth > deepest) throw unusual
  const map = new Map<string, YamlNode>()
  while (scan.from >= 0 && scan.indent === indent && !isDash(scan)) {
    const key = readKey(scan)
    if (map.has(key)) throw unusual
    map.set(key, readValue(scan, indent, { depth, isInList: false, key }))
  }
  if (scan.indent > indent) throw unusual
  return map
}

function isDash(scan: Scan): boolean {
  return scan.text.charCodeAt(scan.from) === 45 && (scan.from + 1 === scan.to || scan.text.charCodeAt(scan.from + 1) === 32)
}

/** Reads the key and leaves `from` behind its colon and spaces. */
function readKey(scan: Scan): string {
  const { text, from, to } = scan
  let key: string
  let at: number
  if (text.charCodeAt(from) === 39) {
    at = text.indexOf("'", from + 1)
    if (at < 0 || at >= to) throw unusual
    key = text.slice(from + 1, at++)
    if (text.charCodeAt(at) !== 58 || (at + 1 < to && text.charCodeAt(at + 1) !== 32)) throw unusual
  } else {
    at = from
    for (; ; at = at + 1) {
      at = text.indexOf(':', at)
      if (at < 0 || at >= to) throw unusual
      if (at + 1 === to || text.charCodeAt(at + 1) === 32) break
    }
    key = text.slice(from, at)
    if (key.charCodeAt(0) === 64 || key.charCodeAt(0) === 35) throw unusual
  }
  if (!isKey(key)) throw unusual
  at++
  while (at < to && text.charCodeAt(at) === 32) at++
  scan.from = at
  return key
}

interface ValuePlace {
  readonly depth: number
  readonly isInList: boolean
  readonly key: string
}

/** What stands behind the key or dash of a node with this indentation. */
function readValue(scan: Scan, indent: number, place: ValuePlace): YamlNode {
  if (scan.from === scan.to) {
    nextLine(scan)
    if (scan.from >= 0 && isDash(scan) && !place.isInList && scan.indent >= indent) return readList(scan, scan.indent, place)
    if (scan.indent <= indent) return null
    return checked(readMap(scan, scan.indent, place.depth + 1), place)
  }
  const value = readScalar(scan, indent)
  if (value instanceof Map) checked(value, place)
  // A deeper line behind a scalar continues it.
  if (scan.indent > indent) throw unusual
  return value
}

/** Attributes and text are no maps. */
function checked(map: YamlMap, place: ValuePlace): YamlMap {
  const first = place.key.charCodeAt(0)
  if (first === 64 || first === 35) throw unusual
  return map
}

function readList(scan: Scan, indent: number, place: ValuePlace): YamlNode[] {
  if (place.key.startsWith('@') || place.depth > deepest) throw unusual
  const list: YamlNode[] = []
  while (scan.from >= 0 && scan.indent === indent && isDash(scan)) list.push(readItem(scan, indent, place))
  if (scan.indent > indent) throw unusual
  return list
}

function readItem(scan: Scan, indent: number, place: ValuePlace): YamlNode {
  const { text, to } = scan
  let at = scan.from + 1
  while (at < to && text.charCodeAt(at) === 32) at++
  const inside = indent + (at - scan.from)
  scan.from = at
  if (at < to && isKeyed(scan)) {
    scan.indent = inside
    return checked(readMap(scan, inside, place.depth + 1), place)
  }
  return readValue(scan, indent, { ...place, isInList: true })
}

/** Whether a key stands here, and not a scalar. */
function isKeyed(scan: Scan): boolean {
  const { text, from, to } = scan
  const first = text.charCodeAt(from)
  // A list or a flow in a list, or a quoted key with escapes: not of this form.
  if (first === 45 && isDash(scan)) throw unusual
  if (first === 39) {
    const end = text.indexOf("'", from + 1)
    return end > 0 && end < to && text.charCodeAt(end + 1) === 58 && (end + 2 === to || text.charCodeAt(end + 2) === 32)
  }
  if (first === 34 || first === 123 || first === 124) return false
  const at = text.indexOf(': ', from)
  return (at >= 0 && at < to) || text.charCodeAt(to - 1) === 58
}

function readScalar(scan: Scan, indent: number): YamlNode {
  const { text, from } = scan
  const first = text.charCodeAt(from)
  if (first === 39) return readSingleQuoted(scan)
  if (first === 34) return readDoubleQuoted(scan)
  if (first === 124) return readBlock(scan, indent)
  const raw = text.slice(from, contentEnd(scan))
  if (raw === '{}') {
    nextLine(scan)
    return new Map()
  }
  if (isIndicator(raw) || raw.includes(' #') || raw.includes(': ') || raw.endsWith(':') || oddSigns.test(raw)) throw unusual
  nextLine(scan)
  return raw === '~' || raw === 'null' || raw === 'Null' || raw === 'NULL' ? null : raw
}

/** Where the line's content ends: spaces behind it are not part of it. */
function contentEnd({ text, from, to }: Scan): number {
  let end = to
  while (end > from && text.charCodeAt(end - 1) === 32) end--
  return end
}

const oddSigns = /[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff]/

function isIndicator(raw: string): boolean {
  const first = raw.charAt(0)
  if ('?-:'.includes(first)) return raw.length === 1 || raw.charAt(1) === ' '
  return ',[]{}#&*!|>\'"%@`'.includes(first)
}

function readSingleQuoted(scan: Scan): string {
  const { text, from } = scan
  const end = contentEnd(scan)
  const inner = text.slice(from + 1, end - 1)
  if (end - from < 2 || text.charCodeAt(end - 1) !== 39 || oddSigns.test(inner)) throw unusual
  nextLine(scan)
  if (!inner.includes("'")) return inner
  const unescaped = inner.replaceAll("''", '')
  if (unescaped.includes("'")) throw unusual
  return inner.replaceAll("''", "'")
}

/** Double quotes as JSON has them; escapes of YAML alone are left to the general parser. */
function readDoubleQuoted(scan: Scan): string {
  const raw = scan.text.slice(scan.from, contentEnd(scan))
  if (raw.includes('\\u0000')) throw unusual
  let value: unknown
  try {
    value = JSON.parse(raw)
  } catch {
    throw unusual
  }
  if (typeof value !== 'string') throw unusual
  nextLine(scan)
  return value
}

/** A literal block without a final line feed: what our writer writes. */
function readBlock(scan: Scan, indent: number): string {
  const { text } = scan
  if (text.slice(scan.from, scan.to) !== '|-') throw unusual
  const lines: string[] = []
  let width = -1
  while (scan.at < text.length) {
    let from = scan.at
    while (text.charCodeAt(from) === 32) from++
    let to = text.indexOf('\n', from)
    if (to < 0) to = text.length
    const isBlank = from >= to
    if (width < 0 && isBlank) throw unusual
    if (width < 0) width = from - scan.at
    if (!isBlank && from - scan.at < width) break
    if (width <= indent) throw unusual
    lines.push(text.slice(Math.min(scan.at + width, to), to))
    scan.at = to + 1
  }
  while (lines.at(-1) === '') lines.pop()
  const value = lines.join('\n')
  if (lines.length === 0 || /[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]/.test(value)) throw unusual
  nextLine(scan)
  return value
}
