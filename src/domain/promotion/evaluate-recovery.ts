import type { Instant } from '#domain/kernel'
import { gateName } from '#domain/pipeline'
import { judgeReadiness } from '#domain/recovery'
import type { Standing } from './judge-standing.ts'
import type { GateStatus, Promotion } from './promotion.ts'

/** Whether the way back is known, and as tested as the tier asks. It is judged anew each time: a rehearsal may be held while a promotion waits. */
export function evaluateRecovery({ request, status }: Promotion, now: Instant, standing: Standing): GateStatus {
  const { recovery } = standing
  if (recovery === undefined) {
    const isWaiting = status.state === 'pending' || status.state === 'migrating'
    const message = isWaiting ? 'What the tier asks of the way back is not known.' : 'It was known when the work began.'
    return { kind: 'recovery', state: isWaiting ? 'closed' : 'open', reasons: [{ subject: gateName('recovery'), message }] }
  }
  const { state, reasons, hasUnknown } = judgeReadiness(request.recovery, { ...recovery, now })
  return { kind: 'recovery', state, reasons, ...(hasUnknown ? { hasUnknown } : {}) }
}
