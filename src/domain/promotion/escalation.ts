import { addHours } from '#domain/approval'
import type { Instant, PersonId, Reason } from '#domain/kernel'
import type { Person, Role } from '#domain/people'
import { personName } from '#domain/people'
import type { PeopleGateKind } from '#domain/pipeline'
import { gateName, isPeopleGateKind } from '#domain/pipeline'
import type { PeoplePolicy } from '#domain/policy'
import type { GateStatus, NewPromotionEvent, Promotion } from './promotion.ts'

/** That a decision took too long, and who was told (ROL-04). Nobody may decide more by it. */
export interface Escalation {
  readonly gate: PeopleGateKind
  /** Since when it was asked for. */
  readonly since: Instant
  readonly afterHours: number
  readonly roles: readonly Role[]
  readonly to: readonly PersonId[]
  readonly escalatedAt: Instant
}

/** The escalations that are due: of gates that wait for people for longer than policy gives them, each told once for what is asked now. */
export function findEscalations(
  promotion: Promotion,
  gates: readonly GateStatus[],
  { policy, people, now }: { readonly policy: PeoplePolicy; readonly people: readonly Person[]; readonly now: Instant },
): readonly NewPromotionEvent[] {
  if (promotion.status.state !== 'pending') return []
  const since = promotion.renewed?.at ?? promotion.request.requestedAt
  return gates.flatMap(({ kind, state }): NewPromotionEvent[] => {
    if (state !== 'pending' || !isPeopleGateKind(kind) || findEscalation(promotion, kind) !== undefined) return []
    const { afterHours, to: roles } = policy.escalation[kind]
    if (Date.parse(now) < Date.parse(addHours(since, afterHours.value))) return []
    const to = people
      .filter((person) => person.kind !== 'service' && person.roles.some((role) => roles.value.includes(role)))
      .map(({ id }) => id)
    const escalation = { gate: kind, since, afterHours: afterHours.value, roles: roles.value, to, escalatedAt: now }
    return [{ type: 'gate-escalated', data: { escalation }, key: `escalated/${kind}/${since}` }]
  })
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
  const names = escalation.to.map((id) => personName(people, id)).join(', ') || 'nobody, since nobody has such a role'
  const message = `Undecided for more than ${escalation.afterHours} h: told to ${names} (${escalation.roles.join(', ')}) at ${escalation.escalatedAt}.`
  const reason: Reason = { subject: gateName(status.kind), message }
  return { ...status, reasons: [...status.reasons, reason] }
}
