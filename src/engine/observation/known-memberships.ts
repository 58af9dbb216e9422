import type { ObservedSolution } from '#domain/environment'
import { activeLayer } from '#domain/environment'
import type { Membership, ObservedPart } from '#engine/ports'
import type { KnownChanges } from './known-changes.ts'
import { solutionStamp } from './part-stamps.ts'
import type { Reading } from './read-components.ts'

/** Which solutions hold which components. */
export interface KnownMemberships {
  /** Unique names, those that stand for the whole environment left out where others hold it. */
  holdersOf(componentId: string): readonly string[]
  /** The same solutions as they were listed; and ids of holders that are not listed. */
  solutionsHolding(componentId: string): { readonly listed: readonly ObservedSolution[]; readonly others: readonly string[] }
  /** How many components a solution holds by its own word. */
  countOf(solutionId: string): number
}

/** Stand for the environment itself and hold whatever nobody else does. */
const wholeEnvironment: readonly string[] = ['Default', activeLayer, 'System', 'Basic']
const prefix = 'memberships/'

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
  const held = new Map([...kept].map(([id, part]) => [id, new Set(contentOf(part))]))
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
  const { deps, lane, noteReused, noteUnseen } = reading
  const rows = bySolution(found.fresh)
  const readAt = deps.clock.now()
  const parts = found.stale.map((solution): ObservedPart => {
    const id = solution.id.toLowerCase()
    return { key: prefix + id, stamp: solutionStamp(solution) ?? 'read again', readAt, content: rows.get(id) ?? [] }
  })
  const isBlind = found.fresh.length === 0 && found.kept.size === 0 && solutions.length > 0
  if (isBlind)
    noteUnseen([{ what: 'which solutions hold a component', why: 'The environment showed no memberships (solutioncomponents).' }])
  else if (parts.length > 0) await deps.observations.saveParts(lane, parts)
  const listed = new Set(solutions.map((solution) => prefix + solution.id.toLowerCase()))
  const gone = [...found.kept.values()].map((part) => part.key).filter((key) => !listed.has(key))
  if (gone.length > 0) await deps.observations.removeParts(lane, gone)
  noteReused(solutions.length - found.stale.length)
  const current = new Map([...found.kept.values(), ...parts].filter(({ key }) => listed.has(key)).map((part) => [part.key, part]))
  return knowing(solutions, current)
}

function bySolution(rows: readonly Membership[]): ReadonlyMap<string, readonly string[]> {
  const held = new Map<string, string[]>()
  for (const { solutionId, componentId } of rows) {
    const ids = held.get(solutionId)
    if (ids === undefined) held.set(solutionId, [componentId])
    else ids.push(componentId)
  }
  return held
}

function knowing(solutions: readonly ObservedSolution[], parts: ReadonlyMap<string, ObservedPart>): KnownMemberships {
  const byId = new Map(solutions.map((solution) => [solution.id.toLowerCase(), solution]))
  const holders = new Map<string, string[]>()
  for (const part of parts.values()) {
    const solutionId = part.key.slice(prefix.length)
    for (const componentId of new Set(contentOf(part))) {
      const ids = holders.get(componentId)
      if (ids === undefined) holders.set(componentId, [solutionId])
      else ids.push(solutionId)
    }
  }
  const listedOf = (componentId: string) => (holders.get(componentId) ?? []).flatMap((id) => byId.get(id) ?? [])
  return {
    holdersOf: (componentId) => {
      const names = listedOf(componentId).map((solution) => solution.uniqueName)
      const own = names.filter((name) => !wholeEnvironment.includes(name))
      return own.length > 0 ? own : names
    },
    solutionsHolding: (componentId) => ({
      listed: listedOf(componentId),
      others: (holders.get(componentId) ?? []).filter((id) => !byId.has(id)),
    }),
    countOf: (solutionId) => {
      const part = parts.get(prefix + solutionId.toLowerCase())
      return part === undefined ? 0 : contentOf(part).length
    },
  }
}

function contentOf(part: ObservedPart): readonly string[] {
  // Written by `remember` only.
  return part.content as readonly string[]
}
