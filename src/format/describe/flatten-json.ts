import { orderBreak, type Fact } from '#domain/difference'
import { digestOfText } from './digest.ts'
import { filledText, isRecord } from '../json-value.ts'
import { readJsonText } from './json-text.ts'
import { joinedWords, plainWords } from './plain-words.ts'
import { escaped, step, type Spot } from './spot.ts'

// Deeper documents are compared as text.
const mostDepth = 200

/**
 * A fact for every leaf of a JSON text, and one for every object and list; undefined for a text that is none. What readers of JSON drop (a name
 * that stands twice, digits that a number cannot keep) is a fact of the whole text.
 */
export function jsonFacts(text: string, spot: Spot, isNoise: (member: string) => boolean = () => false): Fact[] | undefined {
  if (!/^\uFEFF?\s*[[{]/.test(text)) return undefined
  const json = readJsonText(text.replace(/^\uFEFF/, ''))
  if (json === undefined || json.depth > mostDepth) return undefined
  const work: Work = { facts: [], isNoise, depth: json.depth }
  addFacts(work, json.value, spot)
  if (json.asWritten !== undefined)
    work.facts.push({
      path: step(spot.path, '@written'),
      words: joinedWords(spot.words, 'as it is written'),
      shape: 'value',
      value: json.asWritten,
    })
  return work.facts
}

interface Work {
  readonly facts: Fact[]
  readonly isNoise: (member: string) => boolean
  /** Of the documents around this one, together. */
  readonly depth: number
}

function addFacts(work: Work, value: unknown, spot: Spot): void {
  if (Array.isArray(value)) addItems(work, value, spot)
  else if (isRecord(value)) addMembers(work, value, spot)
  else if (typeof value === 'string') addText(work, value, spot)
  else work.facts.push({ ...spot, shape: 'value', value: JSON.stringify(value) })
}

function addText(work: Work, text: string, spot: Spot): void {
  const inner = work.depth > mostDepth ? undefined : jsonFacts(text, spot, work.isNoise)
  if (inner === undefined) work.facts.push({ ...spot, shape: 'value', value: JSON.stringify(text).slice(1, -1) })
  else {
    work.facts.push({ path: step(spot.path, '@text'), words: spot.words, shape: 'value', value: 'JSON' })
    for (const fact of inner) work.facts.push(fact)
  }
}

function addMembers(work: Work, members: Readonly<Record<string, unknown>>, spot: Spot): void {
  work.facts.push({ ...spot, shape: 'item', value: '' })
  for (const [name, value] of Object.entries(members)) {
    if (work.isNoise(name)) continue
    addFacts(work, value, { path: step(spot.path, `.${escaped(name)}`), words: withoutEcho(spot.words, wordsOf(name, value)) })
  }
}

/** A member that repeats the name of what holds it says nothing. */
function withoutEcho(outer: string, inner: string): string {
  return outer.replaceAll(' ', '') === inner.replaceAll(' ', '') ? outer : joinedWords(outer, inner)
}

function wordsOf(name: string, value: unknown): string {
  // A generated id says nothing to people, the name inside does.
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name)) return textAt(value, 'displayName') ?? textAt(value, 'name') ?? name
  return /^[\w$@.-]+$/.test(name) && name.length < 40 ? plainWords(name) : name
}

function addItems(work: Work, items: readonly unknown[], spot: Spot): void {
  work.facts.push({ ...spot, shape: 'item', value: 'list' })
  const ids = identitiesOf(items) ?? items.map((item, at) => contentId(item, at))
  const seen = new Map<string, number>()
  const unique = ids.map((id) => {
    const count = (seen.get(id) ?? 0) + 1
    seen.set(id, count)
    return count === 1 ? id : `${id}#${count}`
  })
  for (const [at, item] of items.entries()) {
    const id = unique[at] ?? ''
    const own = { path: step(spot.path, `[${escaped(id)}]`), words: joinedWords(spot.words, `item ${shownId(id, at)}`) }
    if (typeof item === 'object' && item !== null) addFacts(work, item, own)
    else work.facts.push({ ...own, shape: 'item', value: typeof item === 'string' ? 'string' : 'literal' })
  }
  if (items.length < 2) return
  const order = unique.map((id) => (id === orderBreak ? `${id} ` : id.replaceAll('\n', ' '))).join('\n')
  work.facts.push({ path: step(spot.path, '#order'), words: joinedWords(spot.words, 'order'), shape: 'order', value: order })
}

const identities = ['id', 'uniqueName', 'logicalName', 'schemaName', 'logicalname', 'dependencyid', 'name', 'key', 'Id', 'Name'] as const

/** What tells all objects of a list apart: of each the first property that usually does; undefined when that does not. */
function identitiesOf(items: readonly unknown[]): string[] | undefined {
  const ids = items.map((item) => identities.map((name) => textAt(item, name)).find((id) => id !== undefined))
  const known = ids.filter((id) => id !== undefined)
  return known.length === items.length && new Set(known).size === items.length ? known : undefined
}

function textAt(item: unknown, name: string): string | undefined {
  return isRecord(item) ? filledText(item[name]) : undefined
}

/** Plain values are known by themselves; objects without an identity by their position. */
function contentId(item: unknown, at: number): string {
  if (typeof item === 'object' && item !== null) return String(at + 1)
  if (typeof item === 'string' && item.length > 80) return digestOfText(item)
  return JSON.stringify(item)
}

function shownId(id: string, at: number): string {
  return id.length > 40 ? String(at + 1) : id
}
