import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person, Role } from '#domain/people'
import { findPerson, grantsOf, hasRole, isService, personName } from '#domain/people'
import type { Configuration, PeopleGateKind } from '#domain/pipeline'
import { gateName, peopleGateKinds } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { isOver } from './delegation.ts'
import type { NamedDelegation, NewPersonEvent, PersonRecord } from './person-record.ts'

/** What is known when somebody names a deputy, confirms or ends it. */
export interface DelegationFacts {
  readonly configuration: Pick<Configuration, 'people' | 'groups' | 'grants'>
  readonly policy: Pick<Policy, 'people' | 'gateRoles'>
  readonly record: PersonRecord | undefined
  readonly actor: PersonId
  readonly now: Instant
}

export interface NewDelegation {
  readonly id: string
  readonly absent: PersonId
  readonly deputy: PersonId
  readonly gates?: readonly PeopleGateKind[] | undefined
  readonly roles?: readonly Role[] | undefined
  /** Absent: from now on. */
  readonly from?: Instant | undefined
  readonly until: Instant
  readonly reason: string
}

type Refused = ReturnType<typeof refuse>

/**
 * Whether somebody may be named as deputy (ROL-09): by the absent person, or by a platform-admin for somebody who cannot, which a second one
 * then confirms. It holds for a time that policy limits, and gives a place, not a right: the deputy has a role that fits.
 */
export function decideDelegation(facts: DelegationFacts, wanted: NewDelegation): Result<readonly NewPersonEvent[]> {
  const refused = refusePeople(facts, wanted) ?? refuseNamer(facts, wanted) ?? refuseTime(facts, wanted) ?? refuseRole(facts, wanted)
  if (refused !== undefined) return refused
  const { actor, now, policy } = facts
  const { from = now, ...rest } = wanted
  const starts = Date.parse(from) < Date.parse(now) ? now : from
  const delegation = { ...rest, reason: rest.reason.trim(), from: starts, namedBy: actor }
  const awaitsSecond = actor !== wanted.absent && policy.people.absencePeople.value > 1
  return accept([{ type: 'deputy-named', data: { delegation, awaitsSecond }, key: `named/${wanted.id}` }])
}

/** The second person's word on a deputy whom a platform-admin named for somebody else. */
export function decideConfirmation(facts: DelegationFacts, delegationId: string): Result<readonly NewPersonEvent[]> {
  const found = findDelegation(facts, delegationId)
  if (!found.ok) return found
  const { actor, configuration } = facts
  const { namedBy, deputy, awaitsSecond } = found.value
  const name = personName(configuration.people, actor)
  if (!awaitsSecond) return accept([])
  if (isOver(found.value, facts.now))
    return refuse('deputy.over', `Delegation ${delegationId} is over; nothing is to be confirmed.`, 'Name a deputy again.')
  if (!hasRole(configuration.people, actor, 'platform-admin') || isService(configuration.people, actor))
    return refuse(
      'people.not-allowed',
      `${name} may not confirm a deputy: a platform-admin has to.`,
      askAdmins(configuration.people, [namedBy, deputy]),
    )
  if (actor === namedBy || actor === deputy)
    return refuse(
      'ROL-09',
      `${name} named this deputy, or is it, and cannot be the second person.`,
      askAdmins(configuration.people, [namedBy, deputy]),
    )
  const unfit = refusePeople(facts, found.value) ?? refuseRole(facts, found.value)
  if (unfit !== undefined) return unfit
  return accept([{ type: 'deputy-confirmed', data: { delegationId, by: actor }, key: `confirmed/${delegationId}` }])
}

/** Ends it now: by the absent person, the deputy or a platform-admin. What the deputy decided stands. */
export function decideEnd(facts: DelegationFacts, delegationId: string): Result<readonly NewPersonEvent[]> {
  const found = findDelegation(facts, delegationId)
  if (!found.ok) return found
  const { actor, configuration, now } = facts
  const { absent, deputy } = found.value
  if (isOver(found.value, now)) return accept([])
  const may = actor === absent || actor === deputy || hasRole(configuration.people, actor, 'platform-admin')
  if (findPerson(configuration.people, actor) === undefined || !may) {
    const message = `${personName(configuration.people, actor)} may not end this: ${personName(configuration.people, absent)}, the deputy or a platform-admin has to.`
    return refuse('people.not-allowed', message, `Ask ${personName(configuration.people, absent)}.`)
  }
  return accept([{ type: 'deputy-ended', data: { delegationId, by: actor }, key: `ended/${delegationId}` }])
}

function findDelegation({ record }: DelegationFacts, id: string): Result<NamedDelegation> {
  const found = record?.delegations.find((delegation) => delegation.id === id)
  if (found !== undefined) return accept(found)
  return refuse('deputy.unknown', `There is no delegation "${id}" of this person.`, 'See `drover people show <person>`.')
}

function refusePeople(
  { configuration }: DelegationFacts,
  { absent, deputy }: Pick<NewDelegation, 'absent' | 'deputy'>,
): Refused | undefined {
  const { people } = configuration
  if (absent === deputy)
    return refuse('ROL-09', `${personName(people, absent)} cannot be their own deputy.`, 'Name somebody else with --to.')
  for (const id of [absent, deputy]) {
    if (findPerson(people, id) === undefined)
      return refuse('person.unknown', `There is no person "${id}".`, 'Name one that `drover people list` shows.')
    if (isService(people, id))
      return refuse('ROL-07', `${personName(people, id)} is software, which stands in for nobody.`, 'Name a person.')
  }
  return undefined
}

function refuseNamer({ configuration, actor }: DelegationFacts, { absent, deputy }: NewDelegation): Refused | undefined {
  const { people } = configuration
  if (actor === absent) return undefined
  if (!hasRole(people, actor, 'platform-admin')) {
    const message = `${personName(people, actor)} may not name a deputy for ${personName(people, absent)}: they do it themselves, or a platform-admin does.`
    return refuse('people.not-allowed', message, askAdmins(people, [deputy]))
  }
  if (actor !== deputy) return undefined
  return refuse('ROL-09', `${personName(people, actor)} may not make themselves the deputy of somebody.`, askAdmins(people, [actor]))
}

function refuseTime({ now, policy }: DelegationFacts, { from = now, until, reason }: NewDelegation): Refused | undefined {
  const [start, end, today] = [from, until, now].map((each) => Date.parse(each))
  const { value: days, source } = policy.people.delegationDays
  if (reason.trim() === '') return refuse('deputy.reason-needed', 'A deputy is named with a reason.', 'Say why, with --reason.')
  if (start === undefined || end === undefined || today === undefined || !(end > Math.max(start, today)))
    return refuse(
      'deputy.no-time',
      `A deputy from ${from} until ${until} would never be one.`,
      'Give an end that comes after its begin, and after now.',
    )
  if (end - Math.max(start, today) <= days * 86_400_000) return undefined
  return refuse(
    'ROL-09',
    `A deputy stands in for at most ${days} days; until ${until} is longer.`,
    'Give an earlier end, or change drover.yaml.',
    [{ subject: 'delegation', message: source }],
  )
}

/** Whoever could decide at none of the gates is no deputy of anybody there. */
function refuseRole(
  { configuration, policy }: DelegationFacts,
  { deputy, gates, roles }: Pick<NewDelegation, 'deputy' | 'gates' | 'roles'>,
): Refused | undefined {
  const held = [...(findPerson(configuration.people, deputy)?.roles ?? []), ...grantsOf(configuration, deputy).map(({ role }) => role)]
  const kinds = (gates ?? peopleGateKinds).filter(
    (kind) => roles === undefined || roles.some((role) => policy.gateRoles[kind].value.includes(role)),
  )
  const fitting = kinds.filter((kind) => policy.gateRoles[kind].value.some((role) => held.includes(role)))
  if (fitting.length > 0) return undefined
  const name = personName(configuration.people, deputy)
  return refuse(
    'ROL-09',
    `${name} has no role that fits any of these gates, and could decide at none.`,
    'Name somebody with a fitting role, or give them one.',
    kinds.map((kind) => ({ subject: gateName(kind), message: `It takes one of ${policy.gateRoles[kind].value.join(', ')}.` })),
  )
}

function askAdmins(people: readonly Person[], but: readonly PersonId[]): string {
  const admins = people.filter(({ id, roles }) => roles.includes('platform-admin') && !but.includes(id)).map(({ name }) => name)
  return admins.length === 0 ? 'Make somebody else a platform-admin first.' : `Ask ${admins.join(' or ')}.`
}
