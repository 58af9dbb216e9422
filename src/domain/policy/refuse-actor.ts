import type { PersonId } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { Person, Role } from '#domain/people'
import { findPerson } from '#domain/people'
import type { Sourced } from './sourced.ts'

/** Whether somebody may not do what a policy leaves to certain roles: undeclared, or declared without any of them. */
export function refuseActor(
  people: readonly Person[],
  actor: PersonId,
  { may, deed }: { readonly may: Sourced<readonly Role[]>; readonly deed: string },
): ReturnType<typeof refuse> | undefined {
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
