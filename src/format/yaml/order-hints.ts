import type { XmlElement, XmlNode } from '../package.ts'
import { keyOfNode } from './element-node.ts'

/**
 * The order of children where it is not that of their keys, by the path of the element: "fetch/entity" → "attribute*2 order
 * attribute". The second of several siblings of one name is `name[2]`.
 */
export type OrderHints = ReadonlyMap<string, string>

/** What must be said so that `rebuilt`, which has the same children everywhere, can be put in the order of `original`. */
export function orderHints(original: XmlElement, rebuilt: XmlElement): OrderHints {
  const hints = new Map<string, string>()
  collect(hints, original.name, [original, rebuilt])
  return hints
}

function collect(hints: Map<string, string>, path: string, [original, rebuilt]: readonly [XmlElement, XmlElement]): void {
  const order = original.children.map(keyOfNode)
  if (order.some((key, at) => rebuilt.children[at] === undefined || keyOfNode(rebuilt.children[at]) !== key)) hints.set(path, runs(order))
  const others = childPaths(rebuilt, path)
  for (const [childPath, child] of childPaths(original, path)) {
    const other = others.get(childPath)
    if (other !== undefined) collect(hints, childPath, [child, other])
  }
}

/**
 * The tree in the order that the hints say. A hint binds to exactly the children it names; where others are there now, because
 * somebody edited the file, it is left alone and its path is passed to `onStale`.
 */
export function inOrder(element: XmlElement, hints: OrderHints, onStale: (path: string) => void): XmlElement {
  return hints.size === 0 ? element : ordered(element, element.name, { hints, onStale })
}

interface Ordering {
  readonly hints: OrderHints
  readonly onStale: (path: string) => void
}

function ordered(element: XmlElement, path: string, ordering: Ordering): XmlElement {
  const paths = new Map([...childPaths(element, path)].map(([childPath, child]) => [child, childPath]))
  const children = element.children.map(
    (node): XmlNode => (node.type === 'element' ? ordered(node, paths.get(node) ?? '', ordering) : node),
  )
  const hint = ordering.hints.get(path)
  if (hint === undefined) return { ...element, children }
  const sorted = sortedAs(children, hint)
  if (sorted === undefined) ordering.onStale(path)
  return { ...element, children: sorted ?? children }
}

function sortedAs(children: readonly XmlNode[], hint: string): XmlNode[] | undefined {
  const waiting = new Map<string, XmlNode[]>()
  for (const node of children) {
    const key = keyOfNode(node)
    waiting.set(key, [...(waiting.get(key) ?? []), node])
  }
  const sorted: XmlNode[] = []
  for (const [key, count] of parseRuns(hint)) {
    const nodes = waiting.get(key)?.splice(0, count) ?? []
    if (nodes.length < count) return undefined
    sorted.push(...nodes)
  }
  return sorted.length === children.length ? sorted : undefined
}

function childPaths(element: XmlElement, path: string): Map<string, XmlElement> {
  const counts = new Map<string, number>()
  const paths = new Map<string, XmlElement>()
  for (const node of element.children) {
    if (node.type !== 'element') continue
    const count = (counts.get(node.name) ?? 0) + 1
    counts.set(node.name, count)
    paths.set(count === 1 ? `${path}/${node.name}` : `${path}/${node.name}[${count}]`, node)
  }
  return paths
}

function runs(keys: readonly string[]): string {
  const parts: string[] = []
  for (let from = 0, to = 0; from < keys.length; from = to) {
    while (to < keys.length && keys[to] === keys[from]) to++
    parts.push(to - from === 1 ? `${keys[from]}` : `${keys[from]}*${to - from}`)
  }
  return parts.join(' ')
}

/** At most as many as there can be children: what a hand-made hint says beyond that fits nothing anyway. */
function parseRuns(hint: string): (readonly [string, number])[] {
  return hint.split(' ').map((part): readonly [string, number] => {
    const [key = '', count = '1'] = part.split('*')
    return [key, Number(count)]
  })
}
