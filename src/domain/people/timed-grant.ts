import type { Instant, PersonId } from '#domain/kernel'
import type { GrantScope, PeopleDirectory } from './grants.ts'
import type { Role } from './people.ts'

/** A role that somebody has until an end (ROL-08). It stands in the ledger and in no configuration. */
export interface TimedGrant extends GrantScope {
  readonly id: string
  readonly person: PersonId
  readonly role: Role
  readonly askedBy: PersonId
  readonly askedAt: Instant
  /** Why they need it. */
  readonly reason: string
  readonly until: Instant
  /** The second person, whose word it holds from; absent: it gives nothing yet. */
  readonly confirmed?: { readonly by: PersonId; readonly at: Instant }
  /** Taken back before its end. */
  readonly endedAt?: Instant
}

/** From the second word on, and before the end: at the end itself it holds no more. */
export function holdsAt({ confirmed, until, endedAt }: Pick<TimedGrant, 'confirmed' | 'until' | 'endedAt'>, at: Instant): boolean {
  if (confirmed === undefined) return false
  const time = Date.parse(at)
  return Date.parse(confirmed.at) <= time && time < Math.min(Date.parse(until), endedAt === undefined ? Infinity : Date.parse(endedAt))
}

/** Whether nothing comes of it any more, confirmed or not. */
export function isGrantOver({ until, endedAt }: Pick<TimedGrant, 'until' | 'endedAt'>, now: Instant): boolean {
  return endedAt !== undefined || Date.parse(until) <= Date.parse(now)
}

/**
 * The people with the roles that they have at this moment: those of the configuration, and those that were granted with an end which has not
 * come. A role for no place is one of their own, as everywhere else. For judging only: applying what this gives would make rights last.
 */
export function withTimedGrants<Directory extends PeopleDirectory>(
  directory: Directory,
  grants: readonly TimedGrant[],
  at: Instant,
): Directory {
  const held = grants.filter((grant) => holdsAt(grant, at))
  if (held.length === 0) return directory
  const [placed, everywhere] = [held.filter(hasPlaceOfItsOwn), held.filter((grant) => !hasPlaceOfItsOwn(grant))]
  const people = directory.people.map((person) => {
    const roles = everywhere.filter((grant) => grant.person === person.id && person.kind !== 'service').map(({ role }) => role)
    return roles.length === 0 ? person : { ...person, roles: [...new Set([...person.roles, ...roles])] }
  })
  const more = placed.map(({ person, role, reason, environment, pipeline, solution }) => ({
    ...{ to: { person }, role, reason, environment, pipeline, solution },
  }))
  return { ...directory, people, grants: [...(directory.grants ?? []), ...more] }
}

function hasPlaceOfItsOwn({ environment, pipeline, solution }: GrantScope): boolean {
  return environment !== undefined || pipeline !== undefined || solution !== undefined
}
