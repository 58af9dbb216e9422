import type { Fact } from './described-component.ts'
import type { FactChange } from './difference.ts'
import { diffLines } from './diff-lines.ts'
import { counted } from './kind-nouns.ts'
import { matchedFacts } from './matched-facts.ts'
import { reorderedOf } from './reordered.ts'
import { withWholeFiles } from './whole-files.ts'

/** A change of a fact, with what the describer hinted about its class. */
export type FoundChange = Omit<FactChange, 'class' | 'reason'> & {
  readonly classes: Fact['classes']
  readonly isLeftOutOfManaged: boolean
}

/** The facts that came, went or changed, by path. What is below an item that came or went is told with that item. */
export function diffFacts(allBefore: readonly Fact[], allAfter: readonly Fact[]): FoundChange[] {
  const [before, after] = matchedFacts(...withWholeFiles(allBefore, allAfter))
  const old = new Map(before.map((fact) => [fact.path, fact]))
  const now = new Map(after.map((fact) => [fact.path, fact]))
  const changes: FoundChange[] = []
  for (const fact of before) {
    const twin = now.get(fact.path)
    if (twin === undefined) continue
    const change = changeOf(fact, twin)
    if (change !== undefined) changes.push(change)
  }
  const removed = oneSided(before, now, 'removed')
  const added = oneSided(after, old, 'added')
  return withoutLoneContext([...changes, ...removed, ...added]).sort((a, b) => compareText(a.path, b.path))
}

function withoutLoneContext(changes: readonly FoundChange[]): FoundChange[] {
  const explained = new Set(changes.filter(({ isContext }) => isContext !== true).map(({ sum }) => sum))
  return changes.filter(({ isContext, sum }) => isContext !== true || explained.has(sum))
}

function changeOf(before: Fact, after: Fact): FoundChange | undefined {
  if (before.value === after.value && before.shape === after.shape) return undefined
  const base = {
    change: 'changed' as const,
    path: after.path,
    words: after.words,
    shape: after.shape,
    classes: after.classes,
    isLeftOutOfManaged: after.isLeftOutOfManaged === true,
    includes: [],
    ...(after.isToldWhenChanged === true ? {} : sumOf(after)),
    ...(after.phrases?.changed === undefined ? {} : { phrase: after.phrases.changed }),
  }
  if (after.shape === 'order') {
    const reordered = reorderedOf(before, after)
    return reordered && { ...base, ...reordered }
  }
  if (after.shape === 'text') return { ...base, before: undefined, after: undefined, lines: diffLines(before.value, after.value) }
  return { ...base, before: shown(before), after: shown(after) }
}

function oneSided(own: readonly Fact[], other: ReadonlyMap<string, Fact>, change: 'added' | 'removed'): FoundChange[] {
  // The order and place of what came or went is told by its coming or going.
  const only = own.filter((fact) => !other.has(fact.path) && fact.shape !== 'order' && fact.mayBeAbsent !== true)
  const items = new Map(only.filter((fact) => fact.shape === 'item').map((fact) => [fact.path, fact]))
  const inside = new Map<string, Fact[]>()
  const listed: Fact[] = []
  for (const fact of only) {
    const item = itemAround(fact, items)
    if (item === undefined) listed.push(fact)
    else inside.set(item, [...(inside.get(item) ?? []), fact])
  }
  return listed.map((fact) => ({
    change,
    path: fact.path,
    words: fact.words,
    shape: fact.shape,
    before: change === 'removed' ? shown(fact) : undefined,
    after: change === 'added' ? shown(fact) : undefined,
    classes: fact.classes,
    isLeftOutOfManaged: fact.isLeftOutOfManaged === true,
    ...sumOf(fact),
    ...(fact.phrases === undefined ? {} : { phrase: fact.phrases[change] }),
    includes: (inside.get(fact.path) ?? []).map((one) => ({
      path: one.path,
      words: one.words,
      value: shown(one),
      ...(one.noun === undefined ? {} : { noun: one.noun }),
    })),
  }))
}

function sumOf({ sum, subject, isContext }: Fact): Pick<FactChange, 'sum' | 'subject' | 'isContext'> {
  if (sum === undefined) return {}
  return { sum, ...(subject === undefined ? {} : { subject }), ...(isContext === true ? { isContext } : {}) }
}

function shown(fact: Fact): string {
  return fact.shape === 'text' ? counted(fact.value.split('\n').length, 'line') : (fact.shown ?? fact.value)
}

/** The outermost item that came or went and has this fact in it; undefined where items say that they stand in each other, or nobody would tell them. */
function itemAround(fact: Fact, items: ReadonlyMap<string, Fact>): string | undefined {
  let top = outermostItem(fact.path, items)
  const seen = new Set<string>()
  for (let at = items.get(top ?? fact.path); at?.within !== undefined; at = items.get(top ?? '')) {
    if (seen.size === seen.add(at.path).size) return undefined
    const around = outermostItem(`${at.within}/`, items)
    if (around === undefined) return top
    top = around
  }
  return top === fact.path ? undefined : top
}

function outermostItem(path: string, items: ReadonlyMap<string, Fact>): string | undefined {
  if (items.size === 0) return undefined
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const above = path.slice(0, at)
    if (items.has(above)) return above
  }
  return undefined
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
