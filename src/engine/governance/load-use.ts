import type { EnvironmentRecord } from '#domain/drift'
import type { Observation } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Configuration, GovernedSolution } from '#domain/pipeline'
import { findEnvironment } from '#domain/pipeline'
import type { Release } from '#domain/release'
import type { SolutionReading, SolutionUse } from '#domain/tier'
import { readUse } from '#domain/tier'
import type { EngineDependencies } from '../dependencies.ts'
import { loadObservation } from '../observation/take-observation.ts'
import { listSealedReleasesOf } from '../queries/releases.ts'

type Reads = Pick<EngineDependencies, 'readModel' | 'artifacts'>

/** How a solution is used, by the last observation of the furthest of its environments that was observed, and by what other releases need. */
export async function loadUse(
  deps: Reads,
  of: { readonly configuration: Configuration; readonly governed: GovernedSolution; readonly reading: SolutionReading | undefined },
): Promise<SolutionUse> {
  const { configuration, governed, reading } = of
  const observation = await loadFurthest(deps, configuration, governed)
  return readUse({ solution: governed.uniqueName, observation, reading, needed: await listNeeding(deps, configuration, governed) })
}

/** The last observation of the furthest stage that was ever observed. */
export async function loadFurthest(
  deps: Reads,
  configuration: Configuration,
  governed: GovernedSolution,
): Promise<Observation | undefined> {
  const stages = configuration.pipelines.find(({ id }) => id === governed.pipeline)?.stages ?? []
  for (const stage of stages.toReversed()) {
    const environment = findEnvironment(configuration, stage.environment)
    const record = environment && (await deps.readModel.load<EnvironmentRecord>('environment', laneOf(environment)))
    if (record?.observed !== undefined) return loadObservation(deps, record)
  }
  return undefined
}

/** Other governed solutions whose newest release says that it needs something of this one. */
async function listNeeding(deps: Reads, { solutions }: Configuration, governed: GovernedSolution): Promise<string[]> {
  const needing: string[] = []
  for (const { uniqueName } of solutions) {
    if (uniqueName === governed.uniqueName) continue
    const [entry] = await listSealedReleasesOf(deps, uniqueName)
    const release = entry && (await deps.readModel.load<Release>('release', entry.releaseId))
    const isNeeding = release?.dependencies.some(({ required }) => required.solution.toLowerCase() === governed.uniqueName.toLowerCase())
    if (isNeeding === true) needing.push(uniqueName)
  }
  return needing
}
