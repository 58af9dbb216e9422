import type { Deviation, EnvironmentEvent } from '#domain/drift'
import { environmentStream } from '#domain/drift'
import type { Instant, ReleaseId } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import { solutionKey } from '../summaries.ts'
import type { DispositionRun } from './disposition-work.ts'

/** A deviation with the release that its change was made on. */
export interface Shipped {
  readonly deviation: string
  readonly release: Release
}

/**
 * For each deviation the release that was there when its change was first made: the layer by hand keeps what that said, whatever releases came
 * under it meanwhile, and held against a later one it would seem to take their changes back. Times of the environment and ours are compared,
 * so within seconds of a deployment it may be the one before.
 */
export async function findShipped(run: DispositionRun): Promise<readonly Shipped[]> {
  const landed = await findLanded(run)
  const oldest = landed[0]
  if (oldest === undefined) throw notDeployed(run)
  // Written only by the engine, or by events that are told apart by their type.
  const events = (await run.deps.ledger.read(environmentStream(run.lane))) as readonly EnvironmentEvent[]
  const found: Shipped[] = []
  for (const { deviation } of run.subjects) {
    const madeAt = Date.parse(firstMadeAt(events, deviation))
    const { releaseId } = landed.findLast(({ at }) => Date.parse(at) <= madeAt) ?? oldest
    const release = await run.deps.readModel.load<Release>('release', releaseId)
    if (release === undefined) throw notDeployed(run)
    found.push({ deviation: deviation.id, release })
  }
  return found
}

/** What of the solution was deployed there, oldest first. */
async function findLanded(run: DispositionRun): Promise<readonly { readonly at: Instant; readonly releaseId: ReleaseId }[]> {
  const promotions = await run.deps.readModel.list<Promotion>('promotion', { where: { lane: run.lane } })
  return promotions
    .flatMap(({ request, status }) => {
      const at = status.state === 'succeeded' ? status.attempt.finishedAt : undefined
      return at === undefined || solutionKey(request.solution) !== solutionKey(run.solution) ? [] : [{ at, releaseId: request.releaseId }]
    })
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
}

/** When the layer was there first: of an edit of an edit, that of the first one, since the layer is the same. */
function firstMadeAt(events: readonly EnvironmentEvent[], deviation: Deviation): Instant {
  let first = deviation.when ?? deviation.since
  for (const event of events.toReversed()) {
    if (event.type !== 'drift-assessed') continue
    const { deviations, leftovers = [] } = event.data.assessment
    const earlier = [...deviations, ...leftovers].find(({ id }) => id === deviation.id)
    if (earlier === undefined) return first
    const at = earlier.when ?? earlier.since
    if (Date.parse(at) < Date.parse(first)) first = at
  }
  return first
}

function notDeployed(run: DispositionRun): DroverError {
  return new DroverError(
    'drift.not-deployed',
    `Drover deployed no release of ${run.solution} to ${run.environment.name}, so nothing tells what was shipped.`,
    { hint: 'Deploy the solution through its pipeline once; until then make the change in Dev by hand.' },
  )
}
