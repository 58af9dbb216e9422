import type { Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { PeopleGate, PeopleGateKind } from '#domain/pipeline'
import type { ApprovalBinding, Decision } from './approval.ts'
import type { StaffedGate } from './delegation.ts'
import { isDeputyAt } from './delegation.ts'

/** What decides whether a decision counts; fixed when a promotion is requested. */
export interface ApprovalRules {
  readonly gates: readonly StaffedGate[]
  readonly requestedBy: PersonId
  /** Who made the release, and which gates they may not decide; absent: nobody asks. */
  readonly creator?: { readonly by: PersonId; readonly decidesNot: readonly PeopleGateKind[] } | undefined
  readonly requestedAt: Instant
  readonly boundTo: ApprovalBinding
  readonly separatedGates: readonly PeopleGateKind[]
  /** Identities of software, which count as no person. Absent: none. */
  readonly services?: readonly PersonId[] | undefined
  /** Gates at which a yes counts only with a green report of tests; absent: nobody asks. */
  readonly openedByReport?: readonly PeopleGateKind[] | undefined
  /** The train that it travels with: a decision counts only when it was given for that, or for none where there is none. */
  readonly trainId?: string | undefined
}

export interface Quorum {
  readonly approvedBy: readonly PersonId[]
  readonly rejection: Decision | undefined
  readonly isReached: boolean
}

/**
 * The decisions that count, in their order: by people whom the gate names or their deputies (ROL-09), never by the requester (PIP-10) nor, where
 * the tier asks, by whoever made the release (ROL-07), on the content that was shown (PIP-11), in time, once per gate and person, and by one
 * person on only one of the separated gates (ROL-07). A deputy counts as themselves and as the one whose place they take.
 * It trusts no earlier refusal: whatever stands in the list is judged again.
 */
export function countDecisions(rules: ApprovalRules, decisions: readonly Decision[]): readonly Decision[] {
  const counted: Decision[] = []
  for (const decision of decisions) {
    const gate = rules.gates.find((candidate) => candidate.kind === decision.gate)
    if (gate === undefined || !hasPlace(gate, decision) || isBarred(rules, decision)) continue
    if (!isSameBinding(decision.boundTo, rules.boundTo) || lacksWaivers(rules, decision)) continue
    if (decision.trainId !== rules.trainId || lacksReport(rules, decision)) continue
    if (isLapsed(rules.requestedAt, gate.expiresAfterHours, decision.at)) continue
    if (counted.some((earlier) => earlier.gate === decision.gate && sharesPerson(earlier, decision))) continue
    if (findSeparatedDecision(rules, counted, decision) !== undefined) continue
    counted.push(decision)
  }
  return counted
}

/** Whether a yes at a gate that reports open has none, or one that is not green (REL-02). */
export function lacksReport({ openedByReport = [] }: Pick<ApprovalRules, 'openedByReport'>, decision: ReportedWord): boolean {
  const { gate, verdict, evidence } = decision
  if (verdict === 'reject' || !openedByReport.includes(gate)) return false
  return evidence?.kind !== 'test-report' || evidence.failures > 0 || evidence.tests - evidence.skipped < 1
}

type ReportedWord = Pick<Decision, 'gate' | 'verdict' | 'evidence'>
type Word = Pick<Decision, 'gate' | 'by' | 'onBehalfOf'>

/** Whether the gate names the person, with a role that they have or had at that time, or the one whose place they take then. */
export function hasPlace(gate: StaffedGate, { by, onBehalfOf, at }: Pick<Decision, 'by' | 'onBehalfOf' | 'at'>): boolean {
  const isThen = (gate.heldThen ?? []).some((held) => held.by === by && isDeputyAt(held, at))
  if (onBehalfOf === undefined) return gate.people.includes(by) || isThen
  const deputies = (gate.deputies ?? []).filter((deputy) => deputy.by === by && deputy.placeOf === onBehalfOf)
  return gate.people.includes(onBehalfOf) && deputies.some((deputy) => isDeputyAt(deputy, at))
}

/** Whether whoever asked, or made the release where that is kept apart, would decide: by themselves or by a deputy. */
export function isBarred({ requestedBy, creator }: Pick<ApprovalRules, 'requestedBy' | 'creator'>, word: Word): boolean {
  const people = peopleOf(word)
  if (people.includes(requestedBy)) return true
  return creator !== undefined && creator.decidesNot.includes(word.gate) && people.includes(creator.by)
}

/** How many different people took part: whoever made or asked for it, and those who said yes. Software counts as nobody, a deputy and the one whose place they take as one. */
export function countPeople(rules: Pick<ApprovalRules, 'requestedBy' | 'creator' | 'services'>, counted: readonly Decision[]): number {
  const isPerson = (id: PersonId): boolean => !(rules.services ?? []).includes(id)
  const asked = [rules.creator?.by, rules.requestedBy].filter((id) => id !== undefined).find(isPerson)
  const parts = [...(asked === undefined ? [] : [[asked]]), ...counted.filter(({ verdict }) => verdict === 'approve').map(peopleOf)]
  const groups: (readonly PersonId[])[] = []
  for (const part of parts.map((each) => each.filter(isPerson)).filter((each) => each.length > 0)) {
    const touching = groups.filter((group) => group.some((id) => part.includes(id)))
    const others = groups.filter((group) => !touching.includes(group))
    groups.splice(0, groups.length, ...others, [...touching.flat(), ...part])
  }
  return groups.length
}

/** Whoever stands behind a word: its person, and the one whose place they took. */
export function peopleOf({ by, onBehalfOf }: Pick<Decision, 'by' | 'onBehalfOf'>): readonly PersonId[] {
  return onBehalfOf === undefined ? [by] : [by, onBehalfOf]
}

export function sharesPerson(a: Pick<Decision, 'by' | 'onBehalfOf'>, b: Pick<Decision, 'by' | 'onBehalfOf'>): boolean {
  return peopleOf(a).some((id) => peopleOf(b).includes(id))
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
  decision: Word,
): Decision | undefined {
  if (!rules.separatedGates.includes(decision.gate)) return undefined
  return counted.find(
    (earlier) => sharesPerson(earlier, decision) && earlier.gate !== decision.gate && rules.separatedGates.includes(earlier.gate),
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

/** Whether a decision was made with every waiver in view that is leaned on now. */
export function hasSeenWaivers({ waivers: seen = [] }: ApprovalBinding, { waivers = [] }: ApprovalBinding): boolean {
  return waivers.every((waiver) => seen.includes(waiver))
}

/** Whether a yes was given without a waiver in view that is leaned on now. A no stands: an exception from a rule is no answer to it. */
export function lacksWaivers({ boundTo }: Pick<ApprovalRules, 'boundTo'>, decision: Pick<Decision, 'verdict' | 'boundTo'>): boolean {
  return decision.verdict !== 'reject' && !hasSeenWaivers(decision.boundTo, boundTo)
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
