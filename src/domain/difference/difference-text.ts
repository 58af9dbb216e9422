import { gravest } from './classify.ts'
import { formatPath } from './conversion.ts'
import { callOf, titleOf } from './component-names.ts'
import type { ChangeClass } from './described-component.ts'
import type { ComponentChange, ComponentName, FactChange, SolutionDifference } from './difference.ts'
import { alike, factLines, type FactLine } from './fact-lines.ts'
import { counted, kindRank } from './kind-nouns.ts'

/** One line of the telling, with the gravest class of what it tells. */
export interface DifferenceLine {
  readonly class: ChangeClass
  /** Why it is in that class, where a rule says so. */
  readonly reason: string | undefined
  readonly text: string
  /** How many changes it only counts, for want of room; the data have them all. */
  readonly untold: number
}

/** The difference in plain words, a line for each change; changes that read alike are counted, the data have them all. */
export function differenceText(difference: SolutionDifference): string[] {
  return differenceLines(difference).map(({ text }) => text)
}

/** What is destructive is always told in full; of all else, what a person can read. */
export function differenceLines(difference: SolutionDifference): DifferenceLine[] {
  const told = tellable(difference)
  const all = told.flatMap(({ lines }) => lines.length)
  const isLong = all.reduce((sum, count) => sum + count, 0) > mostLines
  return told.flatMap(({ lines }) => cut(lines, isLong ? mostOfOneInLong : mostOfOne))
}

// Beyond that nobody reads line by line: then each component has fewer.
const mostLines = 200
// What fits one screen with a few components on it, and what still tells the gravest of each of a hundred.
const mostOfOne = 12
const mostOfOneInLong = 4

interface ToldLine extends FactLine {
  /** What the component is called, before what is said of it. */
  readonly of: string
}

/** The lines of each component, or of components that came or went alike. */
function tellable(difference: SolutionDifference): { lines: readonly ToldLine[] }[] {
  const listed = listedKeys(difference)
  return alike(difference.components, aloneOrAlike).flatMap((group) => {
    const [first] = group
    if (first !== undefined && isNotCompared(first) && group.length > mostAlike) return [{ lines: [notComparedLine(group)] }]
    if (first?.change === 'changed') return group.map((component) => ({ lines: changedLines(component, listed) }))
    const isCut = group.length > mostAlikeComponents && !group.some((one) => one.class === 'destructive')
    const shown = isCut ? group.slice(0, mostAlike) : group
    const rest = group.slice(shown.length)
    return [
      ...shown.map((component) => ({ lines: [oneLine(component)] })),
      ...(rest[0] === undefined ? [] : [{ lines: [restLine(rest[0], rest)] }]),
    ]
  })
}

const mostAlike = 3
const mostAlikeComponents = 5

/** Components that came or went alike: one kind, one owner, nothing inside. */
function aloneOrAlike(component: ComponentChange, at: number): string {
  if (isNotCompared(component)) return formatPath
  if (component.change === 'changed' || component.includes.length > 0) return String(at)
  return [component.change, component.kind, component.noun, component.owner?.key].join(' ')
}

function isNotCompared({ facts }: ComponentChange): boolean {
  return facts[0]?.path === formatPath
}

function notComparedLine(group: readonly ComponentChange[]): ToldLine {
  const why = 'one side holds the whole of each, the other only what the solution changes in it'
  const text = `not compared: ${countedByNoun(group)}; ${why}`
  return { class: gravest(group), reason: undefined, of: '', text, count: group.length, untold: group.length, rank: 0 }
}

function restLine(first: ComponentChange, rest: readonly ComponentChange[]): ToldLine {
  const owner = first.owner === undefined ? '' : `${titleOf(first.owner)}: `
  const text = `${owner}and ${counted(rest.length, `more ${first.noun}`)} ${first.change}`
  return { class: gravest(rest), reason: first.reason, of: '', text, count: rest.length, untold: rest.length, rank: 0 }
}

function oneLine(component: ComponentChange): ToldLine {
  const included = summary(component.includes)
  const owner = component.owner === undefined ? '' : `${titleOf(component.owner)}: `
  const call = callOf(component)
  const detail = component.detail === undefined ? '' : ` (${component.detail})`
  const text = component.change === 'removed' ? `${owner}${call} removed${included}` : `${owner}new ${call}${detail}${included}`
  return { class: component.class, reason: component.reason, of: '', text, count: 1, untold: 0, rank: 0 }
}

function changedLines(component: ComponentChange, listed: ReadonlySet<string>): ToldLine[] {
  const of = prefixOf(component)
  return factLines(component.facts.filter((fact) => !isListed(fact, listed))).map((line) => ({ ...line, of }))
}

/** Tables go by their names alone, since most is told of them; all else by what it is and its name. */
function prefixOf(component: ComponentChange): string {
  if (component.owner !== undefined) return `${titleOf(component.owner)}: ${callOf(component)}`
  return component.kind === 'Entity' ? titleOf(component) : callOf(component)
}

/** Of one component's lines the gravest, and of those what says most; how many changes the others would tell. */
function cut(lines: readonly ToldLine[], most: number): DifferenceLine[] {
  if (lines.length <= most + 1) return lines.map((line) => told(line, line.text))
  const byWeight = [...lines].sort((a, b) => weightOf(a) - weightOf(b) || a.rank - b.rank)
  const kept = new Set([...byWeight.slice(0, most), ...lines.filter((line) => line.class === 'destructive')])
  const rest = lines.filter((line) => !kept.has(line))
  const shown = lines.filter((line) => kept.has(line)).map((line) => told(line, line.text))
  const [first] = rest
  if (first === undefined) return shown
  const untold = rest.reduce((sum, { count }) => sum + count, 0)
  return [...shown, { ...told(first, `and ${counted(untold, 'more change')}`), class: gravest(rest), reason: undefined, untold }]
}

const weights: Readonly<Record<ChangeClass, number>> = { destructive: 0, behavioural: 1, additive: 2 }

function weightOf(line: FactLine): number {
  return weights[line.class]
}

function told(line: ToldLine, text: string): DifferenceLine {
  return { class: line.class, reason: line.reason, text: line.of === '' ? text : `${line.of}: ${text}`, untold: line.untold }
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

function summary(includes: readonly ComponentName[]): string {
  return includes.length === 0 ? '' : `: ${countedByNoun(includes)}`
}

/** "3 columns, 1 form", in the order of the catalogue. */
export function countedByNoun(components: readonly ComponentName[]): string {
  const counts = new Map<string, { kind: string; count: number }>()
  for (const { kind, noun } of components) counts.set(noun, { kind, count: (counts.get(noun)?.count ?? 0) + 1 })
  const parts = [...counts].sort(([, a], [, b]) => kindRank(a.kind) - kindRank(b.kind)).map(([noun, { count }]) => counted(count, noun))
  return parts.join(', ')
}
