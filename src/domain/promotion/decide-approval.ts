import type { ApprovalBinding, ApprovalRules, Decision, DecisionEvidence, StaffedGate } from '#domain/approval'
import { hasSeenWaivers, isDeputyAt, isLapsed, isSameBinding, lacksReport, lapsesAt, seenText } from '#domain/approval'
import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Person } from '#domain/people'
import type { PeopleGate, PeopleGateKind } from '#domain/pipeline'
import { gateName } from '#domain/pipeline'
import { approvalRules } from './evaluate-gates.ts'
import { findPlace, refuseDecider } from './refuse-decider.ts'
import { refuseAlone } from './evaluate-train.ts'
import type { Standing } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion } from './promotion.ts'

export interface ApprovalCommand {
  readonly gate: PeopleGateKind
  readonly by: PersonId
  readonly verdict: Decision['verdict']
  readonly comment: string
  readonly at: Instant
  /** What the person was shown, the waivers that it leaned on among it. */
  readonly boundTo: ApprovalBinding
  /** Whose place the person takes; absent: their own, or where they have none the only one that they may take. */
  readonly onBehalfOf?: PersonId
  /** What it rests on besides the person's word. */
  readonly evidence?: DecisionEvidence
  /** The train that it is given for; absent: for this promotion alone. */
  readonly trainId?: string
}

/** A person's yes or no on one gate of a promotion. */
export function decideApproval(promotion: Promotion, asked: ApprovalCommand, standing: Standing): Result<readonly NewPromotionEvent[]> {
  const { request } = promotion
  if (promotion.status.state !== 'pending') {
    return refuse(
      'approval.not-pending',
      `Promotion ${request.promotionId} of ${request.solution} ${request.version} is ${promotion.status.state}; nothing is to be decided on it.`,
      'Look at the promotion for how it ended.',
    )
  }
  const { people } = standing
  const rules = approvalRules(promotion, standing)
  const gate = rules.gates.find((candidate) => candidate.kind === asked.gate)
  if (gate === undefined) {
    return refuse(
      'approval.no-such-gate',
      `Promotion ${request.promotionId} has no gate "${gateName(asked.gate)}".`,
      `Decide on one of its gates: ${rules.gates.map((candidate) => candidate.kind).join(', ') || 'none of them is for people'}.`,
    )
  }
  const place = findPlace(gate, asked, people)
  if (!place.ok) return place
  const command = place.value === undefined ? asked : { ...asked, onBehalfOf: place.value }
  return (
    refuseAlone(promotion, command.trainId) ??
    refuseOutdated(promotion, command, standing) ??
    refuseDecider({ rules, gate, command, promotion, people }) ??
    refuseUnreported(promotion, command, rules) ??
    refuseReport(promotion, command, rules) ??
    refuseByContent({ rules, gate, command, promotion, people }) ??
    accept([decided(withEscalation(command, gate))])
  )
}

/** Says of a word by whom it could be given alone that it comes by an escalation: a deputy who was named needs none. */
function withEscalation(command: ApprovalCommand, gate: StaffedGate): ApprovalCommand & Pick<Decision, 'byEscalation'> {
  const own = (gate.deputies ?? []).filter(({ by, placeOf }) => by === command.by && placeOf === command.onBehalfOf)
  const held = own.filter((deputy) => isDeputyAt(deputy, command.at))
  return held.length > 0 && held.every(({ byEscalation }) => byEscalation === true) ? { ...command, byEscalation: true } : command
}

/** The gates on which this person could decide now, for doors that show a button. */
export function findDecidableGates(
  promotion: Promotion,
  person: PersonId,
  { now, standing }: { readonly now: Instant; readonly standing: Standing },
): PeopleGateKind[] {
  const { boundTo, gates } = approvalRules(promotion, standing)
  return gates
    .map((gate) => gate.kind)
    .filter((gate) => decideApproval(promotion, { gate, by: person, verdict: 'approve', comment: '', at: now, boundTo }, standing).ok)
}

/** Every place in which this person could decide now, gate by gate: their own, and those that they take as a deputy; for doors that let them say whose. */
export function findPlaces(
  promotion: Promotion,
  person: PersonId,
  { now, standing }: { readonly now: Instant; readonly standing: Standing },
): readonly DecidingPlace[] {
  const { boundTo, gates } = approvalRules(promotion, standing)
  return gates.flatMap(({ kind: gate, people, deputies = [] }) => {
    const others = new Set(deputies.filter(({ by }) => by === person).map(({ placeOf }) => placeOf))
    const places: DecidingPlace[] = [...(people.includes(person) ? [{ gate }] : []), ...[...others].map((placeOf) => ({ gate, placeOf }))]
    return places.filter(({ placeOf }) => {
      const asked: ApprovalCommand = { gate, by: person, verdict: 'approve', comment: '', at: now, boundTo }
      return decideApproval(promotion, placeOf === undefined ? asked : { ...asked, onBehalfOf: placeOf }, standing).ok
    })
  })
}

/** A place in which somebody may decide. */
export interface DecidingPlace {
  readonly gate: PeopleGateKind
  /** Whose place it is; absent: their own. */
  readonly placeOf?: PersonId
}

interface Case {
  readonly rules: ApprovalRules
  readonly gate: PeopleGate
  readonly command: ApprovalCommand
  readonly promotion: Promotion
  readonly people: readonly Person[]
}

type Refused = ReturnType<typeof refuse>

/** A yes would open nothing any more; a no still closes. */
function refuseOutdated({ request }: Promotion, { verdict }: ApprovalCommand, { outdated }: Standing): Refused | undefined {
  if (verdict === 'reject' || outdated.length === 0) return undefined
  return refuse(
    'promotion.request-outdated',
    `What promotion ${request.promotionId} of ${request.solution} ${request.version} was asked for under has changed.`,
    'Withdraw it and ask again.',
    outdated,
  )
}

/** A word alone opens no gate that reports of tests open. */
function refuseUnreported({ request }: Promotion, command: ApprovalCommand, rules: ApprovalRules): Refused | undefined {
  if (!lacksReport(rules, command)) return undefined
  return refuse(
    'gate.needs-report',
    `The ${gateName(command.gate)} of promotion ${request.promotionId} open by a report of tests, and not by a word.`,
    `Hand the report in with \`drover tests report ${request.promotionId} --junit <file>\`, or have the tests run with \`drover tests run ${request.promotionId} --junit <file> -- <command>\`.`,
  )
}

/**
 * A report of tests is a word at the gates that reports open, and at no other: whoever may only ask and report hands it in, and it is of one
 * release also where a train is decided on as a whole. A gate of judgement takes neither.
 */
function refuseReport(
  { request }: Promotion,
  { gate, evidence }: ApprovalCommand,
  { openedByReport = [] }: ApprovalRules,
): Refused | undefined {
  if (evidence?.kind !== 'test-report' || openedByReport.includes(gate)) return undefined
  return refuse(
    'gate.takes-no-report',
    `The ${gateName(gate)} of promotion ${request.promotionId} waits for a person's own word; no report of tests stands for it.`,
    `Decide on it with \`drover promotion approve ${request.promotionId} --gate ${gate}\`, signed in as somebody whom the gate names.`,
  )
}

function refuseByContent({ rules, gate, command, promotion }: Case): Refused | undefined {
  if (isLapsed(rules.requestedAt, gate.expiresAfterHours, command.at)) {
    return refuse(
      'approval.lapsed',
      `The request for the ${gateName(gate.kind)} lapsed at ${lapsesAt(rules.requestedAt, gate.expiresAfterHours)}.`,
      'Withdraw the promotion and request it again.',
    )
  }
  if (isSameBinding(command.boundTo, rules.boundTo)) return refuseUnseenWaiver(promotion, command, rules)
  const changed = bindingNames.find((name) => command.boundTo[name] !== rules.boundTo[name]) ?? 'plan'
  const subject = changed === 'recovery' ? 'way back' : changed
  return refuse(
    'PIP-11',
    `The ${subject} that was shown is not the one of promotion ${promotion.request.promotionId}.`,
    'Look at the promotion again and decide on what it shows now.',
    [{ subject, message: `Shown: ${command.boundTo[changed] ?? 'none'}. Promotion: ${rules.boundTo[changed] ?? 'none'}.` }],
  )
}

/** A waiver that came between looking and deciding was not agreed to. A no needs to have seen none. */
function refuseUnseenWaiver({ request }: Promotion, { verdict, boundTo }: ApprovalCommand, rules: ApprovalRules): Refused | undefined {
  if (verdict === 'reject' || hasSeenWaivers(boundTo, rules.boundTo)) return undefined
  const unseen = (rules.boundTo.waivers ?? []).filter((id) => !(boundTo.waivers ?? []).includes(id))
  return refuse(
    'PIP-11',
    `Promotion ${request.promotionId} leans on ${unseen.length === 1 ? 'a waiver' : 'waivers'} that ${unseen.length === 1 ? 'was' : 'were'} not shown: ${unseen.join(', ')}.`,
    `Look at the promotion again and decide on what it shows now: --seen ${seenText({ ...rules.boundTo, plan: rules.boundTo.plan.slice(0, 12) })}`,
    unseen.map((id) => ({ subject: `waiver ${id}`, message: 'It was not shown.' })),
  )
}

const bindingNames = ['artifact', 'plan', 'settings', 'fingerprint', 'policy', 'recovery'] as const

function decided(command: ApprovalCommand & Pick<Decision, 'byEscalation'>): NewPromotionEvent {
  const { gate, by, verdict, comment, at, boundTo, onBehalfOf, byEscalation, evidence, trainId } = command
  return {
    type: 'approval-decided',
    data: {
      decision: {
        gate,
        by,
        verdict,
        comment,
        at,
        boundTo,
        ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
        ...(byEscalation === undefined ? {} : { byEscalation }),
        ...(evidence === undefined ? {} : { evidence }),
        ...(trainId === undefined ? {} : { trainId }),
      },
    },
    key: ['decision', gate, by, boundTo.plan, ...(boundTo.waivers ?? [])].join('/'),
  }
}
