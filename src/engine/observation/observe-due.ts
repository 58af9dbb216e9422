import type { EnvironmentRecord } from '#domain/drift'
import { hoursBetweenLooks } from '#domain/drift'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import { errorCode, errorMessage } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { Configuration } from '#domain/pipeline'
import { loadConfiguration } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { assessAfter, assessAgain } from '../drift/assess.ts'
import { takeObservation } from './take-observation.ts'

/** How many environments are looked at side by side: each has limits of its own (ours). */
const atOnce = 4
/** An environment that could not be observed is left alone for that long (ours). */
const retryMs = 3_600_000
const hourMs = 3_600_000

/**
 * Observes what policy says is due, and assesses it. Gives a function to be called every so often, beside the work of attempts and never
 * before it. A lease a place keeps two workers from looking at it at once; an environment that was never observed is due one period after
 * it was first configured. What a process before this one looked at and did not get to assess is assessed first.
 */
export function createObservationSchedule(deps: WorkerDependencies): () => Promise<void> {
  const failedAt = new Map<string, number>()
  const caughtUp = new Set<string>()
  return async () => {
    const current = await loadConfiguration(deps)
    if (current === undefined) return
    const places = [...new Map(current.configuration.environments.map((environment) => [laneOf(environment), environment])).values()]
    const rested = places.filter((environment) => nowOf(deps) - (failedAt.get(laneOf(environment)) ?? Number.NEGATIVE_INFINITY) >= retryMs)
    const waiting = [...rested]
    await Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (let environment = waiting.shift(); environment !== undefined; environment = waiting.shift()) {
          const lane = laneOf(environment)
          if (!caughtUp.has(lane)) await assessLeft(deps, environment, current.configuration)
          caughtUp.add(lane)
          const isFine = await observeIfDue(deps, environment, current.configuration)
          if (!isFine) failedAt.set(lane, nowOf(deps))
        }
      }),
    )
  }
}

/** An assessment is recorded only where it differs from the one before, so one under an older digest may still hold: it is made again, once. */
async function assessLeft(deps: WorkerDependencies, environment: Environment, configuration: Configuration): Promise<void> {
  const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment))
  if (record?.observed === undefined || record.drift?.observation === record.observed.digest) return
  try {
    await assessAgain(deps, { environment, configuration })
  } catch (error) {
    deps.log.warn('What was last seen of an environment could not be assessed; its next look is', {
      environment: environment.id,
      error: errorMessage(error),
    })
  }
}

/** False when it was due and could not be observed. */
async function observeIfDue(deps: WorkerDependencies, environment: Environment, configuration: Configuration): Promise<boolean> {
  const lane = laneOf(environment)
  try {
    if (!(await isDue(deps, environment, configuration))) return true
    await deps.fence.hold(`observation of ${lane}`, 'observation', async () => {
      // Another worker may have looked while this one waited.
      if (!(await isDue(deps, environment, configuration))) return
      const taken = await takeObservation(deps, { environment, configuration, actor: 'drover' })
      await assessAfter(deps, { environment, configuration, taken })
    })
    return true
  } catch (error) {
    if (errorCode(error) === 'fence.busy') return true
    deps.log.warn('An environment could not be observed; it is tried again in an hour', {
      environment: environment.id,
      error: errorMessage(error),
    })
    return false
  }
}

async function isDue(deps: WorkerDependencies, environment: Environment, configuration: Configuration): Promise<boolean> {
  const { care } = applyOverride(deps.policy, configuration.policy)
  const record = await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment))
  const since = record?.observed?.at ?? (await configuredAt(deps, environment))
  return since === undefined || nowOf(deps) - Date.parse(since) >= hoursBetweenLooks(care) * hourMs
}

/** When the first configuration came into force that knows the place. */
async function configuredAt(deps: WorkerDependencies, environment: Environment): Promise<string | undefined> {
  const events = await deps.ledger.read('configuration')
  return events.find(({ type, data }) => type === 'configuration-applied' && knows(data, laneOf(environment)))?.at
}

function knows(data: unknown, lane: string): boolean {
  // Entries of this type are written with the configuration that they bring into force.
  const { configuration } = data as { readonly configuration: Configuration }
  return configuration.environments.some((environment) => laneOf(environment) === lane)
}

function nowOf(deps: Pick<WorkerDependencies, 'clock'>): number {
  return Date.parse(deps.clock.now())
}
