import { fillBinding } from '#domain/approval'
import type { Plan } from '#domain/plan'
import type { PromotionRequest } from './promotion.ts'

/** A request as it is read today: ledgers are kept for years, and hold plans from before they told what becomes of the target's content. */
export function fillRequest(recorded: PromotionRequest): PromotionRequest {
  return { ...recorded, plan: fillPlan(recorded.plan), boundTo: fillBinding(recorded.boundTo) }
}

function fillPlan(recorded: Omit<Plan, AddedToPlans> & Partial<Pick<Plan, AddedToPlans>>): Plan {
  return { content: [], rescue: [], saferWay: [], unseen: [], fingerprint: '', ...recorded }
}

type AddedToPlans = 'content' | 'rescue' | 'saferWay' | 'unseen' | 'fingerprint'
