import type { Instant, PersonId } from '#domain/kernel'
import type { Person, Role } from '#domain/people'
import { findPerson } from '#domain/people'
import type { PeopleGate, PeopleGateKind } from '#domain/pipeline'

/** That one person stands in for another at gates, from one time until another (ROL-09). */
export interface Delegation {
  readonly id: string
  /** Whose place is taken. */
  readonly absent: PersonId
  readonly deputy: PersonId
  /** Only at these gates; absent: at every one. */
  readonly gates?: readonly PeopleGateKind[] | undefined
  /** Only at gates that ask for one of these roles; absent: whatever they ask for. */
  readonly roles?: readonly Role[] | undefined
  readonly from: Instant
  readonly until: Instant
  readonly reason: string
  readonly namedBy: PersonId
  /** The second person, where somebody else than the absent one named the deputy. */
  readonly confirmedBy?: PersonId | undefined
  /** Taken back before its end; what was decided until then stands. */
  readonly endedAt?: Instant | undefined
}

/** A person who may take the place of somebody whom a gate names. */
export interface Deputy {
  readonly by: PersonId
  readonly placeOf: PersonId
  readonly from: Instant
  readonly until: Instant
  /** Nobody decided for so long that policy lets whoever was told answer (ROL-04); absent: they were named as deputy. */
  readonly byEscalation?: true
}

/** A gate with the people who may decide it now, and those who may in their place. */
export type StaffedGate = PeopleGate & {
  readonly deputies?: readonly Deputy[] | undefined
  /** Named, and with a fitting role at those times alone: what they decided then stands (ROL-08). */
  readonly heldThen?: readonly HeldThen[] | undefined
  /** Named, with a fitting role that nobody certified for so long that it counts no more. */
  readonly uncertified?: readonly PersonId[] | undefined
}

/** That somebody had a role that fits, from one time until another. */
export interface HeldThen {
  readonly by: PersonId
  readonly from: Instant
  readonly until: Instant
}

export interface StaffingFacts {
  /** With the roles that they have for what goes in, and where it goes. */
  readonly people: readonly Person[]
  /** Roles of whom the gate asks one. */
  readonly gateRoles: readonly Role[]
  readonly delegations: readonly Delegation[]
}

/**
 * Those who may take the place of the people of a gate: declared persons with a role that fits the gate themselves. Nobody takes the place of
 * somebody who is only a deputy: a place is given on by whoever has it.
 */
export function findDeputies(gate: PeopleGate, { people, gateRoles, delegations }: StaffingFacts): readonly Deputy[] {
  return delegations
    .filter((delegation) => delegation.deputy !== delegation.absent && gate.people.includes(delegation.absent))
    .filter((delegation) => coversGate(delegation, gate.kind, gateRoles))
    .filter(({ deputy }) => {
      const person = findPerson(people, deputy)
      return person !== undefined && person.kind !== 'service' && person.roles.some((role) => gateRoles.includes(role))
    })
    .map(({ deputy, absent, from, until, endedAt }) => ({ by: deputy, placeOf: absent, from, until: earlier(until, endedAt) }))
}

/** Whether somebody is a deputy at this moment. */
export function isDeputyAt({ from, until }: Pick<Deputy, 'from' | 'until'>, now: Instant): boolean {
  return Date.parse(from) <= Date.parse(now) && Date.parse(now) < Date.parse(until)
}

/** Whether a delegation holds now, or will. */
export function isOver({ until, endedAt }: Delegation, now: Instant): boolean {
  return Date.parse(earlier(until, endedAt)) <= Date.parse(now)
}

function coversGate({ gates, roles }: Delegation, kind: PeopleGateKind, gateRoles: readonly Role[]): boolean {
  return (gates === undefined || gates.includes(kind)) && (roles === undefined || roles.some((role) => gateRoles.includes(role)))
}

/** The end of what may be taken back before it. */
export function earlier(until: Instant, endedAt: Instant | undefined): Instant {
  return endedAt !== undefined && Date.parse(endedAt) < Date.parse(until) ? endedAt : until
}
