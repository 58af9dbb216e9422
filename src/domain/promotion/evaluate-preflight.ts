import type { Instant, PersonId, Reason } from '#domain/kernel'
import type { Person } from '#domain/people'
import { personName } from '#domain/people'
import { gateName } from '#domain/pipeline'
import type { Policy, Sourced, UnknownWord } from '#domain/policy'
import type { Waiver } from '#domain/waiver'
import { isInForce } from '#domain/waiver'
import { describeWaiver } from './apply-waivers.ts'
import { planEvidence } from './evidence.ts'
import { findUnknown } from './find-unknown.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { GateStatus, Promotion, PromotionRequest, UnknownAcknowledgement } from './promotion.ts'

/** Who answers for what nobody can tell of a plan. */
export interface UnknownRules {
  readonly word: Sourced<UnknownWord>
  /** Whose word counts, where one is enough. */
  readonly may: readonly PersonId[]
}

interface UnknownStanding {
  readonly people: readonly Person[]
  readonly unknown?: UnknownRules | undefined
  readonly waivers?: readonly Waiver[] | undefined
}

/** What it takes by policy on this way: less for what mends production, since it is answered for all the same. */
export function unknownWord(
  { gates }: Pick<Policy, 'gates'>,
  { governed, environment }: Pick<StageOnTheWay, 'governed' | 'environment'>,
  intent: PromotionRequest['intent'],
): Sourced<UnknownWord> {
  if (intent !== undefined && intent.kind !== 'release') return gates.unknownWhenUrgent
  return environment.careClass === 'pet' ? gates.unknownIntoPet[governed.tier] : gates.unknownElsewhere[governed.tier]
}

/**
 * Whether the target was read and nothing in it closes the way. What nobody could tell is no pass: it opens by the name of whoever answers for
 * it, or by a waiver, line by line, and never as if all were well. What is known to close the way opens by nothing.
 */
export function evaluatePreflight(promotion: Promotion, now: Instant, standing: UnknownStanding): GateStatus {
  const { request, status } = promotion
  const subject = gateName('preflight')
  const { blockers } = request.plan
  if (blockers.length > 0)
    return { kind: 'preflight', state: 'closed', reasons: blockers.map(({ code, message }) => ({ subject: code, message })) }
  const wasSeen = request.evidence.some(({ gate }) => gate === 'preflight')
  if (!wasSeen)
    return {
      kind: 'preflight',
      state: 'closed',
      reasons: [{ subject, message: 'No evidence was recorded when the promotion was requested.' }],
    }
  const seen = planEvidence(request.plan)
    .filter(({ gate }) => gate === 'preflight')
    .map(({ reason }) => ({ subject, message: reason }))
  const unknown = findUnknown(request.plan)
  if (unknown.length === 0) return { kind: 'preflight', state: 'open', reasons: seen }
  // What has begun was judged when it did.
  const hasBegun = standing.unknown === undefined && status.state !== 'pending' && status.state !== 'migrating'
  const answers = answersFor(promotion, now, standing)
  const uncovered = hasBegun ? [] : answers.uncovered
  const told = [...answers.told, ...seen, ...unknown]
  if (uncovered.length === 0)
    return {
      ...{ kind: 'preflight', state: 'open', reasons: told, hasUnknown: true },
      ...(answers.waiverId === undefined ? {} : { waiverId: answers.waiverId }),
    }
  const todo = { subject, message: describeTodo(promotion, standing) }
  const isPending = standing.unknown?.word.value === 'acknowledged'
  return { kind: 'preflight', state: isPending ? 'pending' : 'closed', reasons: [todo, ...told], hasUnknown: true }
}

/** What nobody can tell of a plan and nobody answers for yet. */
export function findUnanswered(promotion: Promotion, now: Instant, standing: UnknownStanding): readonly Reason[] {
  return answersFor(promotion, now, standing).uncovered
}

interface Answers {
  readonly told: readonly Reason[]
  readonly uncovered: readonly Reason[]
  readonly waiverId?: string
}

function answersFor(promotion: Promotion, now: Instant, { people, unknown: rules, waivers = [] }: UnknownStanding): Answers {
  const words = wordsOn(promotion, rules)
  const inForce = waivers.filter((waiver) => waivesUnknown(waiver) && isInForce(waiver, now))
  const unknown = findUnknown(promotion.request.plan)
  const byWord = unknown.filter((reason) => words.some((word) => word.of.some((one) => isSame(one, reason))))
  const rest = unknown.filter((reason) => !byWord.includes(reason))
  const byWaiver = (waiver: Waiver, reason: Reason) => waiver.scope.place === undefined || waiver.scope.place === reason.subject
  const used = inForce.filter((waiver) => rest.some((reason) => byWaiver(waiver, reason)))
  const [first] = used
  return {
    told: [
      ...(byWord.length === 0 ? [] : words.map((word) => ({ subject: personName(people, word.by), message: describeWord(word) }))),
      ...used.map((waiver) => ({ subject: `waiver ${waiver.waiverId}`, message: describeWaiver(waiver, people) })),
    ],
    uncovered: rest.filter((reason) => !used.some((waiver) => byWaiver(waiver, reason))),
    ...(first === undefined ? {} : { waiverId: first.waiverId }),
  }
}

/** Whether it is a waiver of what nobody can tell of a plan. */
export function waivesUnknown({ waives }: Pick<Waiver, 'waives'>): boolean {
  return waives.kind === 'gate' && waives.gate === 'preflight'
}

/** The words that count: where one is enough, by people who may, for this very artifact. It trusts no earlier refusal. */
function wordsOn({ request, unknownAcknowledged = [] }: Promotion, rules: UnknownRules | undefined): readonly UnknownAcknowledgement[] {
  if (rules === undefined) return unknownAcknowledged
  if (rules.word.value !== 'acknowledged') return []
  return unknownAcknowledged.filter(({ by, artifact }) => rules.may.includes(by) && artifact === request.boundTo.artifact)
}

function isSame(a: Reason, b: Reason): boolean {
  return a.subject === b.subject && a.message === b.message
}

function describeWord({ at, comment }: UnknownAcknowledgement): string {
  return `Answers for what nobody can tell, since ${at}: ${comment}`
}

function describeTodo({ request }: Promotion, { people, unknown: rules }: UnknownStanding): string {
  if (rules === undefined) return 'Nobody can tell what is named here, and who may answer for it is not known.'
  const { source, value } = rules.word
  if (value === 'waived')
    return `Nobody can tell what is named here, which is no pass (${source}). See that it can be told, or have it waived: drover waiver request --gate preflight --solution ${request.solution} --stage ${request.stageId} --reason "…" --measure "…" --until <date>`
  const who = rules.may.map((id) => personName(people, id)).join(' or ') || 'nobody'
  return `Nobody can tell what is named here, which is no pass (${source}). See that it can be told, or ${who} answers for it: drover promotion acknowledge ${request.promotionId} --unknown --comment "…"`
}
