import type { Fact } from '#domain/difference'
import type { XmlElement } from '../package.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { digestOfElement } from './digest-of-part.ts'
import { saysNothingWhenEmpty } from './empty-elements.ts'
import { jsonFacts } from './flatten-json.ts'
import { identifiedItems, isListItem, type Item } from './identify-items.ts'
import { itemRuleOf } from './identity-rules.ts'
import { languageOf } from './languages.ts'
import { isDefault, isNoiseMember, isOptional, noiseAttribute, noiseElement } from './noise.ts'
import { joinedWords, plainWords } from './plain-words.ts'
import { actionPhrases } from './solution-action.ts'
import { escaped, step, type Spot } from './spot.ts'
import { termOf, valueInWords, wordsOfElement } from './terms.ts'

/** The display name of a component and what makers call such a one, by `kind:key`. */
export type NameOf = (id: string) => { readonly name: string | undefined; readonly noun: string | undefined } | undefined

/** One component's facts in the making. */
export interface Flattening {
  readonly kind: string
  readonly facts: Fact[]
  /** Elements of these names have a describer of their own. */
  readonly special: ReadonlyMap<string, SpecialDescriber>
  /** Elements whose text names a file: the file is compared under this name, its path means nothing. */
  readonly fileElements?: ReadonlySet<XmlElement>
  /** Display name of a component, by `kind:key`. */
  readonly nameOf?: NameOf
  /** Logical name of the table that the component belongs to. */
  readonly table?: string
  /** Path of an element that is a row of a solution-aware table: its children are columns. */
  readonly rowPath?: string
  readonly depth: number
}

export type SpecialDescriber = (work: Flattening, element: XmlElement, spot: Spot) => void

// Deeper documents are compared whole: a stack has an end.
const mostDepth = 200

/** Adds a fact for every piece of the element that is no noise. */
export function flattenElement(work: Flattening, element: XmlElement, spot: Spot): void {
  if (work.depth > mostDepth) {
    work.facts.push({ path: spot.path, words: spot.words, shape: 'digest', value: digestOfElement(element) })
    return
  }
  const inner = { ...work, depth: work.depth + 1 }
  const special = work.special.get(element.name)
  if (special !== undefined) {
    special(inner, element, spot)
    return
  }
  flattenAttributes(work, element, { spot, except: new Set() })
  flattenContent(inner, element, { spot, except: new Set() })
}

/** Where to flatten, and names of attributes and children that are told otherwise. */
export interface Inside {
  readonly spot: Spot
  /** Where its text goes, when the element itself has a fact already. */
  readonly textSpot?: Spot
  readonly except: ReadonlySet<string>
}

export function flattenAttributes(work: Flattening, element: XmlElement, { spot, except }: Inside): void {
  for (const { name, value } of element.attributes) {
    if (except.has(`@${name}`) || noiseAttribute(work.kind, element.name, name) !== undefined) continue
    if (isDefault(`@${name}`, value)) continue
    const term = termOf(work.kind, name)
    addValue(work, { path: step(spot.path, `@${name}`), words: joinedWords(spot.words, term.words) }, valueInWords(term, value))
  }
}

/** Text and children. */
export function flattenContent(work: Flattening, element: XmlElement, { spot, textSpot, except }: Inside): void {
  const text = except.has('#') ? '' : ownText(element)
  if (text !== '' && work.fileElements?.has(element) !== true) flattenText(work, text, textSpot ?? spot)
  for (const [name, group] of grouped(element)) {
    if (except.has(name) || noiseElement(work.kind, name) !== undefined) continue
    flattenGroup(work, group, { parent: element, spot })
  }
}

/** A text may itself be XML or JSON, as queries, layouts and settings are in some exports: then what it says is compared. */
function flattenText(work: Flattening, text: string, spot: Spot): void {
  const inner = text.trim()
  const xml = inner.startsWith('<') && inner.endsWith('>') ? parsedXml(inner) : undefined
  if (xml !== undefined) {
    flattenElement({ ...work, depth: work.depth + 1 }, xml, { path: step(spot.path, xml.name), words: spot.words })
    return
  }
  const json = jsonFacts(inner, spot, (name) => isNoiseMember(work.kind, name))
  if (json !== undefined) {
    for (const fact of json) work.facts.push(fact)
    return
  }
  const name = spot.path.replace(/\/#text$/, '').replace(/^.*\//, '')
  if (isDefault(name, text)) return
  const fact = { path: spot.path, words: spot.words, shape: 'value', value: valueInWords(termOf(work.kind, name), text) } as const
  work.facts.push(isOptional(work.kind, name) ? { ...fact, mayBeAbsent: true } : fact)
}

/** Text that only looks like XML is a text. */
function parsedXml(text: string): XmlElement | undefined {
  try {
    return parseXml(text, 'text')
  } catch {
    return undefined
  }
}

function flattenGroup(work: Flattening, all: readonly XmlElement[], at: { parent: XmlElement; spot: Spot }): void {
  // What names a file is told by the file.
  const group = all.filter((element) => work.fileElements?.has(element) !== true || element.attributes.length > 0)
  const [first] = group
  if (first === undefined) return
  if (!isListItem(first, at.parent, group.length)) {
    flattenSingle(work, first, at)
    return
  }
  const rule = itemRuleOf(first.name, at.parent.name)
  const items = identifiedItems(work.kind, group, at.parent)
  for (const item of items) flattenItem(work, item, { spot: at.spot, noun: rule?.noun, isColumn: rule?.namesColumn === true })
  if (rule?.ordered !== true || items.length < 2) return
  const words = joinedWords(at.spot.words, `order of ${manyOf(rule.noun)}`)
  work.facts.push({ path: step(at.spot.path, `${first.name}#order`), words, shape: 'order', ...orderOf(items) })
}

function manyOf(noun: string): string {
  return /s$/.test(noun) ? `${noun}es` : noun.replace(/y$/, 'ie').concat('s')
}

function orderOf(items: readonly Item[]): { value: string; shown: string } {
  return { value: items.map((item) => oneLine(item.id)).join('\n'), shown: items.map((item) => oneLine(item.name)).join('\n') }
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ')
}

function flattenSingle(work: Flattening, element: XmlElement, { parent, spot: outer }: { parent: XmlElement; spot: Spot }): void {
  const spot = { path: step(outer.path, element.name), words: joinedWords(outer.words, wordsOfElement(work.kind, element)) }
  if (work.special.has(element.name) || !isEmpty(work.kind, element)) flattenElement(work, element, spot)
  else if (work.rowPath !== outer.path && !saysNothingWhenEmpty(element.name, parent.name)) {
    const words = spot.words || plainWords(element.name)
    const phrases = { added: `${words} added`, removed: `${words} removed` }
    work.facts.push({ path: spot.path, words, shape: 'item', value: '', isPresence: true, phrases, classes: { added: 'behavioural' } })
  }
}

function isEmpty(kind: string, element: XmlElement): boolean {
  return element.children.length === 0 && element.attributes.every(({ name }) => noiseAttribute(kind, element.name, name) !== undefined)
}

/** "Owner (ownerid)" for a column of the component's own table; a column through a link keeps its name. */
function columnName(work: Flattening, name: string): string {
  const display = work.table === undefined ? undefined : work.nameOf?.(`Attribute:${work.table}.${name.toLowerCase()}`)?.name
  // The designer generates names for links.
  return display === undefined ? name.replace(/^a_[0-9a-f]{32}\.(.*)$/, '$1 of a linked table') : `${display} (${name})`
}

function flattenItem(work: Flattening, item: Item, at: { spot: Spot; noun: string | undefined; isColumn?: boolean }): void {
  const { element } = item
  const path = step(at.spot.path, `${element.name}[${escaped(item.id)}]`)
  const label = languageOf(element)
  if (label !== undefined) {
    const words = `${at.spot.words === '' ? 'text' : at.spot.words} (${label.language})`
    // A label without text says no more than no label.
    if (label.text !== '') work.facts.push({ path, words, shape: 'value', value: label.text, isLeftOutOfManaged: true, classes: readOnly })
    const inside = {
      spot: { path, words },
      textSpot: { path: step(path, '#text'), words },
      except: new Set([...item.used, label.attribute, '@languagecode', '@LCID']),
    }
    flattenAttributes(work, element, inside)
    flattenContent({ ...work, depth: work.depth + 1 }, element, inside)
    return
  }
  const noun = at.noun ?? wordsOfElement(work.kind, element)
  const name = at.isColumn === true ? columnName(work, item.name) : item.name
  const words = joinedWords(at.spot.words, name === '' ? noun : `${noun} ${name}`)
  work.facts.push({ path, words, shape: 'item', value: '', ...actionPhrases(element, words) })
  const special = work.special.get(element.name)
  const inside = { spot: { path, words }, textSpot: { path: step(path, '#text'), words }, except: item.used }
  if (special !== undefined) special({ ...work, depth: work.depth + 1 }, element, inside.spot)
  else if (work.depth > mostDepth) flattenElement(work, element, inside.spot)
  else {
    flattenAttributes(work, element, inside)
    flattenContent({ ...work, depth: work.depth + 1 }, element, inside)
  }
}

// A text in one more language changes nothing that acts.
const readOnly: NonNullable<Fact['classes']> = { added: 'additive' }

function addValue(work: Flattening, spot: Spot, value: string): void {
  work.facts.push({ path: spot.path, words: spot.words, shape: 'value', value })
}

export function grouped(element: XmlElement): Map<string, XmlElement[]> {
  const groups = new Map<string, XmlElement[]>()
  for (const child of element.children) {
    if (child.type !== 'element') continue
    const group = groups.get(child.name)
    if (group === undefined) groups.set(child.name, [child])
    else group.push(child)
  }
  return groups
}

/** Text and CDATA of an element, with LF line ends; '' for layout. Elements between texts leave a mark, so that their place shows. */
export function ownText(element: XmlElement): string {
  let text = ''
  let hasText = false
  for (const child of element.children) {
    if (child.type === 'text' || child.type === 'cdata') {
      text += child.text
      hasText = true
    } else if (child.type === 'element') text += '\uFFFC'
  }
  if (!hasText) return ''
  const lines = text.replace(/\r\n?/g, '\n')
  return /^\s*$/.test(lines) && lines.includes('\n') ? '' : lines
}
