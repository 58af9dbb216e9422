import type { Instant, PersonId } from '#domain/kernel'
import { canonicalJson } from '#domain/kernel'
import type { GrantScope, PeopleDirectory } from './grants.ts'
import { grantsOf } from './grants.ts'
import type { Role } from './people.ts'

/** One role as somebody has it: of their own, or granted for a place, to them or to a group. */
export interface HeldRoleKey extends GrantScope {
  readonly role: Role
  readonly group?: string | undefined
}

/** Since when everybody has each of their roles, by {@link roleKey}; a role that was taken away and given again counts from then. */
export type RolesSince = Readonly<Record<string, Instant>>

export function roleKey(person: PersonId, { role, environment, pipeline, solution, group }: HeldRoleKey): string {
  return canonicalJson([person, role, environment ?? null, pipeline ?? null, solution ?? null, group ?? null])
}

/** After a version of the configuration that came into force at this time. */
export function evolveRolesSince(before: RolesSince | undefined, directory: PeopleDirectory, at: Instant): RolesSince {
  const keys = directory.people.flatMap((person) => rolesOf(directory, person.id).map((held) => roleKey(person.id, held)))
  return Object.fromEntries(keys.map((key) => [key, before?.[key] ?? at]))
}

/** The roles that a configuration gives somebody, of their own and granted. */
export function rolesOf(directory: PeopleDirectory, id: PersonId): readonly (HeldRoleKey & { readonly reason?: string })[] {
  const own = (directory.people.find((person) => person.id === id)?.roles ?? []).map((role) => ({ role }))
  const granted = grantsOf(directory, id).map(({ to, ...rest }) => ({ ...rest, ...('group' in to ? { group: to.group } : {}) }))
  return [...own, ...granted]
}
