import type { Fact } from '#domain/difference'
import type { XmlElement } from '../package.ts'
import { attributeOf, childElements, childrenNamed } from '../xml/tree.ts'
import { flattenAttributes, flattenContent, type Flattening } from './flatten-xml.ts'
import { escaped, type Spot } from './spot.ts'

/** An event of a form, told by the functions that it calls: "now calls load of new_/permit.js on load". */
export function describeFormEvent(work: Flattening, element: XmlElement, spot: Spot): void {
  const handlers = childElements(element)
    .filter(({ name }) => name === 'Handlers' || name === 'InternalHandlers')
    .flatMap((list) => childrenNamed(list, 'Handler'))
  const on = momentOf(element)
  if (handlers.length > 0) sayOfLast(work, spot, calling(`${handlers.map(calledBy).join(' and ')} ${on}`))
  const from = work.facts.length
  flattenAttributes(work, element, { spot, except: new Set(['@name', '@attribute', '@control', '@relationship']) })
  flattenContent(work, element, { spot, except: new Set() })
  const phrases = new Map(handlers.map((handler) => [idOf(handler), calling(`${calledBy(handler)} ${on}`)]))
  for (const [at, fact] of work.facts.entries()) {
    const handler = at < from || fact.shape !== 'item' ? undefined : /\/Handler\[([^\]]*)\]$/.exec(fact.path)?.[1]
    const said = handler === undefined ? undefined : phrases.get(handler)
    if (said !== undefined) work.facts[at] = { ...fact, phrases: said }
  }
}

/** The item fact of the event was added just before. */
function sayOfLast(work: Flattening, spot: Spot, phrases: NonNullable<Fact['phrases']>): void {
  const last = work.facts.at(-1)
  if (last?.path === spot.path) work.facts[work.facts.length - 1] = { ...last, phrases }
}

function calling(what: string): NonNullable<Fact['phrases']> {
  return { added: `now calls ${what}`, removed: `no longer calls ${what}` }
}

function calledBy(handler: XmlElement): string {
  const [name, library] = [attributeOf(handler, 'functionName') ?? 'a function', attributeOf(handler, 'libraryName')]
  return library === undefined || library === '' ? name : `${name} of ${library}`
}

/** As the fact's path has it. */
function idOf(handler: XmlElement): string {
  return escaped(`${attributeOf(handler, 'libraryName') ?? ''} ${attributeOf(handler, 'functionName') ?? ''}`)
}

/** `<event name="onchange" attribute="new_status">` → "on change of new_status". */
function momentOf(event: XmlElement): string {
  const name = attributeOf(event, 'name') ?? ''
  const of = attributeOf(event, 'attribute') ?? attributeOf(event, 'control') ?? attributeOf(event, 'relationship') ?? ''
  const moment = /^on/i.test(name) ? `on ${name.slice(2)}` : `on ${name}`
  return of === '' ? moment : `${moment} of ${of}`
}
