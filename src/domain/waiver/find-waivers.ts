import type { CheckReport, Finding } from '#domain/check'
import { blockingFindings } from '#domain/check'
import type { Digest, Instant, PersonId, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { findPerson, peopleIn } from '#domain/people'
import type { Configuration } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { actingOn } from '#domain/policy'
import { approversOf, findGoverned } from './decide-waiver.ts'
import type { Waiver } from './waiver.ts'
import { stateOfWaiver, waivedName } from './waiver.ts'

/** What asks to be excepted. */
export interface WaiverSubject {
  readonly solution: string
  /** Absent: before it goes anywhere. */
  readonly stageId?: StageId | undefined
  /** Digest of its managed artifact. */
  readonly artifact: Digest
  /** Whoever asks for it: nobody lifts a rule for a request of their own. */
  readonly requestedBy?: PersonId | undefined
  /** Who made the release: nobody lifts a rule for work of their own, whoever asks for it. */
  readonly createdBy?: string | undefined
}

export interface WaiverRules {
  readonly configuration: Configuration
  readonly policy: Pick<Policy, 'waivers'>
}

/**
 * The waivers that hold for a subject by what is in force: approved, of this solution, stage and artifact, and by people who are still declared
 * and may still ask and approve. Each with its end as the tier lets it hold. Whether it holds at a moment {@link isInForce} tells.
 */
export function findWaivers(waivers: readonly Waiver[], subject: WaiverSubject, rules: WaiverRules): readonly Waiver[] {
  const governed = findGoverned(rules.configuration, subject.solution)
  if (governed === undefined) return []
  const longestMs = rules.policy.waivers.longestDays[governed.tier].value * 86_400_000
  return waivers
    .filter((waiver) => isInScope(waiver, subject) && isVouchedFor(waiver, subject, { ...rules, owner: governed.owner }))
    .map((waiver) => {
      const latest = Date.parse(waiver.from) + longestMs
      return Date.parse(waiver.until) <= latest ? waiver : { ...waiver, until: toId<Instant>(new Date(latest).toISOString()) }
    })
}

export function isInForce(waiver: Waiver, now: Instant): boolean {
  return stateOfWaiver(waiver, now) === 'in-force'
}

/** The waiver by which a finding does not block at a moment; undefined: it does. */
export function findWaiverOf(waivers: readonly Waiver[], finding: Finding, now: Instant): Waiver | undefined {
  return waivers.find(
    (waiver) =>
      waiver.waives.kind === 'check' &&
      waiver.waives.ruleId === finding.ruleId &&
      (waiver.scope.place === undefined || waiver.scope.place === finding.subject || waiver.scope.place === finding.path) &&
      isInForce(waiver, now),
  )
}

/** The waiver by which it does not block that a rule came to no end, or was not run at all; one of a place says nothing of that. */
export function findWaiverOfRule(waivers: readonly Waiver[], ruleId: string, now: Instant): Waiver | undefined {
  return waivers.find(
    (waiver) =>
      waiver.waives.kind === 'check' && waiver.waives.ruleId === ruleId && waiver.scope.place === undefined && isInForce(waiver, now),
  )
}

/** The waiver by which a report counts although it is too old; undefined: it does not. */
export function findWaiverOfAge(waivers: readonly Waiver[], now: Instant): Waiver | undefined {
  return waivers.find((waiver) => waiver.waives.kind === 'gate' && waiver.waives.gate === 'checks' && isInForce(waiver, now))
}

/** Rules of a report that came to no end. */
export function listUnfinished({ unfinished = [] }: Pick<CheckReport, 'unfinished'>): readonly string[] {
  return unfinished
}

/**
 * The waivers by which a report that is no pass does not keep a release from being sealed: each finding that made it fail is waived, and so is
 * each rule that came to no end. Undefined: something of it is not waived. Each stage judges it again.
 */
export function waiversOfReport(report: CheckReport, waivers: readonly Waiver[], now: Instant): readonly Waiver[] | undefined {
  const ofFindings = blockingFindings(report).map((finding) => findWaiverOf(waivers, finding, now))
  const unfinished = listUnfinished(report)
  // A report that came to no end and does not say where is let go by nothing.
  if (report.verdict === 'inconclusive' && unfinished.length === 0) return undefined
  const needed = [...ofFindings, ...unfinished.map((ruleId) => findWaiverOfRule(waivers, ruleId, now))]
  const found = needed.filter((waiver) => waiver !== undefined)
  return found.length === needed.length && found.length > 0 ? [...new Set(found)] : undefined
}

/** Rules that were waived so often that they are to be changed instead (W-ENA); each waiver that was ever approved counts. */
export function findRepeated(
  waivers: readonly Waiver[],
  { waivers: policy }: Pick<Policy, 'waivers'>,
): readonly { readonly rule: string; readonly times: number; readonly isToChange: boolean }[] {
  const counts = new Map<string, number>()
  for (const waiver of waivers)
    if (waiver.decided?.verdict === 'approve') counts.set(waivedName(waiver.waives), (counts.get(waivedName(waiver.waives)) ?? 0) + 1)
  return [...counts]
    .map(([rule, times]) => ({ rule, times, isToChange: times >= policy.repeats.value }))
    .sort((a, b) => b.times - a.times || a.rule.localeCompare(b.rule, 'en'))
}

function isInScope({ scope }: Waiver, { solution, stageId, artifact }: WaiverSubject): boolean {
  return (
    scope.solution.toLowerCase() === solution.toLowerCase() &&
    (scope.stageId === undefined || stageId === undefined || scope.stageId === stageId) &&
    (scope.artifact === undefined || scope.artifact === artifact)
  )
}

function isVouchedFor(
  { decided, requestedBy, waives }: Waiver,
  subject: WaiverSubject,
  { configuration, policy, owner }: WaiverRules & { readonly owner: PersonId },
): boolean {
  if (decided?.verdict !== 'approve') return false
  if ([requestedBy, owner, subject.requestedBy, subject.createdBy].includes(decided.by)) return false
  const mayApprove = approversOf(policy, waives)?.value ?? []
  const people = peopleIn(configuration, actingOn(configuration, { solution: subject.solution }).scope)
  const asker = findPerson(people, requestedBy)
  const approver = findPerson(people, decided.by)
  return (
    asker?.roles.some((role) => policy.waivers.mayAsk.value.includes(role)) === true &&
    approver?.kind !== 'service' &&
    approver?.roles.some((role) => mayApprove.includes(role)) === true
  )
}
