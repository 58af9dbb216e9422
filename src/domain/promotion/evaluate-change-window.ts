import type { Instant } from '#domain/kernel'
import type { Standing } from './judge-standing.ts'
import type { GateStatus, Promotion } from './promotion.ts'

/** Whether the stage takes a promotion now: inside its windows, outside of its freezes. */
export function evaluateChangeWindow(_promotion: Promotion, _now: Instant, _standing: Standing): GateStatus {
  return { kind: 'change-window', state: 'closed', reasons: [] }
}
