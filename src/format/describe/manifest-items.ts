import { nounOf, type Fact } from '#domain/difference'
import { kindOfType } from '#domain/solution'
import type { XmlElement } from '../package.ts'
import { bareGuid } from '../kinds/identity.ts'
import { attributeOf, child } from '../xml/tree.ts'
import { flattenAttributes, flattenContent, type Flattening } from './flatten-xml.ts'
import type { Spot } from './spot.ts'
import { termOf, valueInWords } from './terms.ts'

/** `<RootComponent type="29" id="{…}">`: "root component flow Reset inspections". */
export function describeRootComponent(work: Flattening, element: XmlElement, spot: Spot): void {
  const words = `root component ${calledOf(work, element)}`
  describeNamed(work, element, { spot, words, except: ['@behavior'] })
  // All parts, where nothing is written: both sides say it, so that a change has a value before it.
  const term = termOf(work.kind, 'behavior')
  const value = valueInWords(term, attributeOf(element, 'behavior') ?? '0')
  work.facts.push({ path: `${spot.path}/@behavior`, words: `${words}: ${term.words}`, shape: 'value', value })
}

/** `<AppModuleComponent type="1" schemaName="contact">`: "table contact". */
export function describeAppComponent(work: Flattening, element: XmlElement, spot: Spot): void {
  describeNamed(work, element, { spot, words: calledOf(work, element) })
}

/** `<MissingDependency><Required …/><Dependent …/>`: "relationship … now needs table Product of another solution". */
export function describeMissingDependency(work: Flattening, element: XmlElement, spot: Spot): void {
  const [required, dependent] = [child(element, 'Required'), child(element, 'Dependent')]
  const [needed, by] = [calledOf(work, required), calledOf(work, dependent)]
  const from = work.facts.length
  describeNamed(work, element, { spot, words: dependent === undefined ? `need of ${needed}` : `need of ${needed} by ${by}` })
  const who = dependent === undefined ? '' : `${by} `
  const phrases = { added: `${who}now needs ${needed} of another solution`, removed: `${who}no longer needs ${needed} of another solution` }
  // The item, which stood in the list before, is the last one or follows it.
  for (const [at, fact] of work.facts.entries()) {
    if (at < from - 1) continue
    if (fact.path === spot.path) work.facts[at] = { ...fact, sum: 'dependency', subject: needed, phrases, classes: needs }
    else if (/\/@solution$|\/package\b/.test(fact.path)) work.facts[at] = { ...fact, sum: 'dependency version', subject: needed }
  }
}

// What is not needed any more touches nothing.
const needs: NonNullable<Fact['classes']> = { removed: 'additive' }

interface Named {
  readonly spot: Spot
  readonly words: string
  /** Attributes that are told otherwise. */
  readonly except?: readonly string[]
}

/** The item fact of the list was added just before: it gets the words. */
function describeNamed(work: Flattening, element: XmlElement, { spot, words, except = [] }: Named): void {
  const item: Fact = { path: spot.path, words, shape: 'item', value: '' }
  if (work.facts.at(-1)?.path === spot.path) work.facts.pop()
  work.facts.push(item)
  const inside = { spot: { path: spot.path, words }, except: new Set(['@type', '@schemaName', '@id', ...except]) }
  const from = work.facts.length
  flattenAttributes(work, element, inside)
  flattenContent(work, element, inside)
  // Text in it, which no real manifest has, is a fact beside the item, not a second one in its place.
  for (const [at, fact] of work.facts.entries()) {
    if (at >= from && fact.path === spot.path) work.facts[at] = { ...fact, path: `${spot.path}/text()` }
  }
}

function calledOf(work: Flattening, element: XmlElement | undefined): string {
  const kind = kindOfType(attributeOf(element, 'type') ?? '')
  const schemaName = attributeOf(element, 'schemaName')
  const id = bareGuid(attributeOf(element, 'id'))
  const known = [schemaName, schemaName?.toLowerCase(), id].map((key) => (key === undefined ? undefined : work.nameOf?.(`${kind}:${key}`)))
  const part = known.find((one) => one !== undefined)
  const name = part?.name ?? attributeOf(element, 'displayName')
  const table = attributeOf(element, 'parentDisplayName')
  return [part?.noun ?? nounOf(kind), name ?? schemaName ?? id ?? '', ...(table === undefined ? [] : [`of ${table}`])].join(' ').trim()
}
