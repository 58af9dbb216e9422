import type { Environment } from '#domain/environment'
import { DroverError, errorMessage } from '#domain/kernel'
import type { AppShare, AppSharing, SeenApp } from '#domain/plan'
import { locateEnvironment } from '../care/locate-environment.ts'
import type { EngineDependencies } from '../dependencies.ts'

/** Where apps of an environment are shared: the administration of its tenant, and what that calls the environment. */
export type Administered = Pick<EngineDependencies, 'administrations'> & { readonly environment: Environment }

/** With whom these apps are shared, or why Drover cannot see it, nor change it. What may be over in a moment is thrown. */
export async function readAppSharing(of: Administered, apps: readonly SeenApp[]): Promise<AppSharing> {
  const { name, powerAppsUrl } = of.environment
  if (powerAppsUrl === undefined) return { kind: 'unseen', why: `${name} names no powerAppsUrl in drover.yaml.` }
  try {
    const { administration, administered } = await locateEnvironment(of, of.environment)
    const shares: AppShare[] = []
    for (const { id } of apps) shares.push(...(await administration.listAppShares(administered.platformId, id)))
    return { kind: 'seen', shares }
  } catch (error) {
    if (!(error instanceof DroverError) || error.isRetryable) throw error
    return { kind: 'unseen', why: errorMessage(error) }
  }
}
