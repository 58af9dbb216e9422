import type { Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { PeopleGate, PeopleGateKind } from '#domain/pipeline'
import type { ApprovalBinding, Decision } from './approval.ts'

/** What decides whether a decision counts; fixed when a promotion is requested. */
export interface ApprovalRules {
  readonly gates: readonly PeopleGate[]
  readonly requestedBy: PersonId
  readonly requestedAt: Instant
  readonly boundTo: ApprovalBinding
  readonly separatedGates: readonly PeopleGateKind[]
  /** The train that it travels with: a decision counts only when it was given for that, or for none where there is none. */
  readonly trainId?: string | undefined
}

export interface Quorum {
  readonly approvedBy: readonly PersonId[]
  readonly rejection: Decision | undefined
  readonly isReached: boolean
}

/**
 * The decisions that count, in their order: by people whom the gate names, never by the requester (PIP-10), on the content that was shown
 * (PIP-11), in time, once per gate and person, and by one person on only one of the separated gates (ROL-07).
 * It trusts no earlier refusal: whatever stands in the list is judged again.
 */
export function countDecisions(rules: ApprovalRules, decisions: readonly Decision[]): readonly Decision[] {
  const counted: Decision[] = []
  for (const decision of decisions) {
    const gate = rules.gates.find((candidate) => candidate.kind === decision.gate)
    if (gate === undefined || !gate.people.includes(decision.by) || decision.by === rules.requestedBy) continue
    if (!isSameBinding(decision.boundTo, rules.boundTo)) continue
    if (decision.trainId !== rules.trainId) continue
    if (isLapsed(rules.requestedAt, gate.expiresAfterHours, decision.at)) continue
    if (counted.some((earlier) => earlier.by === decision.by && earlier.gate === decision.gate)) continue
    if (findSeparatedDecision(rules, counted, decision) !== undefined) continue
    counted.push(decision)
  }
  return counted
}

/** How a gate stands by the decisions that count. One rejection settles it, whatever else was said. */
export function evaluateQuorum(gate: PeopleGate, counted: readonly Decision[]): Quorum {
  const here = counted.filter((decision) => decision.gate === gate.kind)
  const approvedBy = [...new Set(here.filter((decision) => decision.verdict === 'approve').map((decision) => decision.by))]
  const rejection = here.find((decision) => decision.verdict === 'reject')
  return { approvedBy, rejection, isReached: rejection === undefined && gate.quorum >= 1 && approvedBy.length >= gate.quorum }
}

/** The decision by the same person on another gate that has to be decided by somebody else (ROL-07). */
export function findSeparatedDecision(
  rules: Pick<ApprovalRules, 'separatedGates'>,
  counted: readonly Decision[],
  decision: Pick<Decision, 'by' | 'gate'>,
): Decision | undefined {
  if (!rules.separatedGates.includes(decision.gate)) return undefined
  return counted.find(
    (earlier) => earlier.by === decision.by && earlier.gate !== decision.gate && rules.separatedGates.includes(earlier.gate),
  )
}

export function isSameBinding(a: ApprovalBinding, b: ApprovalBinding): boolean {
  return (
    a.artifact === b.artifact &&
    a.plan === b.plan &&
    a.settings === b.settings &&
    a.fingerprint === b.fingerprint &&
    a.policy === b.policy &&
    (a.recovery ?? '') === (b.recovery ?? '')
  )
}

/** Whether an undecided request has lapsed: the last moment still counts. */
export function isLapsed(requestedAt: Instant, expiresAfterHours: number, now: Instant): boolean {
  return Date.parse(now) > Date.parse(lapsesAt(requestedAt, expiresAfterHours))
}

export function lapsesAt(requestedAt: Instant, expiresAfterHours: number): Instant {
  return addHours(requestedAt, expiresAfterHours)
}

export function addHours(instant: Instant, hours: number): Instant {
  return toId<Instant>(new Date(Date.parse(instant) + hours * 3_600_000).toISOString())
}
