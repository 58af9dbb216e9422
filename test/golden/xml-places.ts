import type { XmlElement } from '#format'
import { attributeOf, child, childElements, childText } from '#format'

/** One place where two trees differ when the order of siblings and attributes does not count. */
export interface XmlDifference {
  /** Element names from the root down, then `@attribute`, `text()`, or nothing when a whole element is on one side only. */
  readonly path: string
  /** What is here and what should be; undefined where one side has nothing. */
  readonly actual: string | undefined
  readonly expected: string | undefined
  /** The nearest element above with a name or an id of its own. */
  readonly owner: string
}

interface Place {
  readonly path: string
  readonly owner: string
}

/**
 * Every difference, at the lowest element that both sides have: equal elements are paired first, then those of one identity, then
 * those without one by their order, and the only ones of their name.
 */
export function xmlDifferences(actual: XmlElement, expected: XmlElement, at?: Place): XmlDifference[] {
  const place = { path: at?.path ?? actual.name, owner: ownerOf(actual) ?? at?.owner ?? '' }
  if (isMadeOfChanges(expected) && !isMadeOfChanges(actual))
    return [{ path: `${place.path}/@solutionaction`, actual: 'whole', expected: 'changes only', owner: place.owner }]
  const differences = [...ownDifferences(actual, expected, place)]
  const left = [...childElements(actual)]
  const right = [...childElements(expected)]
  const onlyOne = (element: XmlElement): string | undefined => {
    const isOnlyOne = [left, right].every((list) => list.filter(({ name }) => name === element.name).length === 1)
    return isOnlyOne || identity(element) === undefined ? element.name : undefined
  }
  pairsBy(canonicalForm, left, right)
  for (const key of [identity, onlyOne]) {
    for (const [one, other] of pairsBy(key, left, right))
      differences.push(...xmlDifferences(one, other, { ...place, path: `${place.path}/${one.name}` }))
  }
  for (const one of left) differences.push(lone(one, { ...place, path: `${place.path}/${one.name}` }, 'actual'))
  for (const one of right) differences.push(lone(one, { ...place, path: `${place.path}/${one.name}` }, 'expected'))
  return differences
}

/** A form or site map that says only what it changes of one beneath it. */
function isMadeOfChanges(element: XmlElement): boolean {
  return (element.name === 'form' || element.name === 'SiteMap') && hasAction(element)
}

function hasAction(element: XmlElement): boolean {
  return attributeOf(element, 'solutionaction') !== undefined || childElements(element).some(hasAction)
}

function lone(element: XmlElement, place: Place, side: 'actual' | 'expected'): XmlDifference {
  const owner = ownerOf(element) ?? place.owner
  return { actual: undefined, expected: undefined, path: place.path, owner, [side]: canonicalForm(element) }
}

function* ownDifferences(actual: XmlElement, expected: XmlElement, { path, owner }: Place): Generator<XmlDifference> {
  for (const name of new Set([...actual.attributes, ...expected.attributes].map((attribute) => attribute.name))) {
    const [one, other] = [attributeOf(actual, name), attributeOf(expected, name)]
    if (one !== other) yield { path: `${path}/@${name}`, actual: one, expected: other, owner }
  }
  const [one, other] = [contentOf(actual), contentOf(expected)]
  if (one !== other) yield { path: `${path}/text()`, actual: one, expected: other, owner }
}

/** Takes elements with equal keys out of both lists, pair by pair. */
function pairsBy(key: (element: XmlElement) => string | undefined, left: XmlElement[], right: XmlElement[]): [XmlElement, XmlElement][] {
  const waiting = new Map<string, XmlElement[]>()
  for (const element of right) {
    const own = key(element)
    if (own !== undefined) waiting.set(own, [...(waiting.get(own) ?? []), element])
  }
  const pairs: [XmlElement, XmlElement][] = []
  for (const element of left) {
    const other = waiting.get(key(element) ?? '')?.shift()
    if (other !== undefined) pairs.push([element, other])
  }
  left.splice(0, left.length, ...without(left, new Set(pairs.map(([one]) => one))))
  right.splice(0, right.length, ...without(right, new Set(pairs.map(([, other]) => other))))
  return pairs
}

function without(list: readonly XmlElement[], taken: ReadonlySet<XmlElement>): XmlElement[] {
  return list.filter((element) => !taken.has(element))
}

const idAttributes = ['id', 'Id', 'schemaName', 'Name', 'name', 'PhysicalName', 'languagecode', 'WorkflowId', 'value', 'type']
const idChildren = ['Name', 'formid', 'savedqueryid', 'UniqueName', 'savedqueryvisualizationid']

function identity(element: XmlElement): string | undefined {
  const own = [...idAttributes.map((name) => attributeOf(element, name)), ...idChildren.map((name) => childText(element, name))]
  const ends = ['Required', 'Dependent'].map((name) => endOf(child(element, name)))
  return [...own, ...ends].every((value) => value === undefined) ? undefined : JSON.stringify([element.name, ...own, ...ends])
}

/** One end of a missing dependency, without what is no part of its identity. */
function endOf(end: XmlElement | undefined): string | undefined {
  const names = ['type', 'schemaName', 'displayName', 'parentSchemaName', 'id']
  return end === undefined ? undefined : JSON.stringify(names.map((name) => attributeOf(end, name)))
}

function ownerOf(element: XmlElement): string | undefined {
  if (element.name === 'Entity' || element.name === 'systemform' || element.name === 'savedquery' || element.name === 'visualization')
    return idChildren.map((name) => childText(element, name)).find((text) => text !== undefined)
  return ['PhysicalName', 'WorkflowId', 'schemaName', 'Name'].map((name) => attributeOf(element, name)).find((text) => text !== undefined)
}

function contentOf(element: XmlElement): string {
  return element.children.map((node) => (node.type === 'element' ? '' : JSON.stringify([node.type, node.text]))).join('')
}

const forms = new WeakMap<XmlElement, string>()

function canonicalForm(element: XmlElement): string {
  const known = forms.get(element)
  if (known !== undefined) return known
  const attributes = element.attributes.map(({ name, value }) => ` ${name}=${JSON.stringify(value)}`).sort()
  const children = childElements(element).map(canonicalForm).sort()
  const form = `<${element.name}${attributes.join('')}>${contentOf(element)}${children.join('')}</>`
  forms.set(element, form)
  return form
}
