import { toId } from '#domain/kernel'
import type { Instant, PersonId } from '#domain/kernel'
import { addWorkingDays, type OwedItem, owedGatesOf, type Promotion } from '#domain/promotion'
import type { WaiverView } from '#engine'

const at = toId<Instant>('2026-11-21T09:30:00.000Z')
const grace = toId<PersonId>('grace')

/** The same promotion as an emergency that goes past the board, leans on a waiver, and has waited for too long. */
export function asEmergency(promotion: Promotion, reason = 'Expenses cannot be paid out'): Promotion {
  const { request } = promotion
  return {
    ...promotion,
    request: {
      ...request,
      intent: {
        kind: 'emergency',
        reason,
        notWaitedFor: [{ kind: 'cab', people: [grace], quorum: 1, expiresAfterHours: 72 }],
        signOffWorkingDays: 5,
        expiresAt: toId('2026-11-22T09:30:00.000Z'),
      },
      boundTo: { ...request.boundTo, waivers: ['w-1'] },
    },
    escalations: [{ gate: 'approval', since: at, afterHours: 24, roles: ['approver'], to: [toId('ada')], escalatedAt: at }],
  }
}

export const sampleWaiver: WaiverView = {
  waiver: {
    waiverId: 'w-1',
    waives: { kind: 'check', ruleId: 'STR-06' },
    scope: { solution: 'ContosoExpenses' },
    reason: 'The vendor mends it in February.',
    measure: 'The form is tested by hand.',
    requestedBy: toId('ada'),
    requestedAt: at,
    from: at,
    until: toId('2027-01-31T00:00:00.000Z'),
    decided: { by: grace, verdict: 'approve', comment: '', at },
  },
  state: 'in-force',
  may: [],
}

/** What it owes, once it is in. */
export function owedOf(promotion: Promotion): readonly OwedItem[] {
  const { promotionId, solution, version, environmentId, plan, requestedBy } = promotion.request
  return owedGatesOf(promotion)
    .filter(({ given, quorum }) => given.length < quorum)
    .map((owed) => ({
      ...{ ...owed, promotionId, solution, version, environmentId, lane: plan.target.lane, requestedBy },
      ...{ intent: 'emergency' as const, dueAt: addWorkingDays(owed.since, 5), isOverdue: true, isRefused: false },
    }))
}
