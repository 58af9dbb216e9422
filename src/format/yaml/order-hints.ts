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
  collect(hints, { element: original, parent: undefined }, rebuilt)
  return hints
}

/** An element with those around it; its path is only worked out where there is something to say. */
interface Trail {
  readonly element: XmlElement
  readonly parent: Trail | undefined
}

function collect(hints: Map<string, string>, trail: Trail, rebuilt: XmlElement): void {
  const { children } = trail.element
  const isSameOrder = children.length === rebuilt.children.length && children.every((node, at) => isAlike(node, rebuilt.children[at]))
  if (!isSameOrder) {
    hints.set(pathOf(trail), runs(children.map(keyOfNode)))
    const others = childPaths(rebuilt, '')
    for (const [path, element] of childPaths(trail.element, '')) {
      const other = others.get(path)
      if (other !== undefined) collect(hints, { element, parent: trail }, other)
    }
    return
  }
  for (const [at, element] of children.entries()) {
    const other = rebuilt.children[at]
    if (element.type === 'element' && other?.type === 'element') collect(hints, { element, parent: trail }, other)
  }
}

function isAlike(node: XmlNode, other: XmlNode | undefined): boolean {
  return (
    other !== undefined && node.type === other.type && (node.type !== 'element' || other.type !== 'element' || node.name === other.name)
  )
}

function pathOf({ element, parent }: Trail): string {
  if (parent === undefined) return element.name
  for (const [path, child] of childPaths(parent.element, pathOf(parent))) if (child === element) return path
  return ''
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
    const same = waiting.get(key)
    if (same === undefined) waiting.set(key, [node])
    else same.push(node)
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
