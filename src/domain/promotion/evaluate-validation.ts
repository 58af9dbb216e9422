import type { Instant, Reason } from '#domain/kernel'
import { gateName } from '#domain/pipeline'
import type { GovernedSolution } from '#domain/pipeline'
import type { GatePolicy } from '#domain/policy'
import type { Tier } from '#domain/solution'
import type { GateStatus, Promotion } from './promotion.ts'
import { watchOf } from './validation.ts'

/** What is known of how a solution is watched in a pet, and of what went in there last. */
export interface ValidationFacts {
  readonly policy: GatePolicy
  readonly tier: Tier
  readonly monitoring: GovernedSolution['monitoring']
  /** The promotion that brought what is there now; absent: none did. */
  readonly last?: Promotion | undefined
}

/** Whether it is named where a solution is watched, and what went into that pet last was watched and found well (REL-08: never waived). */
export function evaluateValidation(
  { request, status: { state: stage } }: Promotion,
  now: Instant,
  facts: ValidationFacts | undefined,
): GateStatus {
  if (facts === undefined && (stage === 'pending' || stage === 'migrating'))
    return {
      kind: 'validation',
      state: 'closed',
      next: 'fix',
      reasons: [reason('Nothing is known of how it is watched there, and of what went in last.')],
    }
  if (facts === undefined) return { kind: 'validation', state: 'open', reasons: [reason('It was known when the work began.')] }
  const { last } = facts
  // What services or mends production does not wait for the end of a watch over what it mends.
  const isUrgent = request.intent !== undefined && request.intent.kind !== 'release'
  const judged = [judgeMonitoring(facts), ...(isUrgent || last === undefined ? [] : [judgeLast(last, facts, now)])]
  const state = (['closed', 'pending'] as const).find((candidate) => judged.some((one) => one.state === candidate)) ?? 'open'
  const next = judged.some((one) => one.next === 'fix') ? 'fix' : 'wait'
  return {
    kind: 'validation',
    state,
    reasons: judged.map((one) => one.reason),
    ...(state === 'open' && judged.some((one) => one.hasUnknown === true) ? { hasUnknown: true } : {}),
    ...(state === 'open' ? {} : { next }),
  }
}

interface Judged {
  readonly state: GateStatus['state']
  readonly reason: Reason
  readonly next?: 'fix' | 'wait'
  readonly hasUnknown?: boolean
}

function judgeMonitoring({ policy, tier, monitoring }: ValidationFacts): Judged {
  if (monitoring !== undefined)
    return { state: 'open', reason: reason(`It is watched at ${monitoring.url}; alarms reach ${monitoring.contact}.`) }
  const demand = policy.monitoring[tier]
  if (demand.value === 'not-asked') return { state: 'open', reason: reason('Nobody asks where it is watched.') }
  const todo = `Where it is watched is not named (${demand.source}). Write monitoring: { url, contact } to the solution in drover.yaml and apply it.`
  return demand.value === 'required'
    ? { state: 'closed', reason: reason(todo), next: 'fix' }
    : { state: 'open', reason: reason(`Advice: ${todo}`), hasUnknown: true }
}

function judgeLast(last: Promotion, { policy }: ValidationFacts, now: Instant): Judged {
  const { promotionId, solution, version } = last.request
  const what = `${solution} ${version}, which went in last,`
  const how = `drover promotion validate ${promotionId} --outcome passed --note "…"`
  const watch = watchOf(last, policy, now)
  switch (watch.state) {
    case 'not-asked':
      return { state: 'open', reason: reason(`${what} needs no validation.`) }
    case 'passed':
      return { state: 'open', reason: reason(`${what} was validated at ${watch.validation.at}: ${watch.validation.note}`) }
    case 'failed':
      return { state: 'closed', next: 'fix', reason: reason(`${what} did not stand its validation: ${watch.validation.note}`) }
    case 'watching':
      return { state: 'pending', next: 'wait', reason: reason(`${what} is watched until ${watch.until}; then: ${how}`) }
    case 'due':
      return { state: 'pending', next: 'fix', reason: reason(`${what} was watched, and nobody said how that went. Say it: ${how}`) }
  }
}

function reason(message: string): Reason {
  return { subject: gateName('validation'), message }
}
