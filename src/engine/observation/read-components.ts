import type { InstalledSolution, ObservedComponent, ObservedSolution, Unseen } from '#domain/environment'
import type { ComponentInspection } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'
import type { KnownChanges } from './known-changes.ts'
import { refreshChanges } from './known-changes.ts'
import { readHoldings } from './known-holdings.ts'
import { readLayers } from './known-layers.ts'
import type { KnownMemberships } from './known-memberships.ts'
import { refreshMemberships, standsForAll } from './known-memberships.ts'

/** What every part of a reading needs; `note` is told of each part that was still good from an earlier reading. */
export interface Reading {
  readonly deps: Pick<EngineDependencies, 'observations' | 'clock'>
  readonly lane: string
  readonly target: ComponentInspection
  readonly noteReused: (parts: number) => void
  readonly noteUnseen: (unseen: readonly Unseen[]) => void
}

export interface ComponentsAsked {
  readonly lane: string
  readonly target: ComponentInspection
  /** Whose holdings are wanted, or which of those that are installed; what is not installed any more holds nothing. */
  readonly solutions: readonly Pick<InstalledSolution, 'id' | 'uniqueName'>[] | ((solution: ObservedSolution) => boolean)
  /** Components that are wanted whoever holds them. */
  readonly also: readonly Pick<ObservedComponent, 'kind' | 'key' | 'table'>[]
  /** Whose layers are worth a request each; usually {@link canLayersMatter}. */
  readonly layers: (component: ObservedComponent) => boolean
}

export interface ComponentsRead {
  /** As the environment lists them now, with those that were read before this reading. */
  readonly solutions: readonly ObservedSolution[]
  readonly components: readonly ObservedComponent[]
  readonly unseen: readonly Unseen[]
  readonly cost: { readonly requests: number; readonly reusedParts: number }
}

/** A single layer hides nothing and changes nothing: only an Active row or a second solution makes layers worth reading. */
export function canLayersMatter(component: ObservedComponent): boolean {
  return component.hasActiveRow || component.solutions.length > 1
}

/**
 * Reads components with their holders and layers, asking only for what cannot be told to be as it was at an earlier reading. Each part is kept
 * as soon as it is read, so that a reading that was killed goes on where it was. What tells that a part is still good is always read before
 * the part itself: an environment that changes in between makes the part look older than it is, never newer.
 */
export async function readComponents(deps: Reading['deps'], ask: ComponentsAsked): Promise<ComponentsRead> {
  const { lane, target } = ask
  const requestsBefore = target.countRequests()
  const unseen: Unseen[] = []
  let reusedParts = 0
  const reading: Reading = {
    deps,
    lane,
    target,
    noteReused: (parts) => {
      reusedParts += parts
    },
    noteUnseen: (more) => {
      unseen.push(...more)
    },
  }
  const solutions = await target.fetchSolutions()
  const changes = await refreshChanges(reading)
  const memberships = await refreshMemberships(reading, solutions, changes)
  const found = await findAll(reading, ask, { solutions, changes, memberships })
  if (memberships.isBlind && found.length > 0) reading.noteUnseen([unseenHolders])
  const tables = new Map(found.filter(({ kind }) => kind === 'Entity').map(({ key, id }) => [key, id]))
  const known = found.map((component) => ({
    ...component,
    solutions: holdersOf(component, memberships.holdersOf(component, tables)),
    // Who changed it last is told only where somebody's layer is on top: after such a layer was removed it would be a lie.
    modified: component.hasActiveRow ? (changes.modifiedOf(component) ?? component.modified) : component.modified,
  }))
  const components = await readLayers(reading, known, {
    isWanted: ask.layers,
    changes,
    solutions,
    hasUnlistedHolder: (component) => memberships.hasUnlistedHolder(component, tables),
  })
  return { solutions, components, unseen: distinct(unseen), cost: { requests: target.countRequests() - requestsBefore, reusedParts } }
}

const unseenHolders: Unseen = {
  what: 'which other solutions hold a component',
  why: 'The environment showed no memberships. It takes a role that may read solution components, such as System Customizer.',
  hides: 'changes',
}

/** The holdings that are asked for and what is wanted besides, each component once. */
async function findAll(
  reading: Reading,
  ask: ComponentsAsked,
  known: { readonly solutions: readonly ObservedSolution[]; readonly changes: KnownChanges; readonly memberships: KnownMemberships },
): Promise<readonly ObservedComponent[]> {
  const found = new Map<string, ObservedComponent>()
  for (const solution of known.solutions.filter(isAsked(ask.solutions))) {
    for (const component of await readHoldings(reading, solution, known)) addTo(found, component)
  }
  const keys = new Set([...found.values()].map(nameOf))
  const missing = ask.also.filter((wanted) => !keys.has(nameOf(wanted)))
  if (missing.length > 0) {
    const others = await reading.target.findComponents(missing)
    reading.noteUnseen(others.unseen)
    for (const component of others.components) addTo(found, component)
  }
  return [...found.values()]
}

function isAsked(asked: ComponentsAsked['solutions']): (solution: ObservedSolution) => boolean {
  if (typeof asked === 'function') return asked
  const ids = new Set(asked.map((solution) => solution.id.toLowerCase()))
  return (solution) => ids.has(solution.id.toLowerCase())
}

function addTo(found: Map<string, ObservedComponent>, component: ObservedComponent): void {
  const id = `${component.kind}/${component.id}`
  const other = found.get(id)
  found.set(id, other === undefined ? component : together(other, component))
}

function together(one: ObservedComponent, other: ObservedComponent): ObservedComponent {
  return {
    ...one,
    solutions: [...new Set([...one.solutions, ...other.solutions])],
    hasActiveRow: one.hasActiveRow || other.hasActiveRow,
    modified: one.modified ?? other.modified,
  }
}

/** By the memberships and by the listings it was found in; the whole environment counts only where nothing else holds it. */
function holdersOf({ solutions }: ObservedComponent, byMembership: readonly string[]): readonly string[] {
  const own = [...byMembership, ...solutions].filter((name) => !standsForAll(name))
  return [...new Set(own.length > 0 ? own : [...byMembership, ...solutions])].sort()
}

function nameOf({ kind, key }: Pick<ObservedComponent, 'kind' | 'key'>): string {
  return `${kind}:${key}`
}

function distinct(unseen: readonly Unseen[]): readonly Unseen[] {
  return [...new Map(unseen.map((one) => [`${one.what}\n${one.why}`, one])).values()]
}
