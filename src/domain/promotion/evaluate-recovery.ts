import type { Instant } from '#domain/kernel'
import type { Standing } from './judge-standing.ts'
import type { GateStatus, Promotion } from './promotion.ts'

/** Whether the way back is known, and as tested as the tier asks. */
export function evaluateRecovery(_promotion: Promotion, _now: Instant, _standing: Standing): GateStatus {
  return { kind: 'recovery', state: 'closed', reasons: [] }
}
