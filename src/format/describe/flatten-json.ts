import { orderBreak, type Fact } from '#domain/difference'
import { digestOfText } from './digest.ts'
import type { ExactJson } from './exact-json.ts'
import { parseExactJson } from './exact-json.ts'
import { joinedWords, plainWords } from './plain-words.ts'
import { escaped, step, type Spot } from './spot.ts'

/** A fact for every leaf of the value, and one for every empty object or list. */
export function jsonFacts(value: ExactJson, spot: Spot, isNoise: (member: string) => boolean = () => false): Fact[] {
  const work: Work = { facts: [], isNoise }
  addFacts(work, value, spot)
  return work.facts
}

interface Work {
  readonly facts: Fact[]
  readonly isNoise: (member: string) => boolean
}

function addFacts(work: Work, value: ExactJson, spot: Spot): void {
  switch (value.type) {
    case 'object':
      addMembers(work, value.members, spot)
      return
    case 'array':
      addItems(work, value.items, spot)
      return
    case 'string':
      addText(work, value.text, spot)
      return
    case 'literal':
      work.facts.push({ ...spot, shape: 'value', value: value.text })
  }
}

function addText(work: Work, text: string, spot: Spot): void {
  const inner = /^\s*[{[]/.test(text) ? parseExactJson(text) : undefined
  if (inner === undefined) work.facts.push({ ...spot, shape: 'value', value: JSON.stringify(text).slice(1, -1) })
  else {
    work.facts.push({ path: step(spot.path, '@text'), words: spot.words, shape: 'value', value: 'JSON' })
    addFacts(work, inner, spot)
  }
}

function addMembers(work: Work, members: readonly (readonly [string, ExactJson])[], spot: Spot): void {
  work.facts.push({ ...spot, shape: 'item', value: '' })
  const seen = new Map<string, number>()
  for (const [name, value] of members) {
    if (work.isNoise(name)) continue
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    const own = count === 1 ? `.${escaped(name)}` : `.${escaped(name)}#${count}`
    addFacts(work, value, { path: step(spot.path, own), words: joinedWords(spot.words, wordsOf(name, value)) })
  }
}

function wordsOf(name: string, value: ExactJson): string {
  // A generated id says nothing to people, the name inside does.
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(name)) return textAt(value, 'displayName') ?? textAt(value, 'name') ?? name
  return /^[\w$@.-]+$/.test(name) && name.length < 40 ? plainWords(name) : name
}

function addItems(work: Work, items: readonly ExactJson[], spot: Spot): void {
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
    if (item.type === 'object' || item.type === 'array') addFacts(work, item, own)
    else work.facts.push({ ...own, shape: 'item', value: item.type })
  }
  if (items.length < 2) return
  const order = unique.map((id) => (id === orderBreak ? `${id} ` : id.replaceAll('\n', ' '))).join('\n')
  work.facts.push({ path: step(spot.path, '#order'), words: joinedWords(spot.words, 'order'), shape: 'order', value: order })
}

const identities = ['id', 'uniqueName', 'logicalName', 'schemaName', 'logicalname', 'dependencyid', 'name', 'key', 'Id', 'Name'] as const

/** What tells all objects of a list apart: of each the first property that usually does; undefined when that does not. */
function identitiesOf(items: readonly ExactJson[]): string[] | undefined {
  const ids = items.map((item) => {
    const name = identities.find((one) => textAt(item, one) !== undefined)
    return name === undefined ? undefined : textAt(item, name)
  })
  const known = ids.filter((id) => id !== undefined)
  return known.length === items.length && new Set(known).size === items.length ? known : undefined
}

function textAt(item: ExactJson, name: string): string | undefined {
  if (item.type !== 'object') return undefined
  const value = item.members.find(([own]) => own === name)?.[1]
  return value?.type === 'string' ? value.text : undefined
}

/** Plain values are known by themselves; objects without an identity by their position. */
function contentId(item: ExactJson, at: number): string {
  if (item.type === 'literal') return item.text
  if (item.type === 'string') return item.text.length > 80 ? digestOfText(item.text) : JSON.stringify(item.text)
  return String(at + 1)
}

function shownId(id: string, at: number): string {
  return id.length > 40 ? String(at + 1) : id
}
