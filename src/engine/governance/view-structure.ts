import type { AdministeredEnvironment } from '#domain/environment'
import { isAdministered } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { CheckedStructure, ManagedAdvice, StructureRecord } from '#domain/structure'
import { adviseManaged, checkStructure } from '#domain/structure'
import type { EngineDependencies } from '../dependencies.ts'
import { locateEnvironment } from '../care/locate-environment.ts'
import type { SolutionStanding } from './load-standing.ts'

/** How a solution is cut and moved: what was decided, and what is there. */
export interface StructureView {
  readonly solution: string
  readonly tier: SolutionStanding['governed']['tier']
  readonly structure: readonly CheckedStructure[]
  readonly environments: readonly ManagedAdvice[]
  /** Decisions that others replaced, newest first. */
  readonly earlier: StructureRecord['earlier']
}

type Reads = Pick<EngineDependencies, 'administrations' | 'log'>

export async function viewStructure(deps: Reads, standing: SolutionStanding): Promise<StructureView> {
  const { governed, structure: record } = standing
  const tier = standing.hold?.tier ?? governed.tier
  const about = { ...standing, record, tier }
  return {
    solution: governed.uniqueName,
    tier,
    structure: checkStructure(about),
    environments: adviseManaged({ ...about, administered: await readAdministered(deps, standing) }),
    earlier: record.earlier,
  }
}

/** What the administration of the tenant says of the environments on its way; what it was not asked for, or does not answer, stays unknown. */
async function readAdministered(
  deps: Reads,
  { configuration, governed }: SolutionStanding,
): Promise<ReadonlyMap<string, AdministeredEnvironment>> {
  const pipeline = configuration.pipelines.find(({ id }) => id === governed.pipeline)
  const ids = pipeline === undefined ? [] : [pipeline.source, ...pipeline.stages.map((stage) => stage.environment)]
  const administered = new Map<string, AdministeredEnvironment>()
  for (const environment of configuration.environments.filter((one) => ids.includes(one.id) && isAdministered(one))) {
    try {
      administered.set(environment.id, (await locateEnvironment(deps, environment)).administered)
    } catch (error) {
      if (!(error instanceof DroverError)) throw error
      deps.log.warn(`What the tenant says of ${environment.name} could not be read: ${error.message}`)
    }
  }
  return administered
}
