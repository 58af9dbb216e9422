import type { Environment } from '#domain/environment'
import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { findPerson, hasRole, personName } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import { evaluateTopology } from '#domain/pipeline'
import { refuseAddressOfPet } from './refuse-rebuild.ts'

/** Production, sandbox and trial environments are made by administrators only, each with an owner and a reason (TOP-04, TOP-05). */
export function refuseCreator(
  configuration: Configuration,
  of: { readonly actor: PersonId; readonly owner: PersonId; readonly justification: string; readonly id: string },
): Result<true> {
  const { people, environments } = configuration
  if (!hasRole(people, of.actor, 'platform-admin')) {
    return refuse('rebuild.not-allowed', `${personName(people, of.actor)} may not make environments.`, 'Ask a platform-admin (TOP-05).')
  }
  if (findPerson(people, of.owner) === undefined) {
    return refuse(
      'TOP-04',
      `${of.owner} is not a declared person, and no environment is made without an owner.`,
      'Name one of drover.yaml with --owner.',
    )
  }
  if (of.justification.trim() === '') {
    return refuse('TOP-04', 'No environment is made without a purpose and a reason.', 'Say what it is for with --justification.')
  }
  if (environments.some(({ id }) => id.toLowerCase() === of.id.toLowerCase())) {
    return refuse('cattle.name-taken', `There is an environment ${of.id} already.`, 'Take another name.')
  }
  return accept(true)
}

/**
 * The configuration with an environment that Drover made. Adding one takes two people because whoever typed an address alone could name
 * production under another name; this address was made by the platform for Drover, and is held against those of the pets (decision 21).
 */
export function withMadeEnvironment(configuration: Configuration, made: Environment): Result<Configuration> {
  if (made.careClass !== 'cattle')
    return refuse('cattle.not-cattle', `${made.name} was made by Drover and can only be cattle.`, 'Apply it by drover.yaml.')
  const isPet = refuseAddressOfPet(configuration, made.url, made.name)
  if (!isPet.ok) return isPet
  const after = { ...configuration, environments: [...configuration.environments.filter(({ id }) => id !== made.id), made] }
  const unfit = evaluateTopology(after)
  if (unfit.length === 0) return accept(after)
  return refuse(
    'TOP-01',
    `${made.name} was made, and does not fit into the configuration.`,
    'Correct what is named, and add it to drover.yaml.',
    unfit,
  )
}
