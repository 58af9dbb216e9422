import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { GrantScope, Person, Role, TimedGrant } from '#domain/people'
import { findPerson, hasRole, isGrantOver, isService, personName } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { DelegationFacts } from './decide-delegation.ts'
import type { NewPersonEvent } from './person-record.ts'

/** What is known when somebody asks for a role with an end, confirms it or gives it back. */
export interface TimedGrantFacts extends Omit<DelegationFacts, 'configuration'> {
  /** With the roles that people have at this moment. */
  readonly configuration: Configuration
  /** With those that have no end. */
  readonly lasting: readonly Person[]
}

export interface NewTimedGrant extends GrantScope {
  readonly id: string
  readonly person: PersonId
  readonly role: Role
  readonly until: Instant
  readonly reason: string
}

type Refused = ReturnType<typeof refuse>

/**
 * Whether somebody may be given a role until an end (ROL-08): asked for by the person or a platform-admin, for no longer than policy says. It
 * gives nothing before a second one confirms it, and gives a right, not a place: at gates the person is named besides.
 */
export function decideTimedGrant(facts: TimedGrantFacts, wanted: NewTimedGrant): Result<readonly NewPersonEvent[]> {
  const refused = refuseAsker(facts, wanted) ?? refuseHolder(facts, wanted) ?? refusePlace(facts, wanted) ?? refuseEnd(facts, wanted)
  if (refused !== undefined) return refused
  const grant: TimedGrant = { ...wanted, reason: wanted.reason.trim(), askedBy: facts.actor, askedAt: facts.now }
  return accept([{ type: 'grant-asked', data: { grant }, key: `grant-asked/${grant.id}` }])
}

/** The second word, from which the role holds: of a platform-admin who is one without an end, and is neither of the two. */
export function decideGrantConfirmation(facts: TimedGrantFacts, grantId: string): Result<readonly NewPersonEvent[]> {
  const found = findGrant(facts, grantId)
  if (!found.ok) return found
  const { actor, lasting, now } = facts
  const { askedBy, person, confirmed } = found.value
  if (confirmed !== undefined) return accept([])
  if (isGrantOver(found.value, now))
    return refuse('grant.over', `Grant ${grantId} is over; nothing is to be confirmed.`, 'Ask for the role again.')
  const name = personName(lasting, actor)
  const ask = askOthers(lasting, [askedBy, person])
  if (!hasRole(lasting, actor, 'platform-admin') || isService(lasting, actor))
    return refuse('people.not-allowed', `${name} may not confirm a role with an end: a platform-admin without one has to.`, ask)
  if (actor === askedBy || actor === person)
    return refuse('ROL-08', `${name} asked for this role, or would have it, and cannot be the second person.`, ask)
  const unfit = refuseHolder(facts, found.value) ?? refusePlace(facts, found.value)
  if (unfit !== undefined) return unfit
  const data = { by: actor, grant: found.value }
  return accept([{ type: 'grant-confirmed', data, key: `grant-confirmed/${grantId}` }])
}

/** Ends it now, or takes it back before it was confirmed. What was done with it stands. */
export function decideGrantEnd(facts: TimedGrantFacts, grantId: string): Result<readonly NewPersonEvent[]> {
  const found = findGrant(facts, grantId)
  if (!found.ok) return found
  const { actor, now } = facts
  const { people } = facts.configuration
  const { person, askedBy } = found.value
  if (isGrantOver(found.value, now)) return accept([])
  const may = actor === person || actor === askedBy || hasRole(people, actor, 'platform-admin')
  if (findPerson(people, actor) === undefined || !may)
    return refuse(
      'people.not-allowed',
      `${personName(people, actor)} may not end this: ${personName(people, person)}, whoever asked or a platform-admin has to.`,
      `Ask ${personName(people, person)}.`,
    )
  return accept([{ type: 'grant-ended', data: { by: actor, grant: found.value }, key: `grant-ended/${grantId}` }])
}

function findGrant({ record }: TimedGrantFacts, id: string): Result<TimedGrant> {
  const found = record?.grants?.find((grant) => grant.id === id)
  if (found !== undefined) return accept(found)
  return refuse('grant.unknown', `There is no grant "${id}" of this person.`, 'See `drover people show <person>`.')
}

function refuseAsker({ configuration, actor }: TimedGrantFacts, { person }: NewTimedGrant): Refused | undefined {
  const { people } = configuration
  const isDeclared = findPerson(people, actor) !== undefined && !isService(people, actor)
  if (isDeclared && (actor === person || hasRole(people, actor, 'platform-admin'))) return undefined
  const message = `${personName(people, actor)} may not ask for a role of ${personName(people, person)}: they do it themselves, or a platform-admin does.`
  return refuse('people.not-allowed', message, askOthers(people, [person]))
}

function refuseHolder({ lasting }: TimedGrantFacts, { person, role }: Pick<NewTimedGrant, 'person' | 'role'>): Refused | undefined {
  const name = personName(lasting, person)
  if (findPerson(lasting, person) === undefined)
    return refuse('person.unknown', `There is no person "${person}".`, 'Name one that `drover people list` shows.')
  if (isService(lasting, person)) return refuse('ROL-07', `${name} is software, which is given no role for a time.`, 'Name a person.')
  if (!hasRole(lasting, person, role)) return undefined
  return refuse('grant.held', `${name} is ${role} without an end already.`, 'Nothing is to be granted.')
}

function refusePlace({ configuration }: TimedGrantFacts, { role, environment, pipeline, solution }: NewTimedGrant): Refused | undefined {
  const { environments, pipelines, solutions } = configuration
  const isAnywhere = [environment, pipeline, solution].every((place) => place === undefined)
  if (role === 'platform-admin' && !isAnywhere)
    return refuse('ROL-03', 'A platform-admin is one everywhere.', 'Ask for the role without a place.')
  const known = [
    environment === undefined || environments.some(({ id }) => id === environment) ? [] : [`environment ${environment}`],
    pipeline === undefined || pipelines.some(({ id }) => id === pipeline) ? [] : [`pipeline ${pipeline}`],
    solution === undefined || solutions.some(({ uniqueName }) => uniqueName.toLowerCase() === solution.toLowerCase())
      ? []
      : [`solution ${solution}`],
  ].flat()
  if (known.length === 0) return undefined
  return refuse('ROL-03', `There is no ${known.join(', and no ')}.`, 'Name places that drover.yaml declares.')
}

function refuseEnd({ now, policy }: TimedGrantFacts, { until, reason }: NewTimedGrant): Refused | undefined {
  const { value: hours, source } = policy.people.timedGrantHours
  const ms = Date.parse(until) - Date.parse(now)
  if (reason.trim() === '') return refuse('grant.reason-needed', 'A role is granted with a reason.', 'Say why, with --reason.')
  if (!(ms > 0)) return refuse('grant.no-time', `A role until ${until} would never be held.`, 'Give an end that is still to come.')
  if (ms <= hours * 3_600_000) return undefined
  return refuse(
    'ROL-08',
    `A role with an end is granted for at most ${hours} hours; until ${until} is longer.`,
    'Give an earlier end. A role that is needed for longer stands in drover.yaml.',
    [{ subject: 'grant', message: source }],
  )
}

function askOthers(people: readonly Person[], but: readonly PersonId[]): string {
  const admins = people.filter(({ id, roles }) => roles.includes('platform-admin') && !but.includes(id)).map(({ name }) => name)
  return admins.length === 0 ? 'Make somebody else a platform-admin first.' : `Ask ${admins.join(' or ')}.`
}
