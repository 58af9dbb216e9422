import type { ApprovalBinding } from '#domain/approval'
import { isSameBinding } from '#domain/approval'
import type { AttemptId, Reason, Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import type { Plan, PlanDifferences } from '#domain/plan'
import { diffPlans } from '#domain/plan'
import type { RecoveryPlan } from '#domain/recovery'
import { diffRecovery } from '#domain/recovery'
import type { NewPromotionEvent, Promotion } from './promotion.ts'

/** A plan that was made again for a promotion, and what decisions on it are bound to. */
export interface PlannedAgain {
  readonly plan: Plan
  readonly boundTo: ApprovalBinding
  /** How the target comes back, as it is known now; absent where nothing asks for it. */
  readonly recovery?: RecoveryPlan | undefined
}

/** How the promotion differs by what its target shows now. Material is whatever decisions are bound to: nothing of it changes silently. */
export function diffRenewal({ request }: Promotion, again: PlannedAgain): PlanDifferences {
  const { differences, noted } = diffPlans(request.plan, again.plan)
  const recovery = diffRecovery(request.recovery, again.recovery)
  if (isSameBinding(request.boundTo, again.boundTo)) return { differences: recovery, noted }
  const told = [...recovery, ...differences, ...diffPolicy(request.boundTo, again.boundTo)]
  return { differences: told.length > 0 ? told : [recordedOtherwise], noted }
}

function diffPolicy(before: ApprovalBinding, after: ApprovalBinding): Reason[] {
  if (before.policy === after.policy || before.policy === '') return []
  return [{ subject: 'policy', message: `It was ${before.policy} and is now ${after.policy}.` }]
}

const recordedOtherwise: Reason = {
  subject: 'plan',
  message: 'Decisions are now bound to more than the artifact and the plan; earlier ones do not say to what else.',
}

/** What is recorded of a plan that was made again; with an attempt, that attempt ends by it. Undefined where nothing differs. */
export function recordRenewal(again: PlannedAgain, found: PlanDifferences, attemptId?: AttemptId): NewPromotionEvent | undefined {
  if (found.differences.length === 0 && found.noted.length === 0) return undefined
  const { plan, boundTo, recovery } = again
  const data = {
    plan,
    boundTo,
    ...(recovery === undefined ? {} : { recovery }),
    ...found,
    ...(attemptId === undefined ? {} : { attemptId }),
  }
  return { type: 'plan-renewed', data, ...(attemptId === undefined ? {} : { key: `${attemptId}:ended` }) }
}

/** The no to somebody who decided on what is no longer so. */
export function planChanged({ request }: Promotion, differences: readonly Reason[]): Refusal {
  return refuse(
    'promotion.plan-changed',
    `What promotion ${request.promotionId} of ${request.solution} ${request.version} will do has changed since it was planned; nothing was decided.`,
    'Look at what changed, below and with the promotion, and decide again.',
    differences,
  ).refusal
}
