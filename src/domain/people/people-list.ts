import type { PersonId } from '#domain/kernel'
import type { Person, Role } from './people.ts'

export function findPerson(people: readonly Person[], id: PersonId): Person | undefined {
  return people.find((person) => person.id === id)
}

/** The person's name, or the id itself for somebody who is not declared. */
export function personName(people: readonly Person[], id: PersonId): string {
  return findPerson(people, id)?.name ?? id
}

export function hasRole(people: readonly Person[], id: PersonId, role: Role): boolean {
  return findPerson(people, id)?.roles.includes(role) ?? false
}
