import type { Delegation, Deputy, StaffedGate } from '#domain/approval'
import { findDeputies } from '#domain/approval'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Person } from '#domain/people'
import { expandPeople, findPerson, peopleIn } from '#domain/people'
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
  { configuration, policy, delegations = [] }: StaffingOfGates,
): StaffedGate[] {
  const now = way.stage.gates.filter(isPeopleGate)
  const people = peopleOnTheWay(configuration, way)
  return promotion.request.gates.filter(isPeopleGate).map((gate) => {
    const offered = now.find((candidate) => candidate.kind === gate.kind)
    const named = offered === undefined ? [] : expandPeople(offered, configuration.groups)
    const asked = expandPeople(gate, configuration.groups).filter((id) => named.includes(id) && mayDecide(people, id, { gate, policy }))
    const staffed = { ...gate, people: asked }
    const appointed = findDeputies(staffed, { people, gateRoles: policy.gateRoles[gate.kind].value, delegations })
    const deputies = [...appointed, ...findAnswering(promotion, staffed, { people, policy })]
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
