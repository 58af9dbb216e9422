import type { Digest, Instant, LedgerEvent, NewEvent, PersonId, StageId } from '#domain/kernel'
import type { MachineGateKind } from '#domain/pipeline'
import { gateName } from '#domain/pipeline'

/**
 * What is excepted: one check rule (its findings, and that it came to no end or was not run), or a gate of machines that is closed because
 * something is not known or not there. Of the checks a waiver of the gate excepts their age alone, of the pre-flight what nobody can tell.
 */
export type WaivedRule = { readonly kind: 'check'; readonly ruleId: string } | { readonly kind: 'gate'; readonly gate: MachineGateKind }

/** Where it holds: always for one solution, and as narrow as it was asked for. */
export interface WaiverScope {
  readonly solution: string
  /** Absent: every stage. */
  readonly stageId?: StageId | undefined
  /** Digest of the managed artifact; absent: every release. */
  readonly artifact?: Digest | undefined
  /** Component or path that a finding names, or what a line of the plan is about that nobody can tell; absent: all of them. */
  readonly place?: string | undefined
}

export interface WaiverRequest {
  readonly waiverId: string
  readonly waives: WaivedRule
  readonly scope: WaiverScope
  readonly reason: string
  /** What is done instead of what the rule asks for. */
  readonly measure: string
  readonly requestedBy: PersonId
  readonly requestedAt: Instant
  readonly from: Instant
  /** It holds before this moment, and never at it or after it. */
  readonly until: Instant
}

/** A named, approved, expiring exception to one rule. */
export interface Waiver extends WaiverRequest {
  /** Absent until somebody decided. */
  readonly decided?: WaiverDecision
  readonly revoked?: { readonly by: PersonId; readonly at: Instant; readonly reason: string }
}

export interface WaiverDecision {
  readonly by: PersonId
  readonly verdict: 'approve' | 'reject'
  readonly comment: string
  readonly at: Instant
}

/** `lapsed`: nobody decided before its end; `ahead`: approved, and it has not begun. */
export type WaiverState = 'proposed' | 'lapsed' | 'rejected' | 'revoked' | 'ahead' | 'in-force' | 'expired'

export function stateOfWaiver({ decided, revoked, from, until }: Waiver, now: Instant): WaiverState {
  if (revoked !== undefined) return 'revoked'
  if (decided?.verdict === 'reject') return 'rejected'
  const hasEnded = Date.parse(now) >= Date.parse(until)
  if (decided === undefined) return hasEnded ? 'lapsed' : 'proposed'
  if (hasEnded) return 'expired'
  return Date.parse(now) < Math.max(Date.parse(from), Date.parse(decided.at)) ? 'ahead' : 'in-force'
}

/** The rule in words, and where it is excepted. */
export function describeWaived({ waives, scope }: Pick<Waiver, 'waives' | 'scope'>): string {
  const what = waives.kind === 'check' ? `check rule ${waives.ruleId}` : (wordsOfGate[waives.gate] ?? `the gate "${gateName(waives.gate)}"`)
  const where = [
    ...(scope.place === undefined ? [] : [`at ${scope.place}`]),
    ...(scope.artifact === undefined ? [] : [`of ${scope.artifact.slice(0, 19)}`]),
    ...(scope.stageId === undefined ? [] : [`into ${scope.stageId}`]),
  ]
  return [`${what} of ${scope.solution}`, ...where].join(' ')
}

/** Gates of which a waiver excepts a part alone. */
const wordsOfGate: Readonly<Partial<Record<MachineGateKind, string>>> = {
  checks: 'the age of the checks',
  preflight: 'what nobody can tell of the plan',
}

/** The same for every waiver of one rule, by which they are counted. */
export function waivedName(waives: WaivedRule): string {
  return waives.kind === 'check' ? waives.ruleId : waives.gate
}

interface WaiverEventData {
  'waiver-requested': { readonly request: WaiverRequest }
  'waiver-decided': { readonly verdict: WaiverDecision['verdict']; readonly comment: string }
  'waiver-revoked': { readonly reason: string }
}

export type WaiverEventType = keyof WaiverEventData
export type NewWaiverEvent = { [T in WaiverEventType]: NewEvent<T, WaiverEventData[T]> }[WaiverEventType]
export type WaiverEvent = { [T in WaiverEventType]: LedgerEvent<T, WaiverEventData[T]> }[WaiverEventType]

export function waiverStream(waiverId: string): string {
  return `waiver/${waiverId}`
}

/** Folds one event of a waiver's own stream; the first word of each kind stands. */
export function evolveWaiver(waiver: Waiver | undefined, event: WaiverEvent): Waiver | undefined {
  if (event.type === 'waiver-requested') return waiver ?? event.data.request
  if (waiver === undefined) return undefined
  // Actors of these events are people: the ledger writes all actors alike.
  const by = event.actor as PersonId
  if (event.type === 'waiver-decided')
    return waiver.decided === undefined ? { ...waiver, decided: { ...event.data, by, at: event.at } } : waiver
  return waiver.revoked === undefined ? { ...waiver, revoked: { ...event.data, by, at: event.at } } : waiver
}
