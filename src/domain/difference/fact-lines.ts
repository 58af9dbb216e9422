import { gravest } from './classify.ts'
import type { ChangeClass, SumOf } from './described-component.ts'
import type { FactChange } from './difference.ts'
import { factText } from './fact-text.ts'
import { sumRules } from './sums.ts'

/** One line on one component, without its name. */
export interface FactLine {
  readonly class: ChangeClass
  readonly reason: string | undefined
  readonly text: string
  /** How many changes it tells. */
  readonly count: number
  /** How many of them it only counts. */
  readonly untold: number
  /** Of the lines of one component that do not all fit, those of the lowest rank are told. */
  readonly rank: number
}

/** The changes of one component: many of one sum in one line, those that begin alike three times and then counted, all others one by one. */
export function factLines(facts: readonly FactChange[]): FactLine[] {
  const told = facts.filter((fact) => !isToldByTwin(fact, facts))
  const context = new Map(told.filter(({ isContext }) => isContext === true).map((fact) => [fact.sum, fact]))
  const single: FactChange[] = []
  const sums: FactLine[] = []
  for (const group of alike(told, sumKey)) {
    const [first] = group
    const changes = group.filter(({ isContext }) => isContext !== true)
    if (first?.sum === undefined || changes.length < sumRules[first.sum].from) single.push(...changes)
    else sums.push(sumLine(changes, first.sum, context.get(first.sum)))
  }
  return [...linesOneByOne(single), ...sums]
}

function sumLine(changes: readonly FactChange[], sum: SumOf, context: FactChange | undefined): FactLine {
  const text = sumRules[sum].text(changes, context)
  const reasons = new Set(changes.map(({ reason }) => reason))
  const reason = reasons.size === 1 ? changes[0]?.reason : undefined
  return { class: gravest(changes), reason, text, count: changes.length, untold: changes.length, rank: 0 }
}

/** Nothing that is lost is summed up. */
function sumKey(fact: FactChange, at: number): string {
  if (fact.sum === undefined || fact.class === 'destructive') return String(at)
  return sumRules[fact.sum].isByChange ? `${fact.sum} ${fact.change}` : fact.sum
}

const mostAlike = 3

function linesOneByOne(facts: readonly FactChange[]): FactLine[] {
  return alike(facts, (fact) => `${fact.change} ${fact.class} ${groupOf(fact)}`).flatMap((group) => {
    const isCut = group.length > mostAlike + 1 && group[0]?.class !== 'destructive'
    const shown = isCut ? group.slice(0, mostAlike) : group
    const lines = shown.map((fact) => ({
      class: fact.class,
      reason: fact.reason,
      text: factText(fact),
      count: 1,
      untold: 0,
      rank: rankOf(fact),
    }))
    const rest = group.slice(shown.length)
    const [first] = rest
    if (first === undefined) return lines
    const more = {
      class: first.class,
      reason: first.reason,
      text: `and ${rest.length} more like this`,
      count: rest.length,
      untold: rest.length,
      rank: rankOf(first),
    }
    return [...lines, more]
  })
}

/** What came, went or moved says more than a value that changed, and both more than a new order. */
function rankOf({ shape }: FactChange): number {
  if (shape === 'item' || shape === 'place') return 1
  return shape === 'order' ? 3 : 2
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

/** The list in groups of one key, in order of their first. */
export function alike<T>(list: readonly T[], keyOf: (one: T, at: number) => string): T[][] {
  const groups = new Map<string, T[]>()
  for (const [at, one] of list.entries()) {
    const key = keyOf(one, at)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [one])
    else group.push(one)
  }
  return [...groups.values()]
}
