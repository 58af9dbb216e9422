import { gravest } from './classify.ts'
import type { ChangeClass } from './described-component.ts'
import type { ComponentChange, ComponentName, FactChange, SolutionDifference } from './difference.ts'
import { factText } from './fact-text.ts'
import { counted, kindRank } from './kind-nouns.ts'

/** One line of the telling, with the gravest class of what it tells. */
export interface DifferenceLine {
  readonly class: ChangeClass
  /** Why it is in that class, where a rule says so. */
  readonly reason: string | undefined
  readonly text: string
}

/** The difference in plain words, a line for each change; changes that read alike are counted, the data have them all. */
export function differenceText(difference: SolutionDifference): string[] {
  return differenceLines(difference).map(({ text }) => text)
}

export function differenceLines(difference: SolutionDifference): DifferenceLine[] {
  const lines: DifferenceLine[] = []
  const listed = listedKeys(difference)
  for (const group of alike(difference.components, aloneOrAlike)) {
    const shown = group.length > mostAlikeComponents ? group.slice(0, mostAlike) : group
    for (const component of shown) lines.push(...linesOf(component, listed))
    const rest = group.slice(shown.length)
    const [first] = rest
    if (first !== undefined) lines.push({ class: gravest(rest), reason: first.reason, text: restText(first, rest) })
  }
  return lines
}

const mostAlike = 3
const mostAlikeComponents = 5

/** Components that came or went alike: one kind, one owner, nothing inside. */
function aloneOrAlike(component: ComponentChange, at: number): string {
  if (component.change === 'changed' || component.includes.length > 0) return String(at)
  return [component.change, component.kind, component.noun, component.owner?.key].join(' ')
}

function restText(first: ComponentChange, rest: readonly ComponentChange[]): string {
  const many = counted(rest.length, `more ${first.noun}`)
  const owner = first.owner === undefined ? '' : `${titleOf(first.owner)}: `
  return `${owner}and ${many} ${first.change}`
}

function alike<T>(list: readonly T[], keyOf: (one: T, at: number) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const [at, one] of list.entries()) {
    const key = keyOf(one, at)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}

/** `added key` of every component that came or went. */
function listedKeys(difference: SolutionDifference): ReadonlySet<string> {
  const keys = difference.components.filter(({ change }) => change !== 'changed')
  return new Set(keys.map(({ change, key }) => `${change} ${key}`.toLowerCase()))
}

/** That the manifest lists a component which itself came goes without saying. */
function isListed(fact: FactChange, listed: ReadonlySet<string>): boolean {
  const [, ids] = /RootComponent\[\S+ ([^\]]*)\]$/.exec(fact.path) ?? []
  return ids?.split(' ').some((id) => id !== '' && listed.has(`${fact.change} ${id}`.toLowerCase())) === true
}

function linesOf(component: ComponentChange, listed: ReadonlySet<string>): DifferenceLine[] {
  const prefix = prefixOf(component)
  if (component.change === 'changed')
    return factLines(component.facts.filter((fact) => !isListed(fact, listed))).map((line) => ({
      ...line,
      text: `${prefix}: ${line.text}`,
    }))
  const included = summary(component.includes)
  const owner = component.owner === undefined ? '' : `${titleOf(component.owner)}: `
  const call = callOf(component)
  const detail = component.detail === undefined ? '' : ` (${component.detail})`
  const text = component.change === 'removed' ? `${owner}${call} removed${included}` : `${owner}new ${call}${detail}${included}`
  return [{ class: component.class, reason: component.reason, text }]
}

/** Tables go by their names alone, since most is told of them; all else by what it is and its name. */
function prefixOf(component: ComponentChange): string {
  if (component.owner !== undefined) return `${titleOf(component.owner)}: ${callOf(component)}`
  return component.kind === 'Entity' ? titleOf(component) : callOf(component)
}

function callOf(component: ComponentName): string {
  return component.kind === 'Solution' ? 'solution' : `${component.noun} ${nameIn(component)}`.trim()
}

/** "Inspection (contoso_inspection)". */
function titleOf(component: ComponentName): string {
  return component.displayName === undefined ? component.key : `${component.displayName} (${component.key})`
}

/** A name that a maker knows; ids are shown only where there is nothing else. */
function nameIn(component: ComponentName): string {
  const ownKey = component.kind === 'Attribute' || component.kind === 'EntityKey' ? component.key.replace(/^[^.]*\./, '') : component.key
  if (component.kind === 'RibbonDiff') return ''
  if (component.kind === 'Entity') return titleOf(component)
  return component.displayName ?? ownKey
}

function summary(includes: readonly ComponentName[]): string {
  if (includes.length === 0) return ''
  const counts = new Map<string, { kind: string; count: number }>()
  for (const { kind, noun } of includes) counts.set(noun, { kind, count: (counts.get(noun)?.count ?? 0) + 1 })
  const parts = [...counts].sort(([, a], [, b]) => kindRank(a.kind) - kindRank(b.kind)).map(([noun, { count }]) => counted(count, noun))
  return `: ${parts.join(', ')}`
}

/** Facts of one beginning and one change are told three times, then counted. */
function factLines(facts: readonly FactChange[]): DifferenceLine[] {
  const told = facts.filter((fact) => !isToldByTwin(fact, facts))
  return alike(told, (fact) => `${fact.change} ${fact.class} ${groupOf(fact)}`).flatMap((group) => {
    const shown = group.length > mostAlike + 1 ? group.slice(0, mostAlike) : group
    const lines = shown.map((fact): DifferenceLine => ({ class: fact.class, reason: fact.reason, text: factText(fact) }))
    const rest = group.slice(shown.length)
    if (rest.length > 0) lines.push({ class: gravest(rest), reason: rest[0]?.reason, text: `and ${rest.length} more like this` })
    return lines
  })
}

/** A column that a view shows is queried, too: that goes without saying. */
function isToldByTwin(fact: FactChange, facts: readonly FactChange[]): boolean {
  const [, name] = /(?:^|\/)attribute\[([^\]]*)\]$/.exec(fact.path) ?? []
  return name !== undefined && facts.some((other) => other.change === fact.change && other.path.endsWith(`/cell[${name}]`))
}

/** What repeats: the path without the identities in it. */
function groupOf(fact: FactChange): string {
  return fact.path.replace(/\[[^\]]*\]/g, '[]')
}
