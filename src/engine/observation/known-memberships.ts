import type { ObservedComponent, ObservedSolution } from '#domain/environment'
import { activeLayer } from '#domain/environment'
import type { Membership, ObservedPart } from '#engine/ports'
import type { KnownChanges } from './known-changes.ts'
import { solutionStamp } from './part-stamps.ts'
import type { Reading } from './read-components.ts'

/** Which solutions hold which components. */
export interface KnownMemberships {
  /** Whether the environment showed none at all: there are none, or they may not be read. */
  readonly isBlind: boolean
  /** Unique names: of those that name it, and those that hold its table with all parts. `tables`: id of each table by its name. */
  holdersOf(component: Held, tables: ReadonlyMap<string, string>): readonly string[]
  /** Whether a solution holds it that the environment does not list. */
  hasUnlistedHolder(component: Held, tables: ReadonlyMap<string, string>): boolean
  /** How many components a solution holds by its own word. */
  countOf(solutionId: string): number
}

type Held = Pick<ObservedComponent, 'id' | 'table'>

/** What is kept of one solution: ids of what it holds, and of those which it holds with all parts. */
interface Kept {
  readonly held: readonly string[]
  readonly whole: readonly string[]
}

/** Stand for the environment itself and hold whatever nobody else does. */
const wholeEnvironment: readonly string[] = ['Default', activeLayer, 'System', 'Basic']
const prefix = 'memberships/'

export function standsForAll(uniqueName: string): boolean {
  return wholeEnvironment.includes(uniqueName)
}

/**
 * Memberships a solution, kept under what tells that it was not imported again. Those that came are also asked for by time; those that went are
 * told by nothing, so whatever is unmanaged, and so can lose a component at any time, is read again.
 */
export async function refreshMemberships(
  reading: Reading,
  solutions: readonly ObservedSolution[],
  changes: KnownChanges,
): Promise<KnownMemberships> {
  const { deps, lane, target } = reading
  const parts = await deps.observations.loadParts(lane, prefix)
  const kept = new Map(parts.map((part) => [part.key.slice(prefix.length), part]))
  if (parts.length === 0) return remember(reading, solutions, { fresh: await target.fetchMemberships(undefined), kept, stale: solutions })
  const arrived = changes.since === undefined ? [] : await target.fetchMemberships(changes.since)
  const surprised = surprisedBy(arrived, kept)
  const stale = solutions.filter((solution) => {
    const part = kept.get(solution.id.toLowerCase())
    return part === undefined || part.stamp !== solutionStamp(solution) || surprised.has(solution.id.toLowerCase())
  })
  const ids = stale.map((solution) => solution.id.toLowerCase())
  const fresh = ids.length === 0 ? [] : await target.fetchMemberships(undefined, ids)
  return remember(reading, solutions, { fresh, kept, stale })
}

/** Solutions that hold something now that they did not hold when they were read: an import was running then. */
function surprisedBy(arrived: readonly Membership[], kept: ReadonlyMap<string, ObservedPart>): ReadonlySet<string> {
  const held = new Map([...kept].map(([id, part]) => [id, new Set(contentOf(part).held)]))
  return new Set(arrived.filter((row) => held.get(row.solutionId)?.has(row.componentId) === false).map((row) => row.solutionId))
}

async function remember(
  reading: Reading,
  solutions: readonly ObservedSolution[],
  found: {
    readonly fresh: readonly Membership[]
    readonly kept: ReadonlyMap<string, ObservedPart>
    readonly stale: readonly ObservedSolution[]
  },
): Promise<KnownMemberships> {
  const { deps, lane, noteReused } = reading
  const rows = bySolution(found.fresh)
  const readAt = deps.clock.now()
  const parts = found.stale.map((solution): ObservedPart => {
    const id = solution.id.toLowerCase()
    return { key: prefix + id, stamp: solutionStamp(solution) ?? 'read again', readAt, content: keptOf(rows.get(id) ?? []) }
  })
  const isBlind = found.fresh.length === 0 && found.kept.size === 0 && solutions.length > 0
  if (!isBlind && parts.length > 0) await deps.observations.saveParts(lane, parts)
  const listed = new Set(solutions.map((solution) => prefix + solution.id.toLowerCase()))
  const gone = [...found.kept.values()].map((part) => part.key).filter((key) => !listed.has(key))
  if (gone.length > 0) await deps.observations.removeParts(lane, gone)
  noteReused(solutions.length - found.stale.length)
  const current = new Map([...found.kept.values(), ...parts].filter(({ key }) => listed.has(key)).map((part) => [part.key, part]))
  return knowing(solutions, current, isBlind)
}

function bySolution(rows: readonly Membership[]): ReadonlyMap<string, readonly Membership[]> {
  const held = new Map<string, Membership[]>()
  for (const row of rows) {
    const ofSolution = held.get(row.solutionId)
    if (ofSolution === undefined) held.set(row.solutionId, [row])
    else ofSolution.push(row)
  }
  return held
}

function keptOf(rows: readonly Membership[]): Kept {
  return {
    held: [...new Set(rows.map((row) => row.componentId))],
    whole: [...new Set(rows.filter((row) => row.isWhole).map((row) => row.componentId))],
  }
}

function knowing(solutions: readonly ObservedSolution[], parts: ReadonlyMap<string, ObservedPart>, isBlind: boolean): KnownMemberships {
  const names = new Map(solutions.map((solution) => [solution.id.toLowerCase(), solution.uniqueName]))
  const holders = new Map<string, string[]>()
  const wholly = new Map<string, string[]>()
  for (const part of parts.values()) {
    const solutionId = part.key.slice(prefix.length)
    const { held, whole } = contentOf(part)
    for (const id of held) addTo(holders, id, solutionId)
    for (const id of whole) addTo(wholly, id, solutionId)
  }
  /** Its own, and those that hold its table with all parts. */
  function solutionsOf({ id, table }: Held, tables: ReadonlyMap<string, string>): readonly string[] {
    const tableId = table === undefined ? undefined : tables.get(table)
    return [...new Set([...(holders.get(id) ?? []), ...(tableId === undefined ? [] : (wholly.get(tableId) ?? []))])]
  }
  return {
    isBlind,
    holdersOf: (component, tables) => solutionsOf(component, tables).flatMap((id) => names.get(id) ?? []),
    hasUnlistedHolder: (component, tables) => solutionsOf(component, tables).some((id) => !names.has(id)),
    countOf: (solutionId) => {
      const part = parts.get(prefix + solutionId.toLowerCase())
      return part === undefined ? 0 : contentOf(part).held.length
    },
  }
}

function addTo(map: Map<string, string[]>, id: string, solutionId: string): void {
  const ids = map.get(id)
  if (ids === undefined) map.set(id, [solutionId])
  else ids.push(solutionId)
}

function contentOf(part: ObservedPart): Kept {
  // Written by `remember` only.
  return part.content as Kept
}
