import type { EnvironmentId, PersonId } from '#domain/kernel'
import type { Role } from '#domain/people'
import { peopleIn, personName } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import { findEnvironment, tellInstant } from '#domain/pipeline'

/** The name of an environment, or its id where the configuration has it no more. */
export function placeName(configuration: Configuration, id: EnvironmentId): string {
  return findEnvironment(configuration, id)?.name ?? id
}

export function namesOf(configuration: Configuration, ids: readonly string[]): string {
  return ids.map((id) => (id === 'drover' ? 'Drover' : personName(configuration.people, id as PersonId))).join(', ') || 'nobody'
}

/** People, not software, with one of these roles for this environment and solution. */
export function holders(
  configuration: Configuration,
  roles: readonly Role[],
  { environment, solution }: { readonly environment?: EnvironmentId | undefined; readonly solution?: string | undefined } = {},
): readonly PersonId[] {
  const pipeline = configuration.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === solution?.toLowerCase())?.pipeline
  return peopleIn(configuration, { environment, solution, pipeline })
    .filter((person) => person.kind !== 'service' && person.roles.some((role) => roles.includes(role)))
    .map(({ id }) => id)
}

/** Whoever answers for a solution and for an environment, each once. */
export function ownersOf(
  configuration: Configuration,
  { environment, solution }: { readonly environment?: EnvironmentId | undefined; readonly solution?: string | undefined },
): readonly PersonId[] {
  const place = environment === undefined ? undefined : findEnvironment(configuration, environment)?.owner
  const governed = configuration.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === solution?.toLowerCase())?.owner
  return [...new Set([governed, place].filter((id) => id !== undefined))]
}

/** By the wall clock of the configuration. */
export function timeIn({ timeZone }: Configuration, at: string): string {
  return tellInstant(Date.parse(at), timeZone)
}
