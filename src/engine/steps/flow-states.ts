import type { ObservedState } from '#domain/environment'
import type { PlannedFlow } from '#domain/plan'
import type { TargetBefore } from '#domain/promotion'
import { isSameName } from '#domain/settings'

/**
 * The state that a flow must be in when the promotion is done; undefined where that is not ours to say. Left as it is means: as it
 * was before the import, which may have switched it; a new flow that is left is off, as the release carries it.
 */
export function wantedState(flow: PlannedFlow, before: TargetBefore | null): 'on' | 'off' | undefined {
  if (flow.action === 'switch-on') return 'on'
  if (flow.action === 'switch-off') return 'off'
  if (before === null) return undefined
  const state = before.flows.find(({ id }) => isSameName(id, flow.id))?.state
  if (state === undefined) return flow.desired === 'off' ? 'off' : undefined
  // Suspending is the platform's own doing, and so is its end.
  return state === 'suspended' ? undefined : state
}

export function findFlow(observed: ObservedState, flow: PlannedFlow): ObservedState['flows'][number] | undefined {
  return observed.flows.find(({ id }) => isSameName(id, flow.id))
}
