import type { ComponentChange, ComponentName, FactChange, SolutionDifference } from './difference.ts'
import { factText } from './fact-text.ts'
import { counted, kindRank } from './kind-nouns.ts'

/** The difference in plain words, a line for each change; changes that read alike are counted, the data have them all. */
export function differenceText(difference: SolutionDifference): string[] {
  return difference.components.flatMap((component) => linesOf(component))
}

function linesOf(component: ComponentChange): string[] {
  const prefix = prefixOf(component)
  if (component.change === 'changed') return grouped(component.facts).map((text) => `${prefix}: ${text}`)
  const included = summary(component.includes)
  const about = component.owner === undefined ? callOf(component) : `${titleOf(component.owner)}: ${callOf(component)}`
  if (component.change === 'removed') return [`${about} removed${included}`]
  const call = component.owner === undefined ? `new ${callOf(component)}` : `${titleOf(component.owner)}: new ${callOf(component)}`
  return [`${call}${included}`]
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

const mostAlike = 3

/** Facts of one beginning and one change are told three times, then counted. */
function grouped(facts: readonly FactChange[]): string[] {
  const groups = new Map<string, FactChange[]>()
  for (const fact of facts) {
    const group = `${fact.change} ${groupOf(fact)}`
    groups.set(group, [...(groups.get(group) ?? []), fact])
  }
  const lines: string[] = []
  for (const group of groups.values()) {
    for (const fact of group.slice(0, mostAlike)) lines.push(factText(fact))
    const more = group.length - mostAlike
    if (more > 0) lines.push(`and ${more} more like this`)
  }
  return lines
}

/** What repeats: the path without the identities in it. */
function groupOf(fact: FactChange): string {
  return fact.path.replace(/\[[^\]]*\]/g, '[]')
}
