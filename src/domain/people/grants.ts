import type { EnvironmentId, PersonId, PipelineId } from '#domain/kernel'
import { findPerson } from './people-list.ts'
import type { Group, Person, Role } from './people.ts'

/** What a question about rights is about; what it leaves out, no narrowed grant answers. */
export interface GrantScope {
  readonly environment?: EnvironmentId | undefined
  readonly pipeline?: PipelineId | undefined
  readonly solution?: string | undefined
}

/** A role that a person, or each member of a group, has where all that it names holds. One that names no place holds everywhere. */
export interface Grant extends GrantScope {
  readonly to: { readonly person: PersonId } | { readonly group: string }
  readonly role: Role
  /** Why they have it. */
  readonly reason: string
}

/** All that a configuration says about people. */
export interface PeopleDirectory {
  readonly people: readonly Person[]
  readonly groups?: readonly Group[] | undefined
  readonly grants?: readonly Grant[] | undefined
}

/**
 * The people with the roles that they have for this environment, pipeline and solution: their own, which hold everywhere, and those that are
 * granted for it. It is the one place that answers whether somebody has a role somewhere.
 */
export function peopleIn(directory: PeopleDirectory, scope: GrantScope): readonly Person[] {
  const fitting = (directory.grants ?? []).filter((grant) => holdsIn(grant, scope))
  if (fitting.length === 0) return directory.people
  return directory.people.map((person) => {
    const granted = fitting.filter((grant) => isFor(directory, grant, person.id)).map((grant) => grant.role)
    return granted.length === 0 ? person : { ...person, roles: [...new Set([...person.roles, ...granted])] }
  })
}

/** Whether somebody has one of these roles for this environment, pipeline and solution. */
export function hasRoleIn(
  directory: PeopleDirectory,
  id: PersonId,
  { roles, scope }: { readonly roles: readonly Role[]; readonly scope: GrantScope },
): boolean {
  return findPerson(peopleIn(directory, scope), id)?.roles.some((role) => roles.includes(role)) ?? false
}

/** The people of whom a gate, or anything else that names people and groups, asks: each once, in the order in which they are named. */
export function expandPeople(
  named: { readonly people: readonly PersonId[]; readonly groups?: readonly string[] | undefined },
  groups: readonly Group[] | undefined,
): readonly PersonId[] {
  const members = (named.groups ?? []).flatMap((id) => groups?.find((group) => group.id === id)?.members ?? [])
  return [...new Set([...named.people, ...members])]
}

/** The grants of somebody, by themselves and through groups. */
export function grantsOf(directory: PeopleDirectory, id: PersonId): readonly Grant[] {
  return (directory.grants ?? []).filter((grant) => isFor(directory, grant, id))
}

/** Software is no person: it counts for no separation of duties and owns nothing. */
export function isService(people: readonly Person[], id: PersonId): boolean {
  return findPerson(people, id)?.kind === 'service'
}

function isFor({ groups }: PeopleDirectory, { to }: Grant, id: PersonId): boolean {
  if ('person' in to) return to.person === id
  return groups?.some((group) => group.id === to.group && group.members.includes(id)) ?? false
}

/** Whether what is granted for these places holds where the question is about. */
export function holdsIn(grant: GrantScope, scope: GrantScope): boolean {
  return (
    (grant.environment === undefined || grant.environment === scope.environment) &&
    (grant.pipeline === undefined || grant.pipeline === scope.pipeline) &&
    (grant.solution === undefined || grant.solution.toLowerCase() === scope.solution?.toLowerCase())
  )
}
