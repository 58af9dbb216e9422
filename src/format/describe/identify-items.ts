import type { XmlElement } from '../package.ts'
import { attributeOf, child, childElements, textOf } from '../xml/tree.ts'
import { contentKey } from './content-key.ts'
import { itemRuleOf, usualIdentityRank, type ItemRule } from './identity-rules.ts'
import { conditionInWords, filterInWords } from './query-words.ts'
import { firstText, languageOf } from './languages.ts'

/** One item of a list: who it is, and what it is called. */
export interface Item {
  readonly element: XmlElement
  /** Unique among its like, and the same in every order. */
  readonly id: string
  readonly name: string
  /** Attributes (`@name`), children and text (`#`) that the identity is made of: they need no facts of their own. */
  readonly used: ReadonlySet<string>
}

/** Whether the element is one of many by nature, however many there are now. */
export function isListItem(element: XmlElement, parent: XmlElement, count: number): boolean {
  // A dashboard or a dialog is one form, in a list that holds no other.
  if (count === 1 && element.name === 'form' && parent.name === 'forms') return false
  if (count > 1 || itemRuleOf(element.name, parent.name) !== undefined) return true
  return isPlural(parent.name, element.name) || languageOf(element) !== undefined
}

/** `Descriptions` of `Description`, `privileges` of `privilege`, `entities` of `entity`; `bot_flowset` of `bot_flow`, which are link rows. */
export function isPlural(list: string, item: string): boolean {
  const many = list.toLowerCase()
  const one = item.toLowerCase()
  return many === `${one}s` || many === `${one}es` || many === `${one}set` || (one.endsWith('y') && many === `${one.slice(0, -1)}ies`)
}

/** Items of one name with an identity each: by rule, by what usually identifies, or by their whole content. */
export function identifiedItems(kind: string, group: readonly XmlElement[], parent: XmlElement): Item[] {
  const rule = itemRuleOf(group[0]?.name ?? '', parent.name)
  const sources = rule?.by ?? usualSources(group)
  const ids = group.map((element) => identityBy(element, sources))
  const counts = countsOf(ids)
  const taken = new Map<string, number>()
  return group.map((element, at): Item => {
    const natural = ids[at]
    const isUnique = natural !== undefined && counts.get(natural) === 1
    const wanted = isUnique ? natural : `${natural ?? ''}~${contentKey(kind, element)}`
    // Items that are equal in all they say: the number is how many there are.
    const count = (taken.get(wanted) ?? 0) + 1
    taken.set(wanted, count)
    const id = count === 1 ? wanted : `${wanted}#${count}`
    return { element, id, name: nameOf(element, rule, natural), used: isUnique ? usedBy(element, sources) : new Set() }
  })
}

function countsOf(ids: readonly (string | undefined)[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const id of ids) if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}

function identityBy(element: XmlElement, sources: readonly string[]): string | undefined {
  const values = sources.map((source) => valueOf(element, source))
  if (values.every((value) => value === undefined)) return undefined
  while (values.length > 1 && values.at(-1) === undefined) values.pop()
  return values.map((value) => bare(value ?? '')).join(' ')
}

function valueOf(element: XmlElement, source: string): string | undefined {
  if (source.startsWith('@')) return attributeOf(element, source.slice(1))
  const [inner, attribute] = source.split('@')
  if (attribute !== undefined) return attributeOf(child(element, inner ?? ''), attribute)
  if (source === '#') return textOf(element)?.trim() || undefined
  return textOf(child(element, source))?.trim() || undefined
}

/** Ids are written with and without braces, in small and capital letters. */
function bare(value: string): string {
  return /^\{?[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(value) ? value.replace(/[{}]/g, '').toLowerCase() : value
}

function usedBy(element: XmlElement, sources: readonly string[]): ReadonlySet<string> {
  // A child that identifies may itself have attributes, and a text may be more than its trimmed form: then it stays a fact.
  return new Set(sources.filter((source) => source.includes('@') || isPlainText(source === '#' ? element : child(element, source))))
}

function isPlainText(element: XmlElement | undefined): boolean {
  return (
    element?.children.every((node) => node.type === 'text' && node.text === node.text.trim()) === true && element.attributes.length === 0
  )
}

function usualSources(group: readonly XmlElement[]): readonly string[] {
  const candidates = new Map<string, number>()
  for (const { name } of group[0]?.attributes ?? []) candidates.set(`@${name}`, usualIdentityRank(name, group[0]?.name ?? ''))
  for (const { name } of childElements(group[0])) candidates.set(name, usualIdentityRank(name, group[0]?.name ?? ''))
  const [best] = [...candidates]
    .filter(([source, rank]) => rank >= 0 && group.every((element) => valueOf(element, source) !== undefined))
    .sort(([, a], [, b]) => a - b)
  if (best !== undefined) return [best[0]]
  if (group.every(isLinkRow)) return (group[0]?.attributes ?? []).map(({ name }) => `@${name}`)
  return group.every((element) => element.attributes.length === 0 && childElements(element).length === 0) ? ['#'] : []
}

/** The row of a link table: its attributes say what both ends are known by, `botcomponentid.schemaname="…"`. */
function isLinkRow({ attributes }: XmlElement): boolean {
  return attributes.length > 1 && attributes.every(({ name }) => name.includes('.'))
}

function nameOf(element: XmlElement, rule: ItemRule | undefined, natural: string | undefined): string {
  if (rule?.name === 'label') {
    const label = firstText(element)
    if (label !== undefined) return natural === undefined ? label : `${label} (${natural})`
  }
  if (rule?.name === 'condition') return conditionInWords(element)
  if (rule?.name === 'filter') return filterInWords(element)
  if (rule?.name?.startsWith('@') === true) return attributeOf(element, rule.name.slice(1)) ?? natural ?? ''
  const name = (natural ?? '').replace(/ {2,}/g, ' ').trim()
  return rule?.name === 'dotted' ? name.replaceAll(' ', '.') : name
}
