import { classOfComponent, classOfFact, gravest } from './classify.ts'
import { formatChange, isConversion, isConversionEffect, isLeftOut } from './conversion.ts'
import type { DescribedComponent } from './described-component.ts'
import { diffFacts } from './diff-facts.ts'
import type { ComponentChange, ComponentName, FactChange, SolutionDifference } from './difference.ts'
import { kindRank, nounOf } from './kind-nouns.ts'

/** What differs between two described solutions. Components are matched by kind and key, facts by path; order never matters. */
export function diffSolutions(before: readonly DescribedComponent[], after: readonly DescribedComponent[]): SolutionDifference {
  const sides: Sides = { before: byId(before), after: byId(after), isConversion: isConversion(before, after) }
  const components = [...changed(sides), ...oneSided(sides, 'removed'), ...oneSided(sides, 'added')]
  return { components: components.sort(compareChanges) }
}

interface Sides {
  readonly before: ReadonlyMap<string, DescribedComponent>
  readonly after: ReadonlyMap<string, DescribedComponent>
  /** One side is managed and the other is not. */
  readonly isConversion: boolean
}

function byId(components: readonly DescribedComponent[]): Map<string, DescribedComponent> {
  return new Map(components.map((component) => [idOf(component.kind, component.key), component]))
}

// Capitals of names differ between exports and never tell two components apart.
function idOf(kind: string, key: string): string {
  return `${kind}:${key}`.toLowerCase()
}

function changed(sides: Sides): ComponentChange[] {
  const changes: ComponentChange[] = []
  for (const [id, before] of sides.before) {
    const after = sides.after.get(id)
    if (after === undefined || (before.digest !== undefined && before.digest === after.digest)) continue
    const facts = factChanges(before, after, sides.isConversion)
    if (facts.length === 0) continue
    const name = { ...nameOf(after), detail: undefined, owner: ownerOf(after, sides) }
    changes.push({ change: 'changed', class: gravest(facts), reason: undefined, ...name, includes: [], facts })
  }
  return changes
}

function factChanges(before: DescribedComponent, after: DescribedComponent, isConversion: boolean): FactChange[] {
  if (isConversion && (before.isUnmodified === true || after.isUnmodified === true)) return []
  const isOtherFormat = isConversion && before.isDelta !== after.isDelta
  const found = isOtherFormat ? [formatChange(after)] : diffFacts(before.facts, after.facts)
  const changes: FactChange[] = []
  for (const one of found) {
    if (isConversion && isConversionEffect(one)) continue
    const { classes: _classes, isLeftOutOfManaged: _isLeftOut, ...fact } = one
    changes.push({ ...fact, ...classOfFact(after, one) })
  }
  return changes
}

/** What only one side has; what goes or comes with something larger is counted there and not listed. */
function oneSided(sides: Sides, change: 'added' | 'removed'): ComponentChange[] {
  const [own, other] = change === 'removed' ? [sides.before, sides.after] : [sides.after, sides.before]
  const only = new Map([...own].filter(([id, component]) => !other.has(id) && !(sides.isConversion && isLeftOut(component))))
  const includes = new Map<string, ComponentName[]>()
  const listed: [string, DescribedComponent][] = []
  for (const [id, component] of only) {
    const top = largerThan(component, only)
    if (top === undefined) listed.push([id, component])
    else includes.set(top, [...(includes.get(top) ?? []), nameOf(component)])
  }
  return listed.map(([id, component]) => ({
    change,
    ...classOfComponent(component, change),
    ...nameOf(component),
    detail: component.detail,
    owner: ownerOf(component, sides),
    includes: (includes.get(id) ?? []).sort(compareNames),
    facts: [],
  }))
}

/** The outermost component that came or went and took this one along. */
function largerThan(component: DescribedComponent, only: ReadonlyMap<string, DescribedComponent>): string | undefined {
  const seen = new Set([idOf(component.kind, component.key)])
  let top: string | undefined
  for (let at: DescribedComponent | undefined = component; at !== undefined; ) {
    const next: string | undefined = [at.parent, ...(at.goesWith ?? [])]
      .map((id) => id?.toLowerCase())
      .find((id) => id !== undefined && only.has(id))
    if (next === undefined) break
    // What goes with itself in a circle is told by itself, or nobody would tell it.
    if (seen.has(next)) return undefined
    seen.add(next)
    top = next
    at = only.get(next)
  }
  return top
}

function nameOf(component: DescribedComponent): ComponentName {
  return {
    kind: component.kind,
    key: component.key,
    noun: component.noun ?? nounOf(component.kind),
    displayName: component.displayName,
  }
}

function ownerOf(component: DescribedComponent, sides: Sides): ComponentName | undefined {
  if (component.parent === undefined) return undefined
  const id = component.parent.toLowerCase()
  const owner = sides.after.get(id) ?? sides.before.get(id)
  if (owner !== undefined) return nameOf(owner)
  const [kind = '', ...key] = component.parent.split(':')
  return { kind, key: key.join(':'), noun: nounOf(kind), displayName: undefined }
}

function compareChanges(a: ComponentChange, b: ComponentChange): number {
  return compareNames(a.owner ?? a, b.owner ?? b) || Number(a.owner !== undefined) - Number(b.owner !== undefined) || compareNames(a, b)
}

function compareNames(a: ComponentName, b: ComponentName): number {
  return kindRank(a.kind) - kindRank(b.kind) || compareText(a.kind, b.kind) || compareText(a.key, b.key)
}

function compareText(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
