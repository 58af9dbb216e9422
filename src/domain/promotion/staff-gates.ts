import type { Delegation, Deputy, HeldThen, StaffedGate } from '#domain/approval'
import { earlier, findDeputies, isClosedByAge } from '#domain/approval'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Person, TimedGrant } from '#domain/people'
import { expandPeople, findPerson, holdsIn, peopleIn } from '#domain/people'
import type { Configuration, PeopleGate } from '#domain/pipeline'
import { isPeopleGate } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import type { StageOnTheWay } from './find-stage.ts'
import { findAnswering } from './escalation.ts'
import type { Promotion } from './promotion.ts'

/** What says who decides at the gates of a stage. */
export interface StaffingOfGates {
  readonly configuration: Configuration
  readonly policy: Policy
  /** Deputies that were named; absent: none. */
  readonly delegations?: readonly Delegation[] | undefined
  /** Roles with an end, also those that are over; absent: none. */
  readonly timedGrants?: readonly TimedGrant[] | undefined
  /** Since when privileged roles of these people wait to be certified again; absent: nobody's do. */
  readonly uncertified?: Readonly<Record<string, Instant>> | undefined
  readonly now: Instant
}

/** The people with the roles that they have for what goes in, and where it goes. */
export function peopleOnTheWay(configuration: Configuration, { governed, pipeline, environment }: StageOnTheWay): readonly Person[] {
  return peopleIn(configuration, { environment: environment.id, pipeline: pipeline.id, solution: governed.uniqueName })
}

/**
 * The request's gates for people, each with those whom the request and the stage both name: by themselves or by a group, whose members are read
 * from the configuration in force, and with whoever may take their place. It is the one place where a promotion's groups become people.
 */
export function staffGates(
  promotion: Pick<Promotion, 'request' | 'renewed' | 'escalations'>,
  way: StageOnTheWay,
  staffing: StaffingOfGates,
): StaffedGate[] {
  const { configuration, policy, delegations = [] } = staffing
  const now = way.stage.gates.filter(isPeopleGate)
  const people = peopleOnTheWay(configuration, way)
  return promotion.request.gates.filter(isPeopleGate).map((gate) => {
    const offered = now.find((candidate) => candidate.kind === gate.kind)
    const named = offered === undefined ? [] : expandPeople(offered, configuration.groups)
    const both = expandPeople(gate, configuration.groups).filter((id) => named.includes(id))
    const fitting = both.filter((id) => mayDecide(people, id, { gate, policy }))
    const uncertified = fitting.filter((id) => isUncertified(id, { gate, people, way, staffing }))
    const heldThen = both.filter((id) => !fitting.includes(id)).flatMap((id) => timesOf(id, { gate, way, staffing }))
    const staffed: StaffedGate = {
      ...gate,
      people: fitting.filter((id) => !uncertified.includes(id)),
      ...(uncertified.length === 0 ? {} : { uncertified }),
      ...(heldThen.length === 0 ? {} : { heldThen }),
    }
    const appointed = findDeputies(staffed, { people, gateRoles: policy.gateRoles[gate.kind].value, delegations })
    const deputies = [...appointed, ...findAnswering(promotion, staffed, { people, policy })].filter(
      ({ by }) => !isUncertified(by, { gate, people, way, staffing }),
    )
    return deputies.length === 0 ? staffed : { ...staffed, deputies }
  })
}

/** The gates of a promotion whose gates have done their work: who was in a group, and who was a deputy, was judged when they decided. */
export function staffAsDecided({ request, decisions }: Pick<Promotion, 'request' | 'decisions'>): StaffedGate[] {
  return request.gates.filter(isPeopleGate).map((gate) => {
    const here = decisions.filter((decision) => decision.gate === gate.kind)
    const deputies = here.flatMap(({ by, onBehalfOf }): Deputy[] =>
      onBehalfOf === undefined ? [] : [{ by, placeOf: onBehalfOf, ...always }],
    )
    const places = (gate.groups ?? []).length === 0 ? [] : here.map(({ by, onBehalfOf }) => onBehalfOf ?? by)
    return { ...gate, people: [...new Set([...gate.people, ...places])], ...(deputies.length === 0 ? {} : { deputies }) }
  })
}

const always = { from: toId<Instant>('0001-01-01T00:00:00.000Z'), until: toId<Instant>('9999-12-31T00:00:00.000Z') }

interface AtGate {
  readonly gate: PeopleGate
  readonly way: StageOnTheWay
  readonly staffing: StaffingOfGates
}

/** Whether all their roles that fit are privileged ones, and wait to be certified for longer than the tier lets them (ROL-08). */
function isUncertified(id: Person['id'], { gate, people, way, staffing }: AtGate & { readonly people: readonly Person[] }): boolean {
  const { policy, uncertified = {}, now } = staffing
  const { certifiedRoles, uncertifiedDays } = policy.people
  const fitting = findPerson(people, id)?.roles.filter((role) => policy.gateRoles[gate.kind].value.includes(role)) ?? []
  if (!fitting.every((role) => certifiedRoles.value.includes(role))) return false
  return isClosedByAge(uncertified[id], { days: uncertifiedDays[way.governed.tier].value, now })
}

/** When somebody who has no fitting role now had one that was granted until an end, for what goes in and where it goes. */
function timesOf(id: Person['id'], { gate, way, staffing }: AtGate): readonly HeldThen[] {
  const { configuration, policy, timedGrants = [] } = staffing
  if (findPerson(configuration.people, id)?.kind === 'service') return []
  const scope = { environment: way.environment.id, pipeline: way.pipeline.id, solution: way.governed.uniqueName }
  return timedGrants
    .filter((grant) => grant.person === id && policy.gateRoles[gate.kind].value.includes(grant.role) && holdsIn(grant, scope))
    .flatMap(({ confirmed, until, endedAt }) =>
      confirmed === undefined ? [] : [{ by: id, from: confirmed.at, until: earlier(until, endedAt) }],
    )
}

/** Declared, with a role that fits the gate for what goes in and where it goes (ROL-03), and a person wherever the gate asks for judgement. */
function mayDecide(
  people: readonly Person[],
  id: Person['id'],
  { gate, policy }: { readonly gate: PeopleGate; readonly policy: Policy },
): boolean {
  const person = findPerson(people, id)
  if (person === undefined || (person.kind === 'service' && !policy.people.serviceGates.value.includes(gate.kind))) return false
  return person.roles.some((role) => policy.gateRoles[gate.kind].value.includes(role))
}
