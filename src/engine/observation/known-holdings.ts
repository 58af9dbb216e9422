import type { ObservedComponent, ObservedSolution } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import type { KnownChanges } from './known-changes.ts'
import type { KnownMemberships } from './known-memberships.ts'
import { solutionStamp } from './part-stamps.ts'
import type { Reading } from './read-components.ts'

/**
 * What a solution holds. A listing says of each component whether somebody's layer is on it, and that comes and goes without the solution
 * knowing. So an earlier listing serves only when it shows no such layer and every kind in it tells its changes, none of which is newer.
 */
export async function readHoldings(
  reading: Reading,
  solution: ObservedSolution,
  known: { readonly changes: KnownChanges; readonly memberships: KnownMemberships },
): Promise<readonly ObservedComponent[]> {
  const { deps, lane, target } = reading
  const key = `holdings/${solution.id.toLowerCase()}`
  const [part] = solutionStamp(solution) === undefined ? [] : await deps.observations.findParts(lane, [key])
  if (part !== undefined) {
    // Written below only.
    const components = part.content as readonly ObservedComponent[]
    if (part.stamp === stampOf(solution, components, known)) {
      reading.noteReused(1)
      return components
    }
  }
  const { components, unseen } = await target.fetchHoldings(solution)
  reading.noteUnseen(unseen)
  const stamp = unseen.length === 0 ? stampOf(solution, components, known) : undefined
  if (stamp !== undefined) await deps.observations.saveParts(lane, [{ key, stamp, readAt: deps.clock.now(), content: components }])
  else if (part !== undefined) await deps.observations.removeParts(lane, [key])
  return components
}

/** Undefined when nothing can tell that the listing is still good. */
function stampOf(
  solution: ObservedSolution,
  components: readonly ObservedComponent[],
  { changes, memberships }: { readonly changes: KnownChanges; readonly memberships: KnownMemberships },
): string | undefined {
  const brought = solutionStamp(solution)
  if (brought === undefined || components.some((one) => one.hasActiveRow || !changes.isTold(one.kind))) return undefined
  const times = components.flatMap((one) => changes.modifiedOf(one)?.at ?? [])
  const newest = times.reduce<Instant | undefined>(
    (best, at) => (best === undefined || Date.parse(at) > Date.parse(best) ? at : best),
    undefined,
  )
  if (newest !== undefined && !changes.isSettled(newest)) return undefined
  return `${brought} holding ${memberships.countOf(solution.id)}, changed ${newest ?? 'never'}`
}
