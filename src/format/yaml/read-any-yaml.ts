import { type Node, LineCounter, isAlias, isMap as isYamlMap, isScalar, isSeq, parseDocument } from 'yaml'
import { badYaml } from './bad-yaml.ts'
import { isKey } from './yaml-key.ts'
import type { YamlMap, YamlNode } from './yaml-node.ts'

/** Any YAML, by the general parser; many times slower than the reader of the form that the layout is written in. */
export function readAnyYaml(text: string, path: string): YamlMap {
  const reader: Reader = { path, lines: new LineCounter(), depth: 0 }
  try {
    const document = parseDocument(text, {
      version: '1.2',
      schema: 'failsafe',
      merge: false,
      prettyErrors: false,
      logLevel: 'error',
      lineCounter: reader.lines,
    })
    const [error] = document.errors
    if (error !== undefined) throw badYaml(placeAt(reader, error.pos[0]), `${error.message}.`)
    if (!isYamlMap(document.contents))
      throw badYaml({ path }, 'a map with one key is expected in it.', 'A file holds one component, under the name of its XML element.')
    const node = nodeOf(reader, document.contents)
    return node instanceof Map ? node : new Map()
  } catch (error) {
    if (error instanceof RangeError) throw badYaml({ path }, 'it is nested too deeply.')
    throw error
  }
}

interface Reader {
  readonly path: string
  readonly lines: LineCounter
  depth: number
}

/** Deeper than any real file: trees are walked by recursion. */
const deepest = 1100

function nodeOf(reader: Reader, node: unknown): YamlNode {
  refuseIndirect(reader, node)
  if (isScalar(node)) return scalarOf(reader, node)
  if (++reader.depth > deepest) throw badYaml(placeAt(reader, offsetOf(node)), `lists and maps are nested deeper than ${deepest} levels.`)
  const read = isSeq(node) ? node.items.map((item) => itemOf(reader, item)) : mapOf(reader, node)
  reader.depth--
  return read
}

function itemOf(reader: Reader, item: unknown): YamlNode {
  if (isSeq(item)) throw badYaml(placeAt(reader, offsetOf(item)), 'a list stands directly inside of a list.')
  return nodeOf(reader, item)
}

function mapOf(reader: Reader, node: unknown): YamlMap {
  const map = new Map<string, YamlNode>()
  if (!isYamlMap(node)) return map
  for (const { key, value } of node.items) {
    refuseIndirect(reader, key)
    const name = isScalar(key) ? String(key.value) : ''
    const place = placeAt(reader, offsetOf(key))
    if (!isKey(name)) throw badYaml(place, `"${name}" can be the name of no element and of no attribute.`)
    const read = value === null ? null : nodeOf(reader, value)
    const nodes = Array.isArray(read) ? read : [read]
    if (/^[@#]/.test(name) && nodes.some((one) => one instanceof Map)) throw badYaml(place, `"${name}" must be text, not a map.`)
    if (name.startsWith('@') && Array.isArray(read)) throw badYaml(place, `"${name}" must be text, not a list.`)
    map.set(name, read)
  }
  return map
}

function scalarOf(reader: Reader, node: { readonly value: unknown; readonly type?: string | undefined }): YamlNode {
  const text = String(node.value)
  if (node.type === 'PLAIN' && /^(?:|~|null|Null|NULL)$/.test(text)) return null
  if (text.includes('\0')) throw badYaml(placeAt(reader, offsetOf(node)), 'a NUL character stands here.')
  return text
}

function refuseIndirect(reader: Reader, node: unknown): void {
  if (isAlias(node)) throw badYaml(placeAt(reader, offsetOf(node)), `"*${node.source}" refers to another place; write the text itself.`)
  const { anchor, tag } = node as Partial<Pick<Node & { anchor: string }, 'anchor' | 'tag'>>
  if (anchor !== undefined) throw badYaml(placeAt(reader, offsetOf(node)), `the anchor "&${anchor}" is not allowed here.`)
  if (tag !== undefined) throw badYaml(placeAt(reader, offsetOf(node)), `the tag "${tag}" is not allowed here.`)
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}

function placeAt(reader: Reader, offset: number): { path: string; line: number; column: number } {
  const { line, col } = reader.lines.linePos(offset)
  return { path: reader.path, line: Math.max(line, 1), column: Math.max(col, 1) }
}
