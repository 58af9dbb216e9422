import type { Instant, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Role } from '#domain/people'
import { findPerson, hasRole, isService, personName } from '#domain/people'
import type { PeoplePolicy } from '#domain/policy'
import type { DelegationFacts } from './decide-delegation.ts'
import type { NewPersonEvent, PersonRecord } from './person-record.ts'

/** A role as it is held: since when, as far as that is known. */
interface Held {
  readonly role: Role
  readonly since?: Instant | undefined
}

/** Since when rights that ask for it wait to be certified again (ROL-08); undefined: they do not, or the person has none. */
export function certificationDue(
  roles: readonly Held[],
  record: Pick<PersonRecord, 'certified'> | undefined,
  { policy, now }: { readonly policy: Pick<PeoplePolicy, 'certifiedRoles' | 'certifiedDays'>; readonly now: Instant },
): Instant | undefined {
  const dues = roles
    .filter(({ role }) => policy.certifiedRoles.value.includes(role))
    .flatMap(({ since }) => {
      const newest = [since, record?.certified?.at]
        .filter((at) => at !== undefined)
        .sort()
        .at(-1)
      return newest === undefined ? [] : [Date.parse(newest) + policy.certifiedDays.value * 86_400_000]
    })
  const first = Math.min(...dues)
  return first <= Date.parse(now) ? (new Date(first).toISOString() as Instant) : undefined // an ISO time is one
}

/** Whether rights wait to be certified for longer than they count. */
export function isClosedByAge(dueAt: Instant | undefined, { days, now }: { readonly days: number; readonly now: Instant }): boolean {
  return dueAt !== undefined && Date.parse(now) > Date.parse(dueAt) + days * 86_400_000
}

/** Somebody's word that a person still needs the roles that they have: a platform-admin's, and never their own. */
export function decideCertification(
  { configuration, record, actor, now }: DelegationFacts,
  {
    person,
    roles,
    comment,
  }: { readonly person: NonNullable<PersonRecord>['personId']; readonly roles: readonly Role[]; readonly comment: string },
): Result<readonly NewPersonEvent[]> {
  const { people } = configuration
  const [name, whose] = [personName(people, actor), personName(people, person)]
  if (findPerson(people, person) === undefined)
    return refuse('person.unknown', `There is no person "${person}".`, 'Name one that `drover people list` shows.')
  if (!hasRole(people, actor, 'platform-admin') || isService(people, actor))
    return refuse('people.not-allowed', `${name} may not certify rights: a platform-admin has to.`, 'Ask a platform-admin.')
  if (actor === person) return refuse('ROL-07', `${name} cannot certify rights of their own.`, 'Ask another platform-admin.')
  if (comment.trim() === '')
    return refuse(
      'people.comment-needed',
      `The rights of ${whose} are certified with a word on what was looked at.`,
      'Say it with --comment.',
    )
  if (record?.certified?.at === now) return accept([])
  const certified = { by: actor, at: now, roles, comment: comment.trim() }
  return accept([{ type: 'rights-certified', data: { certified }, key: `certified/${now}` }])
}
