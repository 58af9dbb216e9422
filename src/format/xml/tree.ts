import type { XmlAttribute, XmlElement, XmlNode } from '../package.ts'

/** Builds an element; text children may be given as plain strings. An element without children is written `<a />`. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  children: readonly (XmlNode | string)[] = [],
): XmlElement {
  const list: XmlAttribute[] = []
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) list.push({ name: key, value })
  const nodes = children.map((child): XmlNode => (typeof child === 'string' ? { type: 'text', text: child } : child))
  return { type: 'element', name, attributes: list, children: nodes, isSelfClosed: nodes.length === 0 }
}

/** `<name>text</name>`, and `<name></name>` for empty text. */
export function textElement(name: string, text: string): XmlElement {
  return { type: 'element', name, attributes: [], children: text === '' ? [] : [{ type: 'text', text }], isSelfClosed: false }
}

export function isElement(node: XmlNode): node is XmlElement {
  return node.type === 'element'
}

/** The first child element with this name (case matters, as in real files). */
export function child(parent: XmlElement | undefined, name: string): XmlElement | undefined {
  if (parent === undefined) return undefined
  for (const node of parent.children) if (node.type === 'element' && node.name === name) return node
  return undefined
}

/** The element at the end of a path of child names. */
export function descendant(parent: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  let at = parent
  for (const name of path) at = child(at, name)
  return at
}

export function childElements(parent: XmlElement | undefined): XmlElement[] {
  return parent === undefined ? [] : parent.children.filter(isElement)
}

export function childrenNamed(parent: XmlElement | undefined, name: string): XmlElement[] {
  return childElements(parent).filter((node) => node.name === name)
}

/** Text and CDATA directly inside the element, joined; undefined when there is no element, '' when it is empty. */
export function textOf(parent: XmlElement | undefined): string | undefined {
  if (parent === undefined) return undefined
  let text = ''
  for (const node of parent.children) if (node.type === 'text' || node.type === 'cdata') text += node.text
  return text
}

/** Text of the named child, trimmed; undefined when the child is absent or empty. */
export function childText(parent: XmlElement | undefined, name: string): string | undefined {
  const text = textOf(child(parent, name))?.trim()
  return text === '' ? undefined : text
}

export function attributeOf(owner: XmlElement | undefined, name: string): string | undefined {
  return owner?.attributes.find((attribute) => attribute.name === name)?.value
}

export function withChildren(parent: XmlElement, children: readonly XmlNode[]): XmlElement {
  return { ...parent, children, isSelfClosed: children.length === 0 ? parent.isSelfClosed : false }
}

/** The element with one attribute set, appended when it was absent, removed when `value` is undefined. */
export function withAttribute(owner: XmlElement, name: string, value: string | undefined): XmlElement {
  if (value === undefined) return { ...owner, attributes: owner.attributes.filter((attribute) => attribute.name !== name) }
  const isPresent = owner.attributes.some((attribute) => attribute.name === name)
  const attributes = isPresent
    ? owner.attributes.map((attribute) => (attribute.name === name ? { name, value } : attribute))
    : [...owner.attributes, { name, value }]
  return { ...owner, attributes }
}

export function withText(owner: XmlElement, text: string): XmlElement {
  return { ...owner, children: text === '' ? [] : [{ type: 'text', text }], isSelfClosed: false }
}

/** The parent with its first child of that name replaced; appended when there was none; removed when `next` is undefined. */
export function withChild(parent: XmlElement, name: string, next: XmlElement | undefined): XmlElement {
  const at = parent.children.findIndex((node) => node.type === 'element' && node.name === name)
  const children = [...parent.children]
  if (at >= 0) children.splice(at, 1, ...(next === undefined ? [] : [next]))
  else if (next !== undefined) children.push(next)
  return withChildren(parent, children)
}
