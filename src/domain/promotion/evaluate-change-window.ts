import type { Instant, Reason } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration, Freeze, Interval, Opening, OpeningHours, Stage } from '#domain/pipeline'
import { evaluateOpening, gateName, listOpenings, openingHoursOf, tellInstant } from '#domain/pipeline'
import type { ChangePolicy, EmergencyPolicy, Policy, Sourced } from '#domain/policy'
import { changingSteps } from './evaluate-hold.ts'
import type { Attempt, GateStatus, OutlastedWindow, Promotion } from './promotion.ts'

/** When a stage takes promotions, and what is known of how long one takes there. */
export interface WindowRules {
  /** The stage, by name. */
  readonly stage: string
  readonly hours: OpeningHours
  readonly policy: ChangePolicy
  /** Which hours an emergency goes past; absent: none. */
  readonly emergencies?: Pick<EmergencyPolicy, 'passesWindows' | 'passesFreezes'>
  /** Undefined before the first attempt that brought something there. */
  readonly usual: UsualDuration | undefined
}

/** The rules of a stage by the configuration in force; undefined where it takes promotions at all times. */
export function windowRules(
  stage: Stage,
  facts: { readonly configuration: Configuration; readonly policy: Policy; readonly usual?: UsualDuration | undefined },
): WindowRules | undefined {
  const hours = openingHoursOf(stage, facts.configuration)
  return hasOpeningHours(hours)
    ? { stage: stage.name, hours, policy: facts.policy.changes, emergencies: facts.policy.emergencies, usual: facts.usual }
    : undefined
}

/** The median of what earlier attempts took. */
export interface UsualDuration {
  readonly ms: number
  readonly attempts: number
}

/** The middle of what attempts took, the lower of two; undefined of none. */
export function medianOf(tookMs: readonly number[]): UsualDuration | undefined {
  const ms = [...tookMs].sort((a, b) => a - b)[Math.floor((tookMs.length - 1) / 2)]
  return ms === undefined ? undefined : { ms, attempts: tookMs.length }
}

/** How long an attempt has been at work: from its first step on, since before that it may have waited for its lane. */
export function workedMs({ steps, finishedAt }: Pick<Attempt, 'steps' | 'finishedAt'>, now: Instant): number {
  const [first] = steps
  return first === undefined ? 0 : Math.max(0, Date.parse(finishedAt ?? now) - Date.parse(first.startedAt))
}

/** By how much an attempt that ends now was longer than the time in which its stage took promotions when it first changed the target. */
export function findOutlasted(
  { steps }: Pick<Attempt, 'steps'>,
  rules: WindowRules | undefined,
  now: Instant,
): OutlastedWindow | undefined {
  const first = steps.find(({ step }) => changingSteps.includes(step))
  if (first === undefined || rules === undefined) return undefined
  const opening = evaluateOpening(rules.hours, Date.parse(first.startedAt))
  if (opening.state === 'closed' || opening.until === undefined || opening.until >= Date.parse(now)) return undefined
  return { closedAt: toId<Instant>(new Date(opening.until).toISOString()), byMs: Date.parse(now) - opening.until }
}

/** Whether a stage has windows or freezes: only then there is something to wait for. */
export function hasOpeningHours({ windows, freezes }: OpeningHours): boolean {
  return windows !== undefined || freezes.length > 0
}

/**
 * Whether the stage takes a promotion now: inside its windows, outside of its freezes, and with as much time left as an attempt usually takes.
 * `elapsedMs` of that has been spent already.
 */
export function evaluateChangeWindow(promotion: Promotion, now: Instant, rules: WindowRules | undefined, elapsedMs = 0): GateStatus {
  if (rules === undefined || !hasOpeningHours(rules.hours)) return gate('open', 'The stage takes promotions at all times.')
  const opening = evaluateOpening(rules.hours, Date.parse(now))
  const pass = passOf(promotion, rules, opening)
  if (pass !== undefined) return passing(rules, opening, pass)
  const need = rules.usual === undefined ? 0 : rules.usual.ms + rules.policy.windowMarginMinutes.value * 60_000
  if (opening.state === 'closed') return waiting(rules, { why: describeClosed(rules, opening.freezes), from: opening.opensAt, need })
  if (opening.until === undefined) return gate('open', `${rules.stage} takes promotions now; no end of that is in sight.`)
  const left = opening.until - Date.parse(now)
  const until = `${tellInstant(opening.until, rules.hours.timeZone)}${opening.endsWith === undefined ? '' : `, when the freeze ${opening.endsWith.name} begins`}`
  if (need - elapsedMs <= left) return gate('open', `${rules.stage} takes promotions until ${until}.${usualText(rules.usual)}`)
  const why = `${rules.stage} takes promotions for ${minutes(left)} more, until ${until}.${usualText(rules.usual)} With ${rules.policy.windowMarginMinutes.value} min to spare that is too short.`
  return waiting(rules, { why, from: opening.until, need })
}

interface Pass {
  readonly what: string
  readonly source: string
}

/** What lets a promotion go in whatever the time is; undefined: it waits as any other. */
function passOf({ request }: Promotion, { policy, emergencies }: WindowRules, opening: Opening): Pass | undefined {
  const of = (what: string, may: Sourced<boolean> | undefined): Pass | undefined =>
    may?.value === true ? { what, source: may.source } : undefined
  if (request.intent?.kind === 'recovery') return of('a recovery', policy.recoveryPassesWindows)
  if (request.intent?.kind !== 'emergency') return undefined
  const isFrozen = opening.state === 'closed' && opening.freezes.length > 0
  return of('an emergency', isFrozen ? emergencies?.passesFreezes : emergencies?.passesWindows)
}

function passing({ stage, hours }: WindowRules, opening: Opening, { what, source }: Pass): GateStatus {
  if (opening.state === 'open') return gate('open', `${stage} takes promotions now, and ${what} at any time.`)
  return gate('open', `${describeClosed({ stage, hours }, opening.freezes)} This is ${what}, which goes in all the same (${source}).`)
}

/** Pending where it opens again for long enough; closed where it does not, since only a change of the configuration helps then. */
function waiting(
  { stage, hours, usual }: WindowRules,
  { why, from, need }: { readonly why: string; readonly from: number | undefined; readonly need: number },
): GateStatus {
  const openings = from === undefined ? [] : listOpenings(hours, from, openingsLookedAt)
  const next = openings.find((opening) => lengthOf(opening) >= need)
  if (next !== undefined)
    return gate(
      'pending',
      `${why} It opens at ${tellInstant(next.start, hours.timeZone)}${next === openings[0] ? '' : ' for long enough'}.`,
    )
  if (openings.length === 0)
    return gate('closed', `${why} It does not open any more. Change the windows or freezes of ${stage}, or withdraw the promotion.`)
  const longest = Math.max(...openings.map(lengthOf))
  return gate(
    'closed',
    `${why}${usualText(usual)} None of the next ${openings.length} openings is long enough; the longest is ${minutes(longest)}. Widen the windows of ${stage}.`,
  )
}

/** More than a month of nightly windows: whatever comes every week or month is among them. */
const openingsLookedAt = 40

function lengthOf({ start, end }: Interval): number {
  return end - start
}

function describeClosed({ stage, hours }: Pick<WindowRules, 'stage' | 'hours'>, freezes: readonly Freeze[]): string {
  if (freezes.length === 0) return `${stage} takes no promotions outside of its change windows.`
  const told = freezes.map(({ name, reason, to }) => `${name} (${reason}) until ${to.replace('T', ' ')} ${hours.timeZone}`)
  return `${stage} takes no promotions: frozen by ${told.join(', and by ')}.`
}

function usualText(usual: UsualDuration | undefined): string {
  if (usual === undefined) return ''
  return ` An attempt there usually takes ${minutes(usual.ms)} (${usual.attempts === 1 ? 'as the one before' : `median of ${usual.attempts}`}).`
}

/** Rounded up: what is too short is never told as just enough. */
function minutes(ms: number): string {
  return `${Math.ceil(ms / 60_000)} min`
}

function gate(state: GateStatus['state'], message: string): GateStatus {
  const reason: Reason = { subject: gateName('change-window'), message }
  return { kind: 'change-window', state, reasons: [reason] }
}
