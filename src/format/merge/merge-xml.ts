import { contentKey } from '../describe/content-key.ts'
import { identifiedItems, isListItem } from '../describe/identify-items.ts'
import { isDefault, isOptional, noiseAttribute, noiseElement } from '../describe/noise.ts'
import type { XmlAttribute, XmlElement, XmlNode } from '../package.ts'
import { childElements, textOf } from '../xml/tree.ts'
import { compactStyle, writeXml } from '../xml/write-xml.ts'
import { mergeOrder, pick, type MergeConflict, type Versions } from './pick.ts'

/** Where a merge of one component writes down what it could not decide. */
export interface MergeNotes {
  readonly component: string
  /** Kind of the component: what is noise depends on it. */
  readonly kind: string
  readonly conflicts: MergeConflict[]
}

/**
 * Brings their changes to our element, element by element and attribute by attribute, told apart by who they are and not by where they stand.
 * What says nothing about a solution (noise) is kept as ours has it. Where both changed the same, ours stays and the conflict is noted.
 */
export function mergeElements(notes: MergeNotes, versions: Versions<XmlElement>, where = versions.ours.name): XmlElement {
  const { ours } = versions
  const attributes = mergeAttributes(notes, versions, where)
  if (Object.values(versions).every((element: XmlElement) => isLeaf(element))) {
    const chosen = chooseWhole(notes, versions, where, (element) => lines(textOf(element)))
    return { ...ours, attributes, children: chosen.children, isSelfClosed: chosen.isSelfClosed && chosen.children.length === 0 }
  }
  if (Object.values(versions).some((element: XmlElement) => isMixed(element)))
    return { ...chooseWhole(notes, versions, where, (element) => contentKey(notes.kind, element)), attributes }
  const children = mergeChildren(notes, versions, where)
  return { ...ours, attributes, children, isSelfClosed: children.length === 0 && ours.isSelfClosed }
}

function isLeaf(element: XmlElement): boolean {
  return childElements(element).length === 0
}

function isMixed(element: XmlElement): boolean {
  return !isLeaf(element) && element.children.some(({ type }) => type === 'text' || type === 'cdata')
}

function lines(text: string | undefined): string {
  return (text ?? '').replaceAll(/\r\n?/g, '\n')
}

function chooseWhole(notes: MergeNotes, versions: Versions<XmlElement>, where: string, tell: (element: XmlElement) => string): XmlElement {
  const side = pick(versions, (a, b) => tell(a) === tell(b))
  if (side === 'both') noteConflict(notes, where, versions)
  return side === 'theirs' ? versions.theirs : versions.ours
}

function noteConflict(notes: MergeNotes, where: string, versions: Versions<XmlElement | undefined>): void {
  const said = (element: XmlElement | undefined): string | undefined => element && writeXml(element, compactStyle)
  notes.conflicts.push({
    component: notes.component,
    where,
    base: said(versions.base),
    theirs: said(versions.theirs),
    ours: said(versions.ours),
  })
}

function mergeAttributes(notes: MergeNotes, versions: Versions<XmlElement>, where: string): readonly XmlAttribute[] {
  const valuesOf = (element: XmlElement): Values => new Map(element.attributes.map(({ name, value }) => [name, value]))
  const [base, theirs, ours] = [valuesOf(versions.base), valuesOf(versions.theirs), valuesOf(versions.ours)]
  const merged = new Map<string, string>()
  for (const name of new Set([...ours.keys(), ...theirs.keys()])) {
    const values = { base: base.get(name), theirs: theirs.get(name), ours: ours.get(name) }
    const isNoise = name === 'unmodified' || noiseAttribute(notes.kind, versions.ours.name, name) !== undefined
    const side = isNoise ? 'ours' : pick(values, (a, b) => a === b || isUnsaid(`@${name}`, a, b))
    if (side === 'both') notes.conflicts.push({ component: notes.component, where: `${where}@${name}`, ...values })
    const value = side === 'theirs' ? values.theirs : values.ours
    if (value !== undefined) merged.set(name, value)
  }
  const order = mergeOrder({ base: [...base.keys()], theirs: [...theirs.keys()], ours: [...ours.keys()] }, new Set(merged.keys()))
  return order.map((name) => ({ name, value: merged.get(name) ?? '' }))
}

type Values = ReadonlyMap<string, string>

/** One is absent and the other says what its absence would. */
function isUnsaid(name: string, a: string | undefined, b: string | undefined): boolean {
  if (a === undefined) return b !== undefined && isDefault(name, b)
  return b === undefined && isDefault(name, a)
}

function mergeChildren(notes: MergeNotes, versions: Versions<XmlElement>, where: string): readonly XmlNode[] {
  const lists = identified(notes, versions)
  const merged = new Map<string, XmlNode>()
  for (const id of new Set([...lists.ours.keys(), ...lists.theirs.keys()])) {
    const nodes = { base: lists.base.get(id), theirs: lists.theirs.get(id), ours: lists.ours.get(id) }
    const node = mergeNode(notes, nodes, `${where} › ${id}`)
    if (node !== undefined) merged.set(id, node)
  }
  const order = mergeOrder(
    { base: [...lists.base.keys()], theirs: [...lists.theirs.keys()], ours: [...lists.ours.keys()] },
    new Set(merged.keys()),
  )
  return order.flatMap((id) => merged.get(id) ?? [])
}

/** One child, which may be absent in any of the three. */
function mergeNode(notes: MergeNotes, nodes: Versions<XmlNode | undefined>, where: string): XmlNode | undefined {
  const { base, theirs, ours } = nodes
  // Comments and instructions say nothing about a solution.
  if (isOther(theirs) || isOther(ours) || isOther(base)) return ours
  const name = (ours ?? theirs ?? base)?.name ?? ''
  if (noiseElement(notes.kind, name) !== undefined || isManagedProperty(name)) return ours
  if (theirs !== undefined && ours !== undefined) {
    const from = base ?? { ...ours, attributes: [], children: [] }
    return base === undefined && isSameElement(notes, theirs, ours) ? ours : mergeElements(notes, { base: from, theirs, ours }, where)
  }
  if (isOptional(notes.kind, name) || sayNothing(name, base, theirs)) return ours
  const elements = { base, theirs, ours }
  const side = pick(elements, (a, b) => isSameElement(notes, a, b))
  if (side === 'both') noteConflict(notes, where, elements)
  return side === 'theirs' ? theirs : ours
}

/**
 * Where a managed solution brought a component, its managed properties are that solution's to say: nobody can change them there, and what is
 * exported leaves them out (observed in a public solution that changes tables of a managed one). Their absence is no change; nor is the mark
 * `unmodified` on a table that is there only as the place of its parts.
 */
function isManagedProperty(name: string): boolean {
  return /^(IsCustomizable|IsRenameable|IsMappable|IsHidden|CanBeDeleted|Can(Modify|Create|Change|Enable)\w+)$/.test(name)
}

function isOther(node: XmlNode | undefined): node is Exclude<XmlNode, XmlElement> {
  return node !== undefined && node.type !== 'element'
}

function sayNothing(name: string, base: XmlElement | undefined, theirs: XmlElement | undefined): boolean {
  if (base !== undefined && theirs !== undefined) return false
  const only = base ?? theirs
  return only !== undefined && isLeaf(only) && only.attributes.length === 0 && isDefault(name, textOf(only)?.trim() ?? '')
}

function isSameElement(notes: MergeNotes, a: XmlElement | undefined, b: XmlElement | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return contentKey(notes.kind, a) === contentKey(notes.kind, b)
}

/** Children of each version under names that mean the same in all three. */
function identified(notes: MergeNotes, versions: Versions<XmlElement>): Versions<ReadonlyMap<string, XmlNode>> {
  const names = new Set(Object.values(versions).flatMap((element: XmlElement) => childElements(element).map(({ name }) => name)))
  const lists = new Set([...names].filter((name) => isListIn(versions, name)))
  const of = (element: XmlElement): ReadonlyMap<string, XmlNode> => childrenById(notes, element, lists)
  return { base: of(versions.base), theirs: of(versions.theirs), ours: of(versions.ours) }
}

function isListIn(versions: Versions<XmlElement>, name: string): boolean {
  return Object.values(versions).some((element: XmlElement) => {
    const group = childElements(element).filter((child) => child.name === name)
    return group[0] !== undefined && isListItem(group[0], element, group.length)
  })
}

function childrenById(notes: MergeNotes, element: XmlElement, lists: ReadonlySet<string>): ReadonlyMap<string, XmlNode> {
  const ids = new Map<XmlNode, string>()
  for (const name of lists) {
    const group = childElements(element).filter((child) => child.name === name)
    for (const item of identifiedItems(notes.kind, group, element)) ids.set(item.element, `${name} ${item.id}`)
  }
  const found = new Map<string, XmlNode>()
  let others = 0
  for (const node of element.children) {
    if (node.type === 'text' || node.type === 'cdata') continue
    const id = node.type === 'element' ? (ids.get(node) ?? node.name) : `${node.type} ${++others}`
    found.set(id, node)
  }
  return found
}
