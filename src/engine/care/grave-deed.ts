import type { Environment, EnvironmentDeed, RestorePoint } from '#domain/environment'
import { isAdministered } from '#domain/environment'
import type { PersonId, Result } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { applyOverride, evaluateGraveDeed } from '#domain/policy'
import type { EngineDependencies } from '../dependencies.ts'
import { locateEnvironment } from './locate-environment.ts'

/**
 * Whether a deed that ends something in an environment may be done there now, by the word of these people. Of a pet the platform itself is
 * asked which restore points it has; throws what asking it throws. Changes nothing.
 */
export async function judgeGraveDeed(
  deps: Pick<EngineDependencies, 'administrations' | 'clock' | 'policy'>,
  of: {
    readonly environment: Environment
    readonly configuration: Configuration
    readonly deed: EnvironmentDeed
    readonly by: readonly PersonId[]
    readonly typedName: string
  },
): Promise<Result<{ readonly restorePoint: RestorePoint | undefined }>> {
  const { configuration, ...asked } = of
  return evaluateGraveDeed({
    ...asked,
    restorePoints: of.environment.careClass === 'pet' ? await fetchRestorePoints(deps, of.environment) : [],
    people: configuration.people,
    policy: applyOverride(deps.policy, configuration.policy).care,
    now: deps.clock.now(),
  })
}

/** None where nobody configured how the environment is administered. */
async function fetchRestorePoints(
  deps: Pick<EngineDependencies, 'administrations'>,
  environment: Environment,
): Promise<readonly RestorePoint[]> {
  if (!isAdministered(environment)) return []
  const { administration, administered } = await locateEnvironment(deps, environment)
  return administration.listRestorePoints(administered.platformId)
}
