import type { Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { AdministeredEnvironment } from './administered-environment.ts'
import type { Environment } from './environment.ts'
import { laneOf } from './lane.ts'

/** The environment among those of its tenant, by the place that its address names; undefined where the identity does not see it. */
export function findAdministered(environments: readonly AdministeredEnvironment[], url: string): AdministeredEnvironment | undefined {
  const wanted = laneOf({ url })
  return environments.find((environment) => environment.url !== undefined && laneOf({ url: environment.url }) === wanted)
}

/** An environment that something irreversible is meant for, as its tenant shows it, with all that the tenant shows. */
export interface MeantForDeed {
  readonly environment: Pick<Environment, 'name' | 'credentials'>
  readonly there: AdministeredEnvironment
  readonly listed: readonly AdministeredEnvironment[]
  /** Every environment of the configuration. */
  readonly configured: readonly Environment[]
}

/**
 * Whether an environment of a tenant is no pet by its id there, whatever address it is configured by. A pet that the tenant does not show at its
 * configured address may be the very environment that is meant, renamed: then it cannot be told, and that is a no.
 */
export function refusePetOfTenant({ environment, there, listed, configured }: MeantForDeed): Result<true> {
  for (const pet of configured.filter(({ careClass }) => careClass === 'pet')) {
    const seen = findAdministered(listed, pet.url)
    if (seen?.platformId.toLowerCase() === there.platformId.toLowerCase()) {
      return refuse(
        'PET-02',
        `${environment.name} is the pet ${pet.name} under another name, and no pet is deleted, made anew or restored over.`,
        'Look at drover.yaml, which declares one place twice.',
        [{ subject: environment.name, message: `Both are ${there.platformId} in the tenant.` }],
      )
    }
    if (seen === undefined && !isOtherTenant(pet, environment)) {
      return refuse(
        'PET-02',
        `Whether ${environment.name} is the pet ${pet.name} cannot be told: the tenant shows no environment at the address of ${pet.name}.`,
        `Correct the address of ${pet.name} in drover.yaml, or let Drover's identity administer it; then ask again.`,
        [{ subject: pet.name, message: `Nothing is listed at ${pet.url}.` }],
      )
    }
  }
  return accept(true)
}

/** Whether the platform's kind of an environment is one that people throw away; what is not known is read as `default`. */
export function refuseKindOfPet(name: string, { kind }: Pick<AdministeredEnvironment, 'kind'>): Result<true> {
  if (kind === 'sandbox' || kind === 'developer' || kind === 'trial') return accept(true)
  return refuse(
    'PET-02',
    `${name} is of the kind ${kind} at the platform, and Drover never deletes one of those.`,
    'Make it a sandbox first, by hand, in the admin center; find out who made it what it is.',
  )
}

const tenantId = /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\//i

/** By their ids in the sign-in addresses alone: a tenant written by a domain name may be any. */
function isOtherTenant(a: Pick<Environment, 'credentials'>, b: Pick<Environment, 'credentials'>): boolean {
  const [one, other] = [a, b].map(({ credentials }) => tenantId.exec(credentials.tokenUrl)?.[1]?.toLowerCase())
  return one !== undefined && other !== undefined && one !== other
}
