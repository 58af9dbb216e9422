import type { AdministeredEnvironment, Environment } from '#domain/environment'
import { findAdministered } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { EnvironmentAdministration } from '#engine/ports'
import type { EngineDependencies } from '../dependencies.ts'

/** An environment as its tenant's administration has it. */
export interface LocatedEnvironment {
  readonly administration: EnvironmentAdministration
  readonly administered: AdministeredEnvironment
}

/** Throws `administration.not-configured`, `administration.not-found` where Drover's identity does not see it, and what the port throws. */
export async function locateEnvironment(
  deps: Pick<EngineDependencies, 'administrations'>,
  environment: Environment,
): Promise<LocatedEnvironment> {
  const administration = deps.administrations.open(environment)
  const administered = findAdministered(await administration.listEnvironments(), environment.url)
  if (administered !== undefined) return { administration, administered }
  throw new DroverError(
    'administration.not-found',
    `The administration of the tenant shows Drover's identity no environment at ${environment.url}.`,
    { hint: `Check the url of ${environment.name} in drover.yaml, and that its administrationUrl is that of the same tenant.` },
  )
}
