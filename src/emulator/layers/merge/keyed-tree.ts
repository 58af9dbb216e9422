import type { XmlAttribute, XmlElement, XmlNode } from '#format'
import { attributeOf, childElements, isElement, withAttribute, withChildren } from '#format'

/**
 * How the elements of one kind of definition are told apart. Managed exports mark what a layer changes with `solutionaction` (Added,
 * Modified, Removed) and its place with `ordinalvalue`: observed in public managed exports of forms, site maps and apps.
 */
export interface TreeShape {
  /** By element name, the attributes that tell siblings of that name apart; the first group that an element has counts. */
  readonly keys: Readonly<Record<string, readonly (readonly string[])[]>>
  /** By element name, the attribute with an element's place among its siblings of that name, for elements that have no other identity. */
  readonly places?: Readonly<Record<string, string>>
  /** Elements that are replaced as a whole. */
  readonly wholes: ReadonlySet<string>
}

/** What an upper definition says to a lower one: all of itself, or only what it marks as changed. */
export type Reading = 'statement' | 'difference'

const actionName = 'solutionaction'
const marks: ReadonlySet<string> = new Set([actionName, 'ordinalvalue'])

export function readingOf(above: XmlElement): Reading {
  return hasMarks(above) ? 'difference' : 'statement'
}

export function hasMarks(element: XmlElement): boolean {
  return attributeOf(element, actionName) !== undefined || childElements(element).some(hasMarks)
}

/** The element without marks, and without what it marks as removed. */
export function withoutMarks(element: XmlElement): XmlElement {
  const children = element.children.filter((node) => !isElement(node) || attributeOf(node, actionName) !== 'Removed')
  return {
    ...element,
    attributes: element.attributes.filter((attribute) => !marks.has(attribute.name)),
    children: children.map((node) => (isElement(node) ? withoutMarks(node) : node)),
  }
}

/** Merging and comparing for one shape. `special` takes over for elements whose children have a rule of their own. */
export interface Merging {
  readonly shape: TreeShape
  readonly special?: Readonly<Record<string, SpecialElement>>
  /** Gets what a layer changes inside of something that is not there below. */
  readonly onOrphan?: (orphan: XmlElement) => void
}

export interface SpecialElement {
  merge(below: XmlElement, above: XmlElement, how: { readonly merging: Merging; readonly reading: Reading }): readonly XmlNode[]
  difference(below: XmlElement, edited: XmlElement, merging: Merging): readonly XmlElement[]
}

/** Both as one; what is new stands at the end of its container, as the merge documentation of forms and site maps says. */
export function mergeElements(below: XmlElement, above: XmlElement, how: { merging: Merging; reading: Reading }): XmlElement {
  const { merging, reading } = how
  const action = attributeOf(above, actionName)
  const speaks = reading === 'statement' || action !== undefined
  const attributes = speaks ? mergedAttributes(below.attributes, above.attributes) : below.attributes
  if (isWhole(above, merging.shape)) return speaks ? replaced(below, above, attributes) : below
  const inner = { merging, reading: action === 'Added' ? ('statement' as const) : reading }
  const special = merging.special?.[above.name]
  const children = special === undefined ? mergedChildren(below, above, inner) : special.merge(below, above, inner)
  return withChildren({ ...below, attributes }, children)
}

/** A mark without content changes attributes only, such as `<cell id="…" showlabel="false" solutionaction="Modified" />`. */
function replaced(below: XmlElement, above: XmlElement, attributes: readonly XmlAttribute[]): XmlElement {
  if (above.children.length === 0 && attributeOf(above, actionName) === 'Modified') return { ...below, attributes }
  return { ...withoutMarks(above), attributes }
}

function mergedChildren(below: XmlElement, above: XmlElement, how: { merging: Merging; reading: Reading }): XmlNode[] {
  const { merging, reading } = how
  const children: XmlNode[] = [...below.children]
  const places = placesIn(children, merging.shape)
  for (const [key, node] of keyed(above, merging.shape)) {
    const action = attributeOf(node, actionName)
    const at = places.get(key)
    const old = at === undefined ? undefined : children[at]
    if (action === 'Removed') {
      if (at !== undefined) children[at] = { type: 'text', text: '' }
    } else if (at !== undefined && old !== undefined && isElement(old)) children[at] = mergeElements(old, node, how)
    else if (reading === 'statement' || action === 'Added') {
      places.set(key, children.length)
      children.push(withoutMarks(node))
    } else if (hasMarks(node)) orphaned(node, children, merging)
  }
  return children.filter((node) => node.type !== 'text' || node.text !== '')
}

/** Without a rule for orphans what they say is kept in place. */
function orphaned(node: XmlElement, children: XmlNode[], merging: Merging): void {
  if (merging.onOrphan === undefined) children.push(withoutMarks(node))
  else merging.onOrphan(node)
}

/** What `edited` says otherwise than `below`, with marks; undefined when nothing. */
export function differenceOf(below: XmlElement, edited: XmlElement, merging: Merging): XmlElement | undefined {
  const isChanged = !sameAttributes(below, edited)
  if (isWhole(edited, merging.shape)) {
    return isChanged || !sameNodes(below.children, edited.children) ? marked(withoutMarks(edited), 'Modified') : undefined
  }
  const special = merging.special?.[edited.name]
  const children = special === undefined ? changedChildren(below, edited, merging) : special.difference(below, edited, merging)
  if (!isChanged && children.length === 0) return undefined
  const own = { ...edited, attributes: edited.attributes.filter((attribute) => !marks.has(attribute.name)), children }
  return isChanged ? marked(own, 'Modified') : own
}

function changedChildren(below: XmlElement, edited: XmlElement, merging: Merging): XmlElement[] {
  const before = new Map(keyed(below, merging.shape))
  const after = new Map(keyed(edited, merging.shape))
  const changed = [...after].flatMap(([key, node]): XmlElement[] => {
    const old = before.get(key)
    const difference = old === undefined ? marked(withoutMarks(node), 'Added') : differenceOf(old, node, merging)
    return difference === undefined ? [] : [difference]
  })
  const removed = [...before].filter(([key]) => !after.has(key)).map(([, node]) => removedMark(node))
  return [...changed, ...removed]
}

export function marked(element: XmlElement, action: 'Added' | 'Modified'): XmlElement {
  return withAttribute(element, actionName, action)
}

export function removedMark(element: XmlElement): XmlElement {
  return { ...withAttribute({ ...element, children: [] }, actionName, 'Removed'), isSelfClosed: true }
}

/** Child elements under what tells them apart; those without a key by their place among siblings of one name. */
export function keyed(parent: XmlElement, shape: TreeShape): [string, XmlElement][] {
  const counts = new Map<string, number>()
  return childElements(parent).map((node) => {
    const key = keyOf(node, shape)
    const count = counts.get(key) ?? 0
    counts.set(key, count + 1)
    const place = placeOf(node, shape) ?? count
    return [place === 0 ? key : `${key}#${place}`, node]
  })
}

function placeOf(node: XmlElement, shape: TreeShape): number | undefined {
  const name = shape.places?.[node.name]
  const place = name === undefined ? Number.NaN : Number.parseInt(attributeOf(node, name) ?? '', 10)
  return Number.isNaN(place) ? undefined : place
}

export function keyOf(node: XmlElement, shape: TreeShape): string {
  for (const group of shape.keys[node.name] ?? []) {
    const values = group.map((name) => attributeOf(node, name)?.toLowerCase())
    if (values.every((value) => value !== undefined)) return `${node.name}:${values.join('|').replace(/[{}]/g, '')}`
  }
  return node.name
}

function placesIn(nodes: readonly XmlNode[], shape: TreeShape): Map<string, number> {
  const elements = nodes.flatMap((node, at) => (isElement(node) ? [{ node, at }] : []))
  const names = keyed({ type: 'element', name: '', attributes: [], children: elements.map(({ node }) => node), isSelfClosed: false }, shape)
  return new Map(names.map(([key], at) => [key, elements[at]?.at ?? at]))
}

function isWhole(node: XmlElement, shape: TreeShape): boolean {
  return (
    shape.wholes.has(node.name) ||
    node.children.some((inner) => (inner.type === 'text' && inner.text.trim() !== '') || inner.type === 'cdata')
  )
}

function mergedAttributes(below: readonly XmlAttribute[], above: readonly XmlAttribute[]): XmlAttribute[] {
  const said = new Map(above.filter((attribute) => !marks.has(attribute.name)).map((attribute) => [attribute.name, attribute.value]))
  const kept = below.filter((attribute) => !marks.has(attribute.name)).map(({ name, value }) => ({ name, value: said.get(name) ?? value }))
  const known = new Set(kept.map((attribute) => attribute.name))
  return [...kept, ...[...said].filter(([name]) => !known.has(name)).map(([name, value]) => ({ name, value }))]
}

function sameAttributes(below: XmlElement, edited: XmlElement): boolean {
  const text = (element: XmlElement): string =>
    JSON.stringify(
      element.attributes
        .filter((attribute) => !marks.has(attribute.name))
        .map(({ name, value }) => [name, value])
        .sort(),
    )
  return text(below) === text(edited)
}

function sameNodes(below: readonly XmlNode[], edited: readonly XmlNode[]): boolean {
  return JSON.stringify(below) === JSON.stringify(edited)
}
