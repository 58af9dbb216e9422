import type { Instant, PersonId, Reason } from '#domain/kernel'
import type { Person } from '#domain/people'
import { personName } from '#domain/people'
import type { GateDefinition } from '#domain/pipeline'
import { gateName, isPeopleGate } from '#domain/pipeline'
import type { LossKind, Plan, PlannedComponent, PlannedLoss } from '#domain/plan'
import { callComponent, savedBefore } from '#domain/plan'
import type { GateStatus, LossAcknowledgement, Promotion } from './promotion.ts'

/** Who may say that data goes, how many of them must, and for how long such a word may hold. */
export interface LossRules {
  /** Data owners of the environment. */
  readonly owners: readonly PersonId[]
  readonly needed: number
  readonly longestDays: number
}

/** Data of one component that is destroyed, and of which at least something is or may be there. */
export interface Loss {
  /** `kind:key`. */
  readonly subject: string
  /** In words. */
  readonly name: string
  readonly losses: readonly PlannedLoss[]
  /** The most of any of them that is known to be there: no lower ceiling can hold. */
  readonly atLeast: number
  /** Why no ceiling can be shown to hold, whoever acknowledges what; undefined where one can. */
  readonly closedBy: string | undefined
}

const acknowledged: readonly LossKind[] = ['rows', 'values', 'links', 'variable-value']

/** What of a plan needs the word of data owners: rows, values, links and values of variables, unless there are certainly none. */
export function findLosses(plan: Pick<Plan, 'content' | 'rescue' | 'watched' | 'steps'>): readonly Loss[] {
  return plan.content.flatMap((component) => {
    const losses = component.effect === 'destroy' ? component.losses.filter(isPopulated) : []
    if (losses.length === 0) return []
    const atLeast = Math.max(0, ...losses.map(({ count }) => (count.kind === 'unknown' ? 0 : count.n)))
    const closedBy = losses.map((loss) => findNoCeiling(plan, component, loss)).find((why) => why !== undefined)
    return [{ subject: `${component.kind}:${component.key}`, name: callComponent(component), losses, atLeast, closedBy }]
  })
}

function isPopulated({ kind, count }: PlannedLoss): boolean {
  return acknowledged.includes(kind) && !(count.kind === 'exact' && count.n === 0)
}

/**
 * An unknown count closes the gate. "At least N" cannot show that a ceiling holds either; it is let through, judged by its N, only where the
 * rescue before the import counts what it saves and stops above the ceiling; rows that the identity may not see it neither saves nor counts.
 */
function findNoCeiling(
  plan: Pick<Plan, 'rescue' | 'watched' | 'steps'>,
  component: PlannedComponent,
  { kind, count }: PlannedLoss,
): string | undefined {
  if (count.kind === 'exact') return undefined
  if (count.kind === 'unknown') return `How many ${kindWords[kind]} go cannot be told: ${count.why}`
  if (count.isPartial === true)
    return `At least ${format(count.n)} ${kindWords[kind]} go, and there may be more that Drover's identity may not see; with the role System Administrator there it sees all.`
  if (isRescued(plan, component, kind)) return undefined
  return `At least ${format(count.n)} ${kindWords[kind]} go, and nothing counts them exactly before they do.`
}

function isRescued(
  { steps, ...plan }: Pick<Plan, 'rescue' | 'watched' | 'steps'>,
  { kind: componentKind, key, table }: PlannedComponent,
  kind: LossKind,
): boolean {
  if (!steps.includes('rescue')) return false
  const rescue = savedBefore(plan)
  if (kind === 'links') return rescue.some((item) => item.relationship === key)
  if (componentKind === 'Entity') return kind === 'rows' && rescue.some((item) => item.table === key && item.columns === undefined)
  const column = key.slice(key.indexOf('.') + 1)
  return kind === 'values' && rescue.some((item) => item.table === table && (item.columns === undefined || item.columns.includes(column)))
}

const kindWords: Readonly<Record<LossKind, string>> = {
  rows: 'rows',
  values: 'values',
  links: 'links',
  'role-assignments': 'role assignments',
  'column-security': 'column permissions',
  'process-instances': 'process instances',
  'variable-value': 'values of the variable',
  sharing: 'shared rows',
  'run-history': 'runs',
}

/** The gates of a promotion by this plan: where data goes there is one for its owners, and it stays when that data is gone by itself. */
export function withLossesGate(gates: readonly GateDefinition[], plan: Plan): readonly GateDefinition[] {
  if (gates.some((gate) => gate.kind === 'losses') || findLosses(plan).length === 0) return gates
  const index = gates.findLastIndex((gate) => !isPeopleGate(gate) && gate.kind !== 'review-window') + 1
  return [...gates.slice(0, index), { kind: 'losses' }, ...gates.slice(index)]
}

export interface LossFacts {
  readonly rules: LossRules
  readonly people: readonly Person[]
  readonly now: Instant
}

/** Whether everything that goes was acknowledged by enough data owners. It trusts no earlier refusal: each word is judged again. */
export function evaluateLosses(promotion: Promotion, facts: LossFacts): GateStatus {
  const judged = judgeLosses(promotion, facts)
  if (judged.length === 0)
    return { kind: 'losses', state: 'open', reasons: [{ subject: gateName('losses'), message: 'Nothing that holds data goes.' }] }
  const state = (['closed', 'pending'] as const).find((candidate) => judged.some((one) => one.state === candidate)) ?? 'open'
  return { kind: 'losses', state, reasons: judged.flatMap((one) => one.reasons) }
}

/** The words that count for one loss: by data owners who did not ask, on this artifact, high enough, in force, and none longer than allowed. */
export function countAcknowledgements(
  promotion: Promotion,
  loss: Loss,
  { rules, now }: Omit<LossFacts, 'people'>,
): readonly LossAcknowledgement[] {
  return wordsOn(promotion, loss, rules).filter((word) => isHighEnough(word, loss) && isInForce(word, { rules, now }))
}

/** How each loss stands, with its reasons. */
export function judgeLosses(promotion: Promotion, facts: LossFacts): readonly Judged[] {
  return findLosses(promotion.request.plan).map((loss) => judgeLoss(promotion, loss, facts))
}

interface Judged {
  readonly state: GateStatus['state']
  readonly reasons: readonly Reason[]
}

function judgeLoss(promotion: Promotion, loss: Loss, facts: LossFacts): Judged {
  const subject = loss.name
  if (loss.closedBy !== undefined) return { state: 'closed', reasons: [{ subject, message: loss.closedBy }] }
  const counted = countAcknowledgements(promotion, loss, facts)
  const given = new Set(counted.map((word) => word.by))
  const told = counted.map((word) => ({ subject, message: describeWord(word, facts.people) }))
  if (given.size >= facts.rules.needed) return { state: 'open', reasons: told }
  const may = facts.rules.owners.filter((owner) => owner !== promotion.request.requestedBy && !given.has(owner))
  const missing = facts.rules.needed - given.size
  const names = may.map((id) => personName(facts.people, id)).join(', ') || 'nobody'
  const who =
    may.length >= missing ? `Awaits ${missing} of ${names}` : `Awaits ${missing}, but only ${may.length} (${names}) may acknowledge it`
  const awaited = { subject, message: `${describeLosses(loss)} ${who}.` }
  const lapsed = wordsOn(promotion, loss, facts.rules)
    .filter((word) => !given.has(word.by))
    .map((word) => ({ subject, message: describeLapse(word, loss, facts) }))
  return { state: 'pending', reasons: [...told, awaited, ...lapsed] }
}

function wordsOn({ acknowledgements, request }: Promotion, loss: Loss, rules: LossRules): readonly LossAcknowledgement[] {
  return acknowledgements.filter(
    (word) =>
      word.subject === loss.subject &&
      word.artifact === request.boundTo.artifact &&
      word.by !== request.requestedBy &&
      rules.owners.includes(word.by),
  )
}

function isHighEnough(word: LossAcknowledgement, loss: Loss): boolean {
  return word.ceiling >= loss.atLeast
}

function isInForce(word: LossAcknowledgement, { rules, now }: Pick<LossFacts, 'rules' | 'now'>): boolean {
  // In milliseconds: a promotion that is over is judged with no longest time, which no calendar date can hold.
  const latest = Date.parse(word.at) + rules.longestDays * 24 * 3_600_000
  return Date.parse(now) <= Math.min(Date.parse(word.expiresAt), latest)
}

/** "1,204 rows (exactly, counted now)." */
export function describeLosses({ losses }: Pick<Loss, 'losses'>): string {
  return `${losses.map(describeLoss).join('; ')}.`
}

function describeLoss({ kind, count }: PlannedLoss): string {
  if (count.kind === 'unknown') return `An unknown number of ${kindWords[kind]}`
  return `${count.kind === 'exact' ? '' : 'at least '}${format(count.n)} ${kindWords[kind]} (${count.kind === 'exact' ? 'exact' : 'there may be more'}, ${count.method})`
}

function describeWord(word: LossAcknowledgement, people: readonly Person[]): string {
  const comment = word.comment.trim() === '' ? '' : `: ${word.comment.trim()}`
  return `${personName(people, word.by)} said at ${word.at} that up to ${format(word.ceiling)} may go, until ${word.expiresAt}${comment}.`
}

function describeLapse(word: LossAcknowledgement, loss: Loss, { people }: LossFacts): string {
  const why = isHighEnough(word, loss)
    ? `held until ${word.expiresAt}`
    : `covers ${format(word.ceiling)} at the most, and there are ${format(loss.atLeast)} or more`
  return `The word of ${personName(people, word.by)} ${why}; it no longer counts.`
}

function format(n: number): string {
  return n.toLocaleString('en-US')
}
