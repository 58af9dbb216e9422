import type { Environment, RestorePointProspect } from '#domain/environment'
import { isAdministered, takesRestorePoints } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { EngineDependencies } from '../dependencies.ts'
import { locateEnvironment } from './locate-environment.ts'

/** Whether a restore point would be taken before work on an environment; undefined for cattle, which are rebuilt. Blocks nothing. */
export async function foreseeRestorePoint(
  deps: Pick<EngineDependencies, 'administrations'>,
  environment: Environment,
): Promise<RestorePointProspect | undefined> {
  if (environment.careClass === 'cattle') return undefined
  if (!isAdministered(environment)) {
    const why = `how ${environment.name} is administered is not configured (administrationUrl and platformApiUrl in drover.yaml).`
    return { state: 'none', why }
  }
  try {
    const { administered } = await locateEnvironment(deps, environment)
    if (takesRestorePoints(administered)) return { state: 'planned' }
    return { state: 'none', why: `an environment of the kind ${administered.kind} takes none.` }
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    // What is away now may be back when the attempt begins.
    return error.isRetryable ? { state: 'planned' } : { state: 'none', why: error.message }
  }
}
