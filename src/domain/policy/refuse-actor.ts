import type { EnvironmentId, PersonId } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { GrantScope, PeopleDirectory, Person, Role } from '#domain/people'
import { findPerson, peopleIn } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Sourced } from './sourced.ts'

/** Where somebody would act: the configuration in force, and what it is about, for which roles may be granted. */
export interface WhereActing {
  readonly directory: PeopleDirectory
  readonly scope: GrantScope
}

/** Where somebody acts who does something to a solution, an environment, or one in the other. */
export function actingOn(
  directory: PeopleDirectory & Pick<Configuration, 'solutions'>,
  about: { readonly solution?: string | undefined; readonly environment?: EnvironmentId | undefined },
): WhereActing {
  const name = about.solution?.toLowerCase()
  const pipeline = directory.solutions.find(({ uniqueName }) => uniqueName.toLowerCase() === name)?.pipeline
  return { directory, scope: { ...about, pipeline } }
}

/** Whether somebody may not do what a policy leaves to certain roles: undeclared, or declared without any of them for what it is about. */
export function refuseActor(
  where: readonly Person[] | WhereActing,
  actor: PersonId,
  { may, deed }: { readonly may: Sourced<readonly Role[]>; readonly deed: string },
): ReturnType<typeof refuse> | undefined {
  const people = 'directory' in where ? peopleIn(where.directory, where.scope) : where
  const person = findPerson(people, actor)
  if (person === undefined) {
    return refuse(
      'promotion.unknown-person',
      `${actor} is not a declared person and may not ${deed}.`,
      'Add the person to drover.yaml and apply it, or sign in as somebody else.',
    )
  }
  if (person.roles.some((role) => may.value.includes(role))) return undefined
  const others = people.filter((other) => other.roles.some((role) => may.value.includes(role))).map((other) => other.name)
  return refuse('promotion.not-allowed', `${person.name} may not ${deed}.`, `Ask ${others.join(' or ') || 'a platform-admin'}.`, [
    { subject: person.name, message: `It takes one of the roles ${may.value.join(', ')} (${may.source}).` },
  ])
}
