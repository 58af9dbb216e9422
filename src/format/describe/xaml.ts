import { orderBreak, type Fact } from '#domain/difference'
import type { PackageFile, XmlElement } from '../package.ts'
import { parseXml } from '../xml/parse-xml.ts'
import { attributeOf, childElements } from '../xml/tree.ts'
import { digestOfElement } from './digest-of-part.ts'
import { ownText } from './flatten-xml.ts'
import { noiseAttribute } from './noise.ts'
import { joinedWords, plainWords } from './plain-words.ts'
import { escaped, step, type Spot } from './spot.ts'

/**
 * A classic workflow, business rule or action: steps are known by the names that their makers see, and everything else is told under the step
 * that it stands in. Order always has meaning. Undefined for what is no XML.
 */
export function describeXaml(file: PackageFile, spot: Spot): Fact[] | undefined {
  const root = parsed(file)
  if (root === undefined) return undefined
  const facts: Fact[] = [{ ...spot, shape: 'item', value: '' }]
  describeElement(facts, root, { path: step(spot.path, escaped(root.name)), words: spot.words, step: '', depth: 0 })
  return facts
}

function parsed(file: PackageFile): XmlElement | undefined {
  try {
    return parseXml(file.bytes, file.path)
  } catch {
    return undefined
  }
}

interface Place extends Spot {
  /** The step that it stands in, in words; '' outside of all. */
  readonly step: string
  readonly depth: number
}

// Steps that people make nest a handful of levels; deeper ones are compared whole.
const mostDepth = 200

function describeElement(facts: Fact[], element: XmlElement, place: Place): void {
  if (place.depth > mostDepth) {
    facts.push({ path: place.path, words: place.words, shape: 'digest', value: digestOfElement(element) })
    return
  }
  for (const { name, value } of element.attributes) {
    if (noiseAttribute('Workflow', element.name, name) !== undefined) continue
    facts.push({ path: step(place.path, `@${name}`), words: joinedWords(place.words, plainWords(name)), shape: 'value', value })
  }
  const text = ownText(element)
  if (text !== '') facts.push({ path: step(place.path, '#text'), words: place.words, shape: 'value', value: text })
  const children = identified(childElements(element))
  for (const { child, id, shown } of children) {
    const name = attributeOf(child, 'DisplayName')
    const inStep = name === undefined ? place.step : `step ${shown}`
    const words = name === undefined ? joinedWords(place.step, shown) : inStep
    const own = { path: step(place.path, id), words, step: inStep, depth: place.depth + 1 }
    facts.push({ path: own.path, words, shape: 'item', value: '', ...(name === undefined ? {} : { noun: 'step' }) })
    describeElement(facts, child, own)
  }
  if (children.length < 2) return
  const words = joinedWords(place.step, 'order')
  const [value, names] = [children.map(({ id }) => lineOf(id)).join('\n'), children.map(({ shown }) => lineOf(shown)).join('\n')]
  facts.push({ path: step(place.path, '#order'), words, shape: 'order', value, shown: names })
}

interface Identified {
  readonly child: XmlElement
  readonly id: string
  readonly shown: string
}

/** Children by the name, key or variable that tells them apart; without one, by their element and how many of these came before. */
function identified(children: readonly XmlElement[]): Identified[] {
  const taken = new Map<string, number>()
  return children.map((child) => {
    const name =
      attributeOf(child, 'DisplayName') ?? attributeOf(child, 'x:Key') ?? attributeOf(child, 'Name') ?? attributeOf(child, 'x:Name')
    const wanted = `${escaped(child.name)}${name === undefined ? '' : `[${escaped(name)}]`}`
    const count = (taken.get(wanted) ?? 0) + 1
    taken.set(wanted, count)
    return { child, id: count === 1 ? wanted : `${wanted}#${count}`, shown: shownName(name) ?? plainWords(child.name) }
  })
}

/** "SetValueStep1: Close the case" → "Close the case", what its maker wrote; a step without a description keeps the name it was given. */
function shownName(name: string | undefined): string | undefined {
  return name?.replace(/^\w+:\s*(?=\S)/, '')
}

function lineOf(text: string): string {
  return text === orderBreak ? `${text} ` : text.replaceAll('\n', ' ')
}
