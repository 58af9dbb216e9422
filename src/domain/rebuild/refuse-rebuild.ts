import type { Environment, EnvironmentDeed } from '#domain/environment'
import { laneOf, refuseDeed } from '#domain/environment'
import type { EnvironmentId, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { findPerson, hasRole, personName } from '#domain/people'
import type { Configuration } from '#domain/pipeline'

/** Whether a whole environment may be relieved of what it holds: never a pet, and never one whose address is a pet's under another name. */
export function refuseForPets(
  configuration: Pick<Configuration, 'environments'>,
  environment: Environment,
  deed: EnvironmentDeed,
): Result<true> {
  const own = refuseDeed(environment, deed)
  if (!own.ok) return own
  return refuseAddressOfPet(configuration, environment.url, environment.name)
}

/** Whether an address is none of a pet's, whatever it is called here. */
export function refuseAddressOfPet(configuration: Pick<Configuration, 'environments'>, url: string, name: string): Result<true> {
  const pet = configuration.environments.find((each) => each.careClass === 'pet' && laneOf(each) === laneOf({ url }))
  if (pet === undefined) return accept(true)
  return refuse(
    'PET-02',
    `${name} has the address of ${pet.name}, which is a pet and is never rebuilt or deleted.`,
    'Correct the address in drover.yaml: two environments at one address are one place.',
    [{ subject: name, message: `Its address is ${url}, as that of ${pet.name}.` }],
  )
}

/** Never a pet, nor what stands at a pet's address; nor what a pipeline goes through. */
export function refuseRemoval(configuration: Configuration, environment: Environment): Result<true> {
  const isPet = refuseForPets(configuration, environment, 'delete')
  if (!isPet.ok) return isPet
  const sameEnvironments = configuration.environments.filter((each) => laneOf(each) === laneOf(environment)).map(({ id }) => id)
  const isHere = (id: EnvironmentId): boolean => id === environment.id || sameEnvironments.includes(id)
  const pipeline = configuration.pipelines.find(({ source, stages }) => isHere(source) || stages.some((stage) => isHere(stage.environment)))
  if (pipeline === undefined) return accept(true)
  return refuse(
    'cattle.in-use',
    `${environment.name} is part of the pipeline ${pipeline.name}, and is not removed.`,
    'Rebuild it with `drover env rebuild`, or take it out of the pipeline in drover.yaml first.',
  )
}

/** Whole environments are in the hands of their owner and of the platform's administrators (TOP-05). */
export function refuseCarer(
  configuration: Pick<Configuration, 'people'>,
  actor: PersonId,
  of: { readonly environment: Pick<Environment, 'name' | 'owner'>; readonly deed: string },
): Result<true> {
  const { people } = configuration
  const { environment, deed } = of
  const isKnown = findPerson(people, actor) !== undefined
  if (isKnown && (actor === environment.owner || hasRole(people, actor, 'platform-admin'))) return accept(true)
  return refuse(
    'rebuild.not-allowed',
    `${personName(people, actor)} may not ${deed} ${environment.name}.`,
    `Ask its owner, ${personName(people, environment.owner)}, or a platform-admin.`,
    [{ subject: personName(people, actor), message: 'It takes the owner of the environment or a platform-admin (TOP-05).' }],
  )
}
