import type { Rehearsal } from '#domain/environment'
import { dataOwnersOf } from '#domain/environment'
import type { Instant, Reason } from '#domain/kernel'
import type { Configuration, GateKind } from '#domain/pipeline'
import { gateName } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import { judgeReadiness } from '#domain/recovery'
import { judgeLosses } from './evaluate-losses.ts'
import { evaluatePreflight, unknownWord } from './evaluate-preflight.ts'
import { findUnknown } from './find-unknown.ts'
import type { StageOnTheWay } from './find-stage.ts'
import type { Promotion } from './promotion.ts'
import { watchOf } from './validation.ts'

/** What a recorded promotion lacks by another policy, or what of it cannot be told. */
export interface Found extends Reason {
  readonly state: 'missing' | 'unknown'
}

export function missing(subject: string, message: string): Found {
  return { state: 'missing', subject, message }
}

export function unknown(subject: string, message: string): Found {
  return { state: 'unknown', subject, message }
}

/** A promotion when it began, between the policy of then and another. */
export interface ReplayedAt {
  readonly promotion: Promotion
  readonly configuration: Configuration | undefined
  readonly way: StageOnTheWay
  readonly begun: Instant
  readonly then: Policy
  readonly policy: Policy
  /** Rehearsals of its place that are recorded; undefined: they could not be read. */
  readonly rehearsals: readonly Rehearsal[] | undefined
  /** What went in before it; null: that is not known. */
  readonly before: Promotion | undefined | null
}

/** Data that the owners of then let go, by the number and length of words that another policy asks; what went past them by name would have again. */
export function replayLosses({ promotion, configuration, way, begun, then, policy }: ReplayedAt): Found[] {
  const people = configuration?.people ?? []
  const owners = dataOwnersOf(way.environment)
  const judge = (by: Policy) => {
    const needed = by.tiers[promotion.request.tier].lossAcknowledgers.value
    return judgeLosses(promotion, { people, now: begun, rules: { owners, needed, longestDays: by.care.acknowledgementDays.value } })
  }
  const now = judge(policy)
  return judge(then).flatMap((was, index): Found[] => {
    const is = now[index]
    if (was.state !== 'open' || is === undefined || is.state === 'open') return []
    return [missing(gateName('losses'), is.reasons.map(({ subject, message }) => `${subject}: ${message}`).join(' '))]
  })
}

/** What nobody could tell, by the words and waivers that were given for it then; where none was asked for, nobody can tell who would have. */
export function replayUnknown({ promotion, configuration, way, begun, then, policy }: ReplayedAt): Found[] {
  const { request, unknownAcknowledged = [], leansOn: waivers = [] } = promotion
  if (findUnknown(request.plan).length === 0) return []
  const [before, after] = [then, policy].map((by) => unknownWord(by, way, request.intent))
  if (before === undefined || after === undefined || before.value === after.value) return []
  const people = configuration?.people ?? []
  const isOpen = (word: typeof after): boolean => {
    const may = unknownAcknowledged.map(({ by }) => by)
    return evaluatePreflight(promotion, begun, { people, unknown: { word, may }, waivers }).state === 'open'
  }
  if (isOpen(after)) return []
  const subject = gateName('preflight')
  if (!isOpen(before)) return [unknown(subject, 'Nobody was asked then who answers for what could not be told.')]
  return [missing(subject, `What nobody could tell of the plan would have taken a waiver; a word was given (${after.source}).`)]
}

/** The way back as it was planned and practised when the promotion began. */
export function replayRecovery({ promotion: { request }, way, begun, then, policy, rehearsals }: ReplayedAt): Found[] {
  const demand = policy.tiers[request.tier].recovery
  const subject = gateName('recovery')
  if (way.environment.careClass !== 'pet' || request.intent?.kind === 'recovery' || demand.value.kind === 'none') return []
  if (request.recovery === undefined || rehearsals === undefined) {
    const isAsked = then.tiers[request.tier].recovery.value.kind !== demand.value.kind
    return isAsked ? [unknown(subject, 'How it comes back was not recorded then.')] : []
  }
  const practised = rehearsals.filter(
    ({ solution, finishedAt }) => solution.toLowerCase() === request.solution.toLowerCase() && Date.parse(finishedAt) <= Date.parse(begun),
  )
  const judge = (by: Policy) =>
    judgeReadiness(request.recovery, {
      ...{ demand: by.tiers[request.tier].recovery, version: request.version, rehearsals: practised },
      ...{ now: begun, environment: request.environmentId },
    })
  const [was, is] = [judge(then), judge(policy)]
  return was.state !== 'open' || is.state === 'open' ? [] : [missing(subject, is.reasons.at(-1)?.message ?? '')]
}

/** Where it is watched, and when what went in before had been watched for long enough: by the policy of then and by the other. */
export function replayValidation(
  at: ReplayedAt,
  demanded: readonly GateKind[],
): { readonly found: readonly Found[]; readonly was?: Instant; readonly is?: Instant } {
  const { promotion, way, then, policy } = at
  const { tier, gates, intent } = promotion.request
  const subject = gateName('validation')
  const wasAsked = gates.some(({ kind }) => kind === 'validation')
  if (way.environment.careClass !== 'pet' || !(wasAsked || demanded.includes('validation'))) return { found: [] }
  const [was, is] = [then, policy].map((of) => of.gates.monitoring[tier].value)
  const isUnnamed = is === 'required' && (was !== is || !wasAsked) && way.governed.monitoring === undefined
  const found = isUnnamed ? [missing(subject, 'Where it was watched was not named.')] : []
  if (intent !== undefined && intent.kind !== 'release') return { found }
  const last = at.before
  if (last === undefined) return { found }
  const hours = (of: Policy) => of.gates.watchHours[(last ?? promotion).request.tier].value
  if (wasAsked && hours(then) === hours(policy)) return { found }
  if (last === null) return { found: [...found, unknown(subject, 'What went in before it is not known.')] }
  return watchBefore(last, at, found)
}

function watchBefore(last: Promotion, { begun, then, policy }: ReplayedAt, found: readonly Found[]): ReturnType<typeof replayValidation> {
  const subject = gateName('validation')
  const what = `${last.request.solution} ${last.request.version}, which went in before,`
  // What came in and was said of it later was not known then.
  const known: Promotion = { ...last, validations: (last.validations ?? []).filter(({ at }) => Date.parse(at) <= Date.parse(begun)) }
  const unsaid: Promotion = { ...known, validations: [] }
  const endOf = (of: Policy): Instant | undefined => {
    const watch = watchOf(unsaid, of.gates, last.request.requestedAt)
    return watch.state === 'watching' ? watch.until : undefined
  }
  if (last.status.state !== 'succeeded' || policy.gates.watchHours[last.request.tier].value === 0) return { found }
  const until = endOf(policy)
  const said = known.validations?.findLast(({ of }) => of === 'watch')
  if (until === undefined || said === undefined)
    return { found: [...found, unknown(subject, `Nobody had said by then how ${what} stood.`)] }
  if (said.outcome === 'failed') return { found: [...found, missing(subject, `${what} did not stand its validation.`)] }
  const later = (a: Instant, b: Instant | undefined): Instant => (b !== undefined && Date.parse(b) > Date.parse(a) ? b : a)
  return { found, was: later(said.at, endOf(then)), is: later(said.at, until) }
}
