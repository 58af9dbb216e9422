import type { ApprovalBinding } from '#domain/approval'
import type { Instant } from '#domain/kernel'
import type { Person } from '#domain/people'
import { personName } from '#domain/people'
import type { Waiver } from '#domain/waiver'
import { findWaivers, findWaiverOf, isInForce, listUnfinished } from '#domain/waiver'
import { findUnknown } from './find-unknown.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { GateStatus, PromotionRequest } from './promotion.ts'
import type { RequestFacts } from './request-facts.ts'

/** The waivers that a promotion may lean on, and whose names its people have. */
export interface WaiverStanding {
  readonly people: readonly Person[]
  /** Those that hold for this very promotion by what is in force; absent: none. */
  readonly waivers?: readonly Waiver[]
  /** Of a promotion whose gates have done their work: when they did. Absent: now. */
  readonly waivedAt?: Instant
}

/**
 * Opens the gates that a waiver opens at this moment, each with the waiver's name, its approver and its end: never as if all were well. The
 * checks are waived rule by rule and by their age, where they are judged, and what nobody can tell of a plan line by line.
 */
export function applyWaivers(gates: readonly GateStatus[], { waivers = [], people, waivedAt }: WaiverStanding, now: Instant): GateStatus[] {
  return gates.map((gate) => {
    if (gate.state === 'open' || gate.kind === 'checks' || gate.kind === 'preflight') return gate
    const waiver = waivers.find(({ waives }) => waives.kind === 'gate' && waives.gate === gate.kind)
    if (waiver === undefined || !isInForce(waiver, waivedAt ?? now)) return gate
    const { next: _next, ...rest } = gate
    const told = { subject: `waiver ${waiver.waiverId}`, message: describeWaiver(waiver, people) }
    return { ...rest, state: 'open', hasUnknown: true, waiverId: waiver.waiverId, reasons: [told, ...gate.reasons] }
  })
}

/** What is decided on, with the waivers that it leans on now: whoever decided before one of them is asked anew. */
export function withWaivers(boundTo: ApprovalBinding, waivers: readonly Waiver[] = []): ApprovalBinding {
  return waivers.length === 0 ? boundTo : { ...boundTo, waivers: waivers.map(({ waiverId }) => waiverId).sort() }
}

/** By whom, until when, why, and what stands in for the rule. */
export function describeWaiver({ decided, until, reason, measure }: Waiver, people: readonly Person[]): string {
  const by = decided === undefined ? 'nobody' : personName(people, decided.by)
  return `Waived by ${by} until ${until}: ${asSentence(reason)} Instead: ${asSentence(measure)}`
}

/** People end what they write with a full stop, or do not. */
function asSentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

/** The waivers that hold at the time of the facts for a release on its way into a stage. */
export function waiversInForce(facts: WaiverFacts, { stage }: Pick<StageOnTheWay, 'stage'>): readonly Waiver[] {
  const { release, requester, now } = facts
  const by = { requestedBy: requester, createdBy: release.sealedBy }
  const subject = { solution: release.solution, stageId: stage.id, artifact: release.managed.digest, ...by }
  return findWaivers(facts.waivers ?? [], subject, facts).filter((waiver) => isInForce(waiver, now))
}

type WaiverFacts = Pick<RequestFacts, 'release' | 'requester' | 'now' | 'waivers' | 'configuration' | 'policy'>
type LeaningFacts = WaiverFacts & Pick<RequestFacts, 'plan'>

/**
 * Of the waivers that hold those which the promotion may lean on: of a gate that it has, or of a finding in its report. Whoever decides on it
 * sees them, and a waiver that comes later is decided on anew.
 */
export function waiversLeanedOn(
  { gates }: Pick<PromotionRequest, 'gates'>,
  facts: LeaningFacts,
  way: Pick<StageOnTheWay, 'stage'>,
): readonly Waiver[] {
  const { report } = facts.release
  const untold = findUnknown(facts.plan)
  return waiversInForce(facts, way).filter(({ waives, scope }, index, all) => {
    if (waives.kind === 'check') {
      const own = all.slice(index, index + 1)
      const isOfReport = listUnfinished(report).includes(waives.ruleId) || !report.rules.includes(waives.ruleId)
      return report.findings.some((finding) => findWaiverOf(own, finding, facts.now) !== undefined) || isOfReport
    }
    if (waives.gate === 'preflight') return untold.some(({ subject }) => scope.place === undefined || scope.place === subject)
    return gates.some(({ kind }) => kind === waives.gate)
  })
}
