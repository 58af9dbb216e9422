/**
 * A YAML document as the layout uses YAML: text, nothing, lists and maps. Numbers and truth values do not exist: every scalar is
 * the text that stands in the file, so that 1.10 stays "1.10". Maps keep their order.
 */
export type YamlNode = string | null | YamlList | YamlMap

export type YamlList = readonly YamlNode[]

export type YamlMap = ReadonlyMap<string, YamlNode>

/** What one file holds: a map of one key, the name of an XML element. */
export interface YamlDocument {
  readonly root: string
  readonly node: YamlNode
}

export function isMap(node: YamlNode | undefined): node is YamlMap {
  return node instanceof Map
}

export function isList(node: YamlNode | undefined): node is YamlList {
  return Array.isArray(node)
}

/** The node under a key of a map; undefined when it is no map or has no such key. */
export function entryOf(node: YamlNode | undefined, ...path: readonly string[]): YamlNode | undefined {
  let at = node
  for (const key of path) at = isMap(at) ? at.get(key) : undefined
  return at
}

/** The nodes of a key that may be said once or as a list. */
export function entriesOf(node: YamlNode | undefined, key: string): YamlList {
  const found = entryOf(node, key)
  if (found === undefined) return []
  return isList(found) ? found : [found]
}

/** Text of an element: what it says itself, or the `#text` beside its attributes; trimmed, undefined when there is none. */
export function textOfNode(node: YamlNode | undefined): string | undefined {
  const text = isMap(node) ? node.get('#text') : node
  const trimmed = typeof text === 'string' ? text.trim() : ''
  return trimmed === '' ? undefined : trimmed
}

/** The map with one key set: in its place when it was there, else at the end; undefined takes it out. */
export function withEntry(map: YamlMap, key: string, node: YamlNode | undefined): YamlMap {
  const next = new Map(map)
  if (node === undefined) next.delete(key)
  else next.set(key, node)
  return next
}

/** The map with entries put in behind the last of these keys that it has; at the start when it has none of them. */
export function withEntriesAfter(map: YamlMap, after: readonly string[], entries: Iterable<readonly [string, YamlNode]>): YamlMap {
  const keys = [...map.keys()]
  const at = Math.max(-1, ...after.map((key) => keys.lastIndexOf(key))) + 1
  const all = [...map]
  return new Map([...all.slice(0, at), ...entries, ...all.slice(at)])
}
