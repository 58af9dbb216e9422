import type { ConditionKind } from '#domain/pipeline'
import type { GateStatus } from './promotion.ts'

/** Conditions that open with time alone, while they may still open. */
const clearsWithTime: readonly ConditionKind[] = ['review-window', 'change-window', 'soak']

/**
 * A gate with what has to happen where it is not open: `wait` where it clears by itself, else `fix`, also where the people who have to decide are
 * named and only have to do so. What the gate itself says of that holds.
 */
export function withNext(gate: GateStatus): GateStatus {
  if (gate.state === 'open' || gate.next !== undefined) return gate
  return { ...gate, next: gate.state === 'pending' && clearsWithTime.includes(gate.kind) ? 'wait' : 'fix' }
}
