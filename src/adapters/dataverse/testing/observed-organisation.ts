import type { ObservedComponent, ObservedLayer } from '#domain/environment'
import { componentKey } from '#domain/environment'
import type { OpenEnvironment } from '#engine/ports'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { createEnvironments } from '../environments.ts'
import type { DataverseDependencies } from '../environments.ts'
import { dependencies, environmentAt } from './local-server.ts'

/** The environment of an organisation as the product opens it. */
export function openOf(organisation: Organisation, more: Partial<DataverseDependencies> = {}): OpenEnvironment {
  const { url, tokenUrl, clientId, clientSecret, connectivityUrl } = organisation
  const credentials = { tokenUrl, clientId, clientSecret: { kind: 'environment', variable: 'SECRET' } } as const
  const given = dependencies({ secrets: { resolve: async () => clientSecret }, limits: { requestTimeoutMs: 20_000 }, ...more })
  return createEnvironments(given).open(environmentAt(url, { credentials, connectivityUrl }))
}

export async function solutionNamed(environment: OpenEnvironment, uniqueName: string) {
  const solution = (await environment.fetchSolutions()).find((candidate) => candidate.uniqueName === uniqueName)
  if (solution === undefined) throw new Error(`There is no solution ${uniqueName}.`)
  return solution
}

/** Components of a solution by `kind:key`. */
export async function holdingsOf(environment: OpenEnvironment, uniqueName: string): Promise<ReadonlyMap<string, ObservedComponent>> {
  const { components } = await environment.fetchHoldings(await solutionNamed(environment, uniqueName))
  return new Map(components.map((component) => [componentKey(component), component]))
}

export async function layersOf(
  environment: OpenEnvironment,
  component: Pick<ObservedComponent, 'kind' | 'id'>,
): Promise<readonly ObservedLayer[] | undefined> {
  let read: readonly ObservedLayer[] | undefined
  await environment.fetchLayers([component], async (_, layers) => {
    read = layers
  })
  return read
}
