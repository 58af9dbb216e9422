import type { Deputy, StaffedGate } from '#domain/approval'
import { addHours, lapsesAt } from '#domain/approval'
import type { Instant, PersonId, Reason } from '#domain/kernel'
import type { Person, Role } from '#domain/people'
import { findPerson, personName } from '#domain/people'
import type { PeopleGate, PeopleGateKind } from '#domain/pipeline'
import { gateName, isPeopleGateKind } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import type { GateStatus, NewPromotionEvent, Promotion } from './promotion.ts'

/** That a decision took too long, who was told, and who of them may answer from then on (ROL-04). */
export interface Escalation {
  readonly gate: PeopleGateKind
  /** Since when it was asked for. */
  readonly since: Instant
  readonly afterHours: number
  readonly roles: readonly Role[]
  readonly to: readonly PersonId[]
  /** Those of them who may answer in the place of whom the gate names; absent, as in old entries: nobody. */
  readonly answeredBy?: readonly PersonId[]
  readonly escalatedAt: Instant
}

/** The escalations that are due: of gates that wait for people for longer than policy gives them, each told once for what is asked now. */
export function findEscalations(
  promotion: Promotion,
  gates: readonly GateStatus[],
  { policy, people, staffed, now }: EscalationFacts,
): readonly NewPromotionEvent[] {
  if (promotion.status.state !== 'pending') return []
  const since = promotion.renewed?.at ?? promotion.request.requestedAt
  return gates.flatMap(({ kind, state }): NewPromotionEvent[] => {
    if (state !== 'pending' || !isPeopleGateKind(kind) || findEscalation(promotion, kind) !== undefined) return []
    const { afterHours, to: roles } = policy.people.escalation[kind]
    if (Date.parse(now) < Date.parse(addHours(since, afterHours.value))) return []
    const named = staffed.find((gate) => gate.kind === kind)?.people ?? []
    const others = people.filter((person) => person.kind !== 'service' && !named.includes(person.id))
    const told = others.filter((person) => person.roles.some((role) => roles.value.includes(role)))
    const answering = told.filter((person) => mayAnswer(person, kind, policy))
    const hours = afterHours.value
    const escalation: Escalation = {
      ...{ gate: kind, since, afterHours: hours, roles: roles.value, escalatedAt: now },
      ...{ to: told.map(({ id }) => id), answeredBy: answering.map(({ id }) => id) },
    }
    return [{ type: 'gate-escalated', data: { escalation }, key: `escalated/${kind}/${since}` }]
  })
}

interface EscalationFacts {
  readonly policy: Pick<Policy, 'people' | 'gateRoles'>
  /** With the roles that they have for what goes in, and where it goes. */
  readonly people: readonly Person[]
  /** The gates, with whom they name now. */
  readonly staffed: readonly StaffedGate[]
  readonly now: Instant
}

/**
 * Those who may take the place of the people of a gate since these did not decide in time: as long as they are declared persons with the roles
 * for it. They take a place as deputies do, so both of them are spent, and whoever asked or made it is answered for by nobody.
 */
export function findAnswering(
  promotion: Pick<Promotion, 'request' | 'renewed' | 'escalations'>,
  gate: PeopleGate,
  { policy, people }: Pick<EscalationFacts, 'policy' | 'people'>,
): readonly Deputy[] {
  const escalation = findEscalation(promotion, gate.kind)
  if (escalation === undefined) return []
  const until = addHours(lapsesAt(escalation.since, gate.expiresAfterHours), 1)
  return (escalation.answeredBy ?? [])
    .filter((id) => {
      const person = findPerson(people, id)
      return person !== undefined && mayAnswer(person, gate.kind, policy)
    })
    .flatMap((by) =>
      gate.people
        .filter((placeOf) => placeOf !== by)
        .map((placeOf): Deputy => ({ by, placeOf, from: escalation.escalatedAt, until, byEscalation: true })),
    )
}

/** A person with a role that it is told to, and one that fits the gate. */
function mayAnswer({ kind, roles }: Person, gate: PeopleGateKind, { people, gateRoles }: EscalationFacts['policy']): boolean {
  const [told, fitting] = [people.escalation[gate].to.value, gateRoles[gate].value]
  return kind !== 'service' && roles.some((role) => told.includes(role)) && roles.some((role) => fitting.includes(role))
}

/** The escalation of what a gate is asked now; what was asked before a plan was renewed is another question. */
export function findEscalation(
  promotion: Pick<Promotion, 'request' | 'renewed' | 'escalations'>,
  gate: PeopleGateKind,
): Escalation | undefined {
  const since = promotion.renewed?.at ?? promotion.request.requestedAt
  return promotion.escalations?.find((escalation) => escalation.gate === gate && escalation.since === since)
}

/** A pending gate with what became of its waiting. */
export function withEscalation(status: GateStatus, promotion: Promotion, people: readonly Person[]): GateStatus {
  if (status.state !== 'pending' || !isPeopleGateKind(status.kind)) return status
  const escalation = findEscalation(promotion, status.kind)
  if (escalation === undefined) return status
  const names = escalation.to.map((id) => personName(people, id)).join(', ') || 'nobody, since nobody else has such a role'
  const answering = (escalation.answeredBy ?? []).map((id) => personName(people, id))
  const may = answering.length === 0 ? '' : ` ${answering.join(' or ')} may answer in the place of whom it names.`
  const message = `Undecided for more than ${escalation.afterHours} h: told to ${names} (${escalation.roles.join(', ')}) at ${escalation.escalatedAt}.${may}`
  const reason: Reason = { subject: gateName(status.kind), message }
  return { ...status, reasons: [...status.reasons, reason] }
}
