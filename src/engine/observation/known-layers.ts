import type { ObservedComponent, ObservedLayer, ObservedSolution } from '#domain/environment'
import type { ObservedPart } from '#engine/ports'
import type { KnownChanges } from './known-changes.ts'
import { solutionStamp } from './part-stamps.ts'
import type { Reading } from './read-components.ts'

/**
 * Gives the components their layers, where they are wanted. Those of an earlier reading serve as long as the same solutions hold the component
 * in the same versions, and the layer by hand on top, if any, bears the same time.
 */
export async function readLayers(
  reading: Reading,
  components: readonly ObservedComponent[],
  known: {
    readonly isWanted: (component: ObservedComponent) => boolean
    readonly changes: KnownChanges
    readonly solutions: readonly ObservedSolution[]
    readonly hasUnlistedHolder: (component: ObservedComponent) => boolean
  },
): Promise<readonly ObservedComponent[]> {
  const { deps, lane, target } = reading
  const facts = { ...known, byName: new Map(known.solutions.map((solution) => [solution.uniqueName, solution])) }
  const wanted = new Map(components.filter(known.isWanted).map((component) => [keyOf(component), component]))
  const parts = await deps.observations.findParts(lane, [...wanted.keys()])
  const layers = new Map<string, readonly ObservedLayer[]>()
  for (const part of parts) {
    const component = wanted.get(part.key)
    const stamp = component && stampOf(component, facts)
    // Written below only.
    if (stamp !== undefined && part.stamp === stamp) layers.set(part.key, part.content as readonly ObservedLayer[])
  }
  reading.noteReused(layers.size)
  const rest = [...wanted].filter(([key]) => !layers.has(key)).map(([, component]) => component)
  const blind = new Map<string, number>()
  await target.fetchLayers(rest, async (read, found) => {
    const key = keyOf(read)
    if (found === undefined) {
      blind.set(read.kind, (blind.get(read.kind) ?? 0) + 1)
      return
    }
    layers.set(key, found)
    const stamp = stampOf(wanted.get(key), facts)
    const part: ObservedPart | undefined = stamp === undefined ? undefined : { key, stamp, readAt: deps.clock.now(), content: found }
    if (part !== undefined) await deps.observations.saveParts(lane, [part])
  })
  reading.noteUnseen(
    [...blind].map(([kind, count]) => ({
      what: `layers of ${count} ${kind}`,
      why: 'The environment did not tell them (msdyn_componentlayers), so what is by hand there is not known.',
    })),
  )
  return components.map((component) => ({ ...component, layers: layers.get(keyOf(component)) }))
}

/** Undefined when nothing can tell that the layers are still the same. */
function stampOf(
  component: ObservedComponent | undefined,
  facts: {
    readonly changes: KnownChanges
    readonly byName: ReadonlyMap<string, ObservedSolution>
    readonly hasUnlistedHolder: (component: ObservedComponent) => boolean
  },
): string | undefined {
  if (component === undefined || facts.hasUnlistedHolder(component)) return undefined
  const holders = component.solutions.map((name) => facts.byName.get(name))
  // Unmanaged ones have no layer of their own: what they say is in the one that is by hand.
  const stamps = holders.filter((solution) => solution?.isManaged !== false).map((solution) => solution && solutionStamp(solution))
  if (stamps.includes(undefined)) return undefined
  const under = stamps.toSorted().join(' ')
  if (!component.hasActiveRow) return `${under} | nothing by hand`
  const modified = facts.changes.isTold(component.kind) ? facts.changes.modifiedOf(component) : undefined
  if (modified === undefined || !facts.changes.isSettled(modified.at)) return undefined
  return `${under} | by hand ${modified.at}`
}

function keyOf(component: Pick<ObservedComponent, 'kind' | 'id'>): string {
  return `layers/${component.kind}/${component.id}`
}
