import type { XmlElement, XmlNode } from '../package.ts'
import { isList, isMap, type YamlMap, type YamlNode } from './yaml-node.ts'

/**
 * XML as YAML says it: an attribute is a key with an `@`, an element a key, a repeated element a list, text beside attributes
 * `#text`, `<a />` nothing and `<a></a>` empty text. The order of differently named siblings that alternate is not said here.
 */
export function nodeOfElement(element: XmlElement): YamlNode {
  return nodeWithin(element, true)
}

function nodeWithin(element: XmlElement, isRoot: boolean): YamlNode {
  const { attributes, children } = element
  if (attributes.length === 0) {
    if (children.length === 0) return element.isSelfClosed ? null : ''
    const only = children.length === 1 ? children[0] : undefined
    if (only?.type === 'text') return only.text
  }
  const map = new Map<string, YamlNode>()
  for (const attribute of attributes) map.set(`@${attribute.name}`, attribute.value)
  if (!isRoot && map.has('@xsi:nil')) addNamespace(map)
  if (children.length === 0 && !element.isSelfClosed) map.set('#text', '')
  const lists = new Map<string, YamlNode[]>()
  for (const child of children) addChild(map, lists, child)
  return map
}

function addChild(map: Map<string, YamlNode>, lists: Map<string, YamlNode[]>, child: XmlNode): void {
  const key = keyOfNode(child)
  const node = child.type === 'element' ? nodeWithin(child, false) : child.text
  const list = lists.get(key)
  if (list !== undefined) list.push(node)
  else if (map.has(key)) {
    const started = [map.get(key) ?? null, node]
    lists.set(key, started)
    map.set(key, started)
  } else map.set(key, node)
}

const xsiKey = '@xmlns:xsi'
export const xsi = 'http://www.w3.org/2001/XMLSchema-instance'

/** Files of this layout say the xsi namespace wherever they use it [doc, seen in 1 public repository]; XML says it at its root. */
function addNamespace(map: Map<string, YamlNode>): void {
  if (!map.has(xsiKey)) map.set(xsiKey, xsi)
}

/** The key that a child node has in its parent's map. */
export function keyOfNode(node: XmlNode): string {
  switch (node.type) {
    case 'element':
      return node.name
    case 'text':
      return '#text'
    case 'cdata':
      return '#cdata-section'
    case 'comment':
      return '#comment'
    case 'instruction':
      return '#instruction'
  }
}

/** The element that a node says; siblings in the order of their keys. */
export function elementOfNode(name: string, node: YamlNode): XmlElement {
  return elementWithin(name, node, true)
}

function elementWithin(name: string, node: YamlNode, isRoot: boolean): XmlElement {
  if (node === null) return { type: 'element', name, attributes: [], children: [], isSelfClosed: true }
  if (typeof node === 'string') {
    return { type: 'element', name, attributes: [], children: node === '' ? [] : [{ type: 'text', text: node }], isSelfClosed: false }
  }
  return elementOfMap(name, isMap(node) ? node : new Map([[name, node]]), isRoot)
}

function elementOfMap(name: string, map: YamlMap, isRoot: boolean): XmlElement {
  const attributes: { name: string; value: string }[] = []
  const children: XmlNode[] = []
  let isSelfClosed = true
  for (const [key, node] of map) {
    if (key.startsWith('@')) {
      if (!isRoot && key === xsiKey && node === xsi) continue
      attributes.push({ name: key.slice(1), value: typeof node === 'string' ? node : '' })
      continue
    }
    isSelfClosed = false
    if (isList(node)) for (const item of node) addNode(children, key, item)
    else addNode(children, key, node)
  }
  return { type: 'element', name, attributes, children, isSelfClosed }
}

function addNode(children: XmlNode[], key: string, node: YamlNode): void {
  const text = typeof node === 'string' ? node : ''
  if (!key.startsWith('#')) children.push(elementWithin(key, node, false))
  else if (key === '#text') {
    if (text !== '') children.push({ type: 'text', text })
  } else if (key === '#cdata-section') children.push({ type: 'cdata', text })
  else children.push({ type: key === '#comment' ? 'comment' : 'instruction', text })
}
