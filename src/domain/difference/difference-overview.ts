import { gravest } from './classify.ts'
import { callOf, titleOf } from './component-names.ts'
import type { ChangeClass } from './described-component.ts'
import { countedByNoun } from './difference-text.ts'
import type { Change, ComponentChange, ComponentName, SolutionDifference } from './difference.ts'
import { alike } from './fact-lines.ts'
import { counted, manyOf } from './kind-nouns.ts'

/** What changed in one table with all that belongs to it, or in all components of one kind. */
export interface OverviewLine {
  readonly class: ChangeClass
  readonly text: string
  /** Changes in it, by class. */
  readonly counts: ClassCounts
}

export type ClassCounts = Readonly<Record<ChangeClass, number>>

/** A line for the solution, each table and each other kind of component, in the order in which differences are told. */
export function differenceOverview(difference: SolutionDifference): OverviewLine[] {
  return alike(difference.components, placeOf).map((group) => ({
    class: gravest(group),
    text: `${headOf(group)}: ${tailOf(group)}`,
    counts: countClasses({ components: group }),
  }))
}

/** How many changes there are of each class: a component that came or went is one, of one that changed each fact. */
export function countClasses(difference: SolutionDifference): ClassCounts {
  const counts = { destructive: 0, behavioural: 0, additive: 0 }
  for (const component of difference.components) {
    if (component.change !== 'changed') counts[component.class] += 1
    for (const fact of component.facts) if (fact.isContext !== true) counts[fact.class] += 1
  }
  return counts
}

function placeOf(component: ComponentChange): string {
  const top = topOf(component)
  return top.kind === 'Entity' ? `Entity:${top.key}`.toLowerCase() : top.noun
}

function topOf(component: ComponentChange): ComponentName {
  return component.owner ?? component
}

function headOf(group: readonly ComponentChange[]): string {
  const [first] = group
  if (first === undefined) return ''
  const top = topOf(first)
  if (top.kind === 'Entity') return titleOf(top)
  return group.length === 1 ? callOf(top) : manyOf(top.noun)
}

function tailOf(group: readonly ComponentChange[]): string {
  const own = group.filter((one) => one.owner === undefined && one.change === 'changed' && (one.kind === 'Entity' || group.length === 1))
  const others = group.filter((one) => !own.includes(one))
  const ownCount = own.reduce((sum, one) => sum + countFacts(one), 0)
  const alone = others.length === 1 && group.length === 1
  return [
    ...(own.length === 0 ? [] : [`${counted(ownCount, 'change')}${others.length === 0 ? '' : ' of its own'}`]),
    ...(['removed', 'changed', 'added'] as const).flatMap((change) => {
      const list = others.filter((one) => one.change === change)
      if (list.length === 0) return []
      if (alone && list[0]?.owner === undefined) return [change]
      const isOneKind = group.length > 1 && list.every((one) => one.owner === undefined && one.kind !== 'Entity')
      return [`${isOneKind ? String(list.length) : countedByNoun(list)} ${change}${insideOf(list, change)}`]
    }),
  ].join('; ')
}

function insideOf(list: readonly ComponentChange[], change: Change): string {
  if (change !== 'changed') return ''
  const count = list.reduce((sum, one) => sum + countFacts(one), 0)
  return ` (${counted(count, 'change')})`
}

function countFacts(component: ComponentChange): number {
  return component.facts.filter(({ isContext }) => isContext !== true).length
}
