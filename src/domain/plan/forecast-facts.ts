import type { DescribedComponent } from '#domain/difference'
import type { ObservedComponent, TargetContent } from '#domain/environment'
import { componentKey } from '#domain/environment'

/** What the forecast of a target's content is made from. */
export interface ContentFacts {
  /** Unique name of the solution. */
  readonly solution: string
  /** Unique names of the installed solutions whose layers are the solution's own: itself and its patches. Empty before its first installation. */
  readonly own: readonly string[]
  /** Unique names of the other managed solutions of the target. */
  readonly otherManaged: readonly string[]
  /** Unique names of managed solutions whose publisher is that of the release; undefined where the release does not tell its publisher. */
  readonly ofPublisher?: readonly string[] | undefined
  /** What the release holds. */
  readonly release: readonly DescribedComponent[]
  /** What the installed version holds; undefined when its very bytes are not at hand. */
  readonly installed: readonly DescribedComponent[] | undefined
  readonly target: TargetContent
  /** True where nothing is removed whatever the release lacks, as in an update. */
  readonly removesNothing?: boolean | undefined
  /** Registered production-only changes in force: their id, and the `kind:key` of the component that they are about. */
  readonly tweaks: readonly { readonly id: string; readonly component: string }[]
}

/** The same facts, found by identity. Capitals of names differ between exports and never tell two components apart. */
export interface ContentIndex {
  readonly facts: ContentFacts
  readonly own: ReadonlySet<string>
  readonly otherManaged: ReadonlySet<string>
  readonly ofPublisher: ReadonlySet<string> | undefined
  readonly release: ReadonlyMap<string, DescribedComponent>
  readonly installed: ReadonlyMap<string, DescribedComponent> | undefined
  /** Of each table what the installed version has in it. */
  readonly inTables: ReadonlyMap<string, readonly DescribedComponent[]>
  readonly target: ReadonlyMap<string, ObservedComponent>
  /** Components that the target's solution holds, also those left behind by earlier updates. */
  readonly held: readonly ObservedComponent[]
  readonly heldIds: ReadonlySet<string>
}

export function indexContent(facts: ContentFacts): ContentIndex {
  const own = new Set(facts.own.map((name) => name.toLowerCase()))
  const held = facts.target.components.filter((component) => isHeld(own, component))
  return {
    facts,
    own,
    otherManaged: new Set(facts.otherManaged.map((name) => name.toLowerCase())),
    ofPublisher: facts.ofPublisher === undefined ? undefined : new Set(facts.ofPublisher.map((name) => name.toLowerCase())),
    release: new Map(facts.release.map((component) => [idOf(component), component])),
    installed: facts.installed === undefined ? undefined : new Map(facts.installed.map((component) => [idOf(component), component])),
    inTables: groupByParent(facts.installed ?? []),
    target: new Map(facts.target.components.map((component) => [idOf(component), component])),
    held,
    heldIds: new Set(held.map(idOf)),
  }
}

function groupByParent(components: readonly DescribedComponent[]): ReadonlyMap<string, readonly DescribedComponent[]> {
  const groups = new Map<string, DescribedComponent[]>()
  for (const component of components) {
    const parent = component.parent?.toLowerCase()
    if (parent === undefined) continue
    const group = groups.get(parent)
    if (group === undefined) groups.set(parent, [component])
    else group.push(component)
  }
  return groups
}

/**
 * Layers are the truth where they were read. A listing also shows what others made in a table that a solution holds with all its parts, and
 * memberships leave out the parts of such a table.
 */
function isHeld(own: ReadonlySet<string>, { layers, solutions }: ObservedComponent): boolean {
  const names = layers === undefined ? solutions : layers.map((layer) => layer.solution)
  return names.some((name) => own.has(name.toLowerCase()))
}

export function idOf(component: { readonly kind: string; readonly key: string }): string {
  const known = ids.get(component)
  if (known !== undefined) return known
  const id = componentKey(component).toLowerCase()
  ids.set(component, id)
  return id
}

/** A forecast asks for the same ids ten times over, and a large solution has ten thousands. */
const ids = new WeakMap<object, string>()

/** Of two spellings of a kind. */
export function isKind(component: { readonly kind: string }, ...kinds: readonly string[]): boolean {
  const kind = component.kind.toLowerCase()
  return kinds.some((candidate) => candidate.toLowerCase() === kind)
}

/**
 * Whether the layers of a component are worth reading for a forecast: an Active row or a second holder can hide or keep it; and where the
 * installed version or the release has it not, or memberships name others alone, they tell whether we hold it at all.
 */
export function areLayersWanted(facts: Pick<ContentFacts, 'own' | 'release' | 'installed'>): (component: ObservedComponent) => boolean {
  const own = new Set(facts.own.map((name) => name.toLowerCase()))
  const release = new Set(facts.release.map(idOf))
  const installed = facts.installed === undefined ? undefined : new Set(facts.installed.map(idOf))
  return (component) => {
    if (component.hasActiveRow || component.solutions.length !== 1) return true
    if (own.size === 0) return false
    const id = idOf(component)
    const isOurs = release.has(id) && installed?.has(id) !== false
    return !isOurs || !component.solutions.some((name) => own.has(name.toLowerCase()))
  }
}

/** Parts of files that no environment lists as components of a solution, in lower case. */
const unlisted: ReadonlySet<string> = new Set(['solution', 'ribbondiff', 'entitymap', 'asset', 'files'])

/** Whether environments list components of a kind, so that one that is not listed is not there. */
export function isListedKind(kind: string): boolean {
  return !unlisted.has(kind.toLowerCase())
}
