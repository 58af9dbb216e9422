import type { ApprovalRules, Decision, Quorum, StaffedGate } from '#domain/approval'
import {
  addHours,
  countDecisions,
  countPeople,
  evaluateQuorum,
  findSeparatedDecision,
  isBarred,
  isLapsed,
  lapsesAt,
  sharesPerson,
} from '#domain/approval'
import type { Instant, PersonId, Reason } from '#domain/kernel'
import type { Person } from '#domain/people'
import { personName } from '#domain/people'
import type { GateDefinition, PeopleGate } from '#domain/pipeline'
import { gateName } from '#domain/pipeline'
import { applyWaivers, withWaivers } from './apply-waivers.ts'
import { evaluateChangeWindow } from './evaluate-change-window.ts'
import { withEscalation } from './escalation.ts'
import { evaluateHold } from './evaluate-hold.ts'
import { evaluateRebuild } from './evaluate-rebuild.ts'
import { evaluateLosses } from './evaluate-losses.ts'
import { evaluatePreflight } from './evaluate-preflight.ts'
import { evaluateRecovery } from './evaluate-recovery.ts'
import { evaluateSoak } from './evaluate-soak.ts'
import { evaluateTrain } from './evaluate-train.ts'
import { evaluateValidation } from './evaluate-validation.ts'
import { planEvidence } from './evidence.ts'
import type { Standing } from './judge-standing.ts'
import { withNext } from './next-of-gate.ts'
import type { GateStatus, Promotion, PromotionRequest } from './promotion.ts'

/** Each gate as it stands at `now`, with its reasons. A request that no longer holds is told first, as a condition that is closed. */
export function evaluateGates(promotion: Promotion, now: Instant, standing: Standing): GateStatus[] {
  const { people } = standing
  const rules = approvalRules(promotion, standing)
  const counted = countDecisions(rules, promotion.decisions)
  const lastPeopleGate = rules.gates.at(-1)
  const offeredGates = promotion.request.gates.filter(({ kind }) => kind !== 'change-window')
  const gates = offeredGates.map((offered) => {
    const gate = rules.gates.find((candidate) => candidate.kind === offered.kind)
    if (offered.kind === 'losses') return evaluateLosses(promotion, { rules: standing.losses, people, now: judgedAt(promotion, now) })
    if (offered.kind === 'recovery') return evaluateRecovery(promotion, now, standing)
    if (offered.kind === 'train') return evaluateTrain(promotion, standing.train)
    if (offered.kind === 'preflight') return evaluatePreflight(promotion, now, standing)
    if (offered.kind === 'soak') return evaluateSoak(promotion, now, standing.soak)
    if (offered.kind === 'validation') return evaluateValidation(promotion, now, standing.validation)
    if (gate === undefined) return evaluateMachineGate(promotion.request, offered, now)
    const status = withEscalation(evaluatePeopleGate({ rules, gate, counted, now, people }), promotion, people)
    return gate === lastPeopleGate && status.state === 'open'
      ? requireDistinctPeople(promotion.request, countPeople(rules, counted), status)
      : status
  })
  const all = [
    ...inForce(standing),
    ...evaluateHold(promotion, standing.holds ?? []),
    ...evaluateRebuild(promotion.request, standing.rebuild),
    ...gates,
    ...evaluateTime(promotion, now, standing),
  ]
  return applyWaivers(all, standing, now).map((gate) => withAccountable(withNext(gate), standing))
}

function withAccountable(gate: GateStatus, { accountable }: Standing): GateStatus {
  const who = accountable?.[gate.kind]
  return who === undefined ? gate : { ...gate, accountable: who }
}

/** There whenever the stage has windows or freezes by the configuration in force, whatever it had when the promotion was asked for. */
function evaluateTime(promotion: Promotion, now: Instant, { window }: Standing): GateStatus[] {
  const isOffered = promotion.request.gates.some(({ kind }) => kind === 'change-window')
  return window === undefined && !isOffered ? [] : [evaluateChangeWindow(promotion, now, window)]
}

function inForce({ outdated }: Standing): GateStatus[] {
  if (outdated.length === 0) return []
  const told = { subject: 'promotion.request-outdated', message: 'What it was asked for under has changed; withdraw it and ask again.' }
  return [{ kind: 'in-force', state: 'closed', reasons: [told, ...outdated] }]
}

/** Whether an attempt may begin. A promotion without gates is never ready: every stage has some. */
export function isReadyToStart(gates: readonly GateStatus[]): boolean {
  return gates.length > 0 && gates.every((gate) => gate.state === 'open')
}

/** What the decisions on a promotion are judged by. What is asked anew after a change may be answered as long as what was asked at first. */
export function approvalRules(
  { request, renewed }: Pick<Promotion, 'request' | 'renewed'>,
  standing: Pick<Standing, 'gates' | 'people' | 'openedByReport' | 'waivers'>,
): ApprovalRules {
  return {
    gates: standing.gates,
    requestedBy: request.requestedBy,
    requestedAt: renewed?.at ?? request.requestedAt,
    boundTo: withWaivers(request.boundTo, standing.waivers),
    separatedGates: request.separation.separatedGates,
    creator: request.separation.creator,
    services: standing.people.filter(({ kind }) => kind === 'service').map(({ id }) => id),
    openedByReport: standing.openedByReport,
    trainId: request.train?.trainId,
  }
}

/** Words that were given for the work hold for it once it has begun. */
function judgedAt({ status }: Promotion, now: Instant): Instant {
  const hasDoneItsWork = status.state === 'running' || status.state === 'succeeded' || status.state === 'failed'
  return hasDoneItsWork ? status.attempt.startedAt : now
}

function evaluateMachineGate(request: PromotionRequest, gate: GateDefinition, now: Instant): GateStatus {
  if (gate.kind === 'review-window') return evaluateReviewWindow(request, now)
  const fromPlan = planEvidence(request.plan)
  const reasons = request.evidence
    .filter((evidence) => evidence.gate === gate.kind)
    .map((evidence) => fromPlan.find((fresh) => fresh.gate === evidence.gate) ?? evidence)
    .map((evidence): Reason => ({ subject: gateName(gate.kind), message: evidence.reason }))
  if (reasons.length > 0) return { kind: gate.kind, state: 'open', reasons }
  return {
    kind: gate.kind,
    state: 'closed',
    reasons: [{ subject: gateName(gate.kind), message: 'No evidence was recorded when the promotion was requested.' }],
  }
}

function evaluateReviewWindow(request: PromotionRequest, now: Instant): GateStatus {
  const subject = gateName('review-window')
  const endsAt = addHours(request.requestedAt, request.reviewWindowHours)
  if (Date.parse(now) < Date.parse(endsAt)) {
    const message = `The review window of ${request.reviewWindowHours} h ends at ${endsAt}.`
    return { kind: 'review-window', state: 'pending', reasons: [{ subject, message }] }
  }
  const message =
    request.reviewWindowHours === 0
      ? 'No review window is demanded.'
      : `The review window of ${request.reviewWindowHours} h ended at ${endsAt}.`
  return { kind: 'review-window', state: 'open', reasons: [{ subject, message }] }
}

interface PeopleGateFacts {
  readonly rules: ApprovalRules
  readonly gate: StaffedGate
  readonly counted: readonly Decision[]
  readonly now: Instant
  readonly people: readonly Person[]
}

function evaluatePeopleGate(facts: PeopleGateFacts): GateStatus {
  const { rules, gate, counted, now, people } = facts
  const quorum = evaluateQuorum(gate, counted)
  const given = counted
    .filter((decision) => decision.gate === gate.kind && decision.verdict === 'approve')
    .map((decision) => ({
      subject: personName(people, decision.by),
      message: `Said yes${placeText(people, decision)} at ${decision.at}${commentText(decision)}.${evidenceText(decision)}`,
    }))
  if (quorum.rejection !== undefined) {
    const { by, at } = quorum.rejection
    return {
      kind: gate.kind,
      state: 'closed',
      reasons: [
        {
          subject: personName(people, by),
          message: `Said no${placeText(people, quorum.rejection)} at ${at}${commentText(quorum.rejection)}.`,
        },
      ],
    }
  }
  if (quorum.isReached) return { kind: gate.kind, state: 'open', reasons: given }
  if (isLapsed(rules.requestedAt, gate.expiresAfterHours, now)) {
    const message = `The request lapsed undecided at ${lapsesAt(rules.requestedAt, gate.expiresAfterHours)}; withdraw it and ask again.`
    return { kind: gate.kind, state: 'closed', reasons: [...given, { subject: gateName(gate.kind), message }] }
  }
  return { kind: gate.kind, state: 'pending', reasons: [...given, awaitedReason(facts, quorum)] }
}

function awaitedReason({ rules, gate, counted, people }: PeopleGateFacts, quorum: Quorum): Reason {
  const awaited = awaitedPeople(rules, gate, counted)
  const missing = gate.quorum - quorum.approvedBy.length
  const names = awaited.map((id) => personName(people, id)).join(', ')
  const who =
    awaited.length >= missing
      ? `Awaits ${missing} of ${names}`
      : `Awaits ${missing}, but only ${awaited.length} (${names || 'nobody'}) may still decide`
  const waits = (gate.uncertified ?? []).map((id) => personName(people, id)).join(', ')
  const uncertified = waits === '' ? '' : ` Not counted until their roles are certified (drover people certify): ${waits}.`
  const message = `${who}; lapses at ${lapsesAt(rules.requestedAt, gate.expiresAfterHours)}.${uncertified}`
  return { subject: gateName(gate.kind), message }
}

/** Who may still decide on a gate. */
export function awaitedPeople(rules: ApprovalRules, gate: PeopleGate, counted: readonly Decision[]): PersonId[] {
  return [...new Set(gate.people)].filter((by) => {
    const word = { gate: gate.kind, by }
    const isDone = counted.some((decision) => decision.gate === gate.kind && sharesPerson(decision, word))
    return !isDone && !isBarred(rules, word) && findSeparatedDecision(rules, counted, word) === undefined
  })
}

/** The tier's number of different people, the requester among them; separation between gates alone does not always reach it. */
function requireDistinctPeople(request: PromotionRequest, distinct: number, status: GateStatus): GateStatus {
  const needed = request.separation.distinctPeople
  if (distinct >= needed) return status
  const message = `Tier ${request.tier} needs ${needed} different people, whoever made or asked for it among them; so far there are ${distinct}.`
  return { ...status, state: 'pending', reasons: [...status.reasons, { subject: gateName(status.kind), message }] }
}

function placeText(people: readonly Person[], { onBehalfOf, byEscalation }: Decision): string {
  if (onBehalfOf === undefined) return ''
  return ` for ${personName(people, onBehalfOf)}${byEscalation === true ? ', who had not decided in time' : ''}`
}

function commentText(decision: Decision): string {
  return decision.comment.trim() === '' ? '' : `: ${decision.comment.trim()}`
}

/** What a word rests on besides its person, as people say it. */
function evidenceText({ evidence }: Decision): string {
  if (evidence === undefined) return ''
  if (evidence.kind === 'pull-request')
    return ` By the pull request ${evidence.url} of ${evidence.author}, which ${evidence.approvedBy.join(', ')} approved.`
  const { tests, failures, skipped, finishedAt } = evidence
  return ` By a report of ${tests} tests, ${failures === 0 ? 'none of which failed' : `${failures} of which failed`}${skipped === 0 ? '' : ` and ${skipped} did not run`}, that ended at ${finishedAt}.`
}
