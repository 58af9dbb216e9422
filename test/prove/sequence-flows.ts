import type { PlannedFlow } from '#domain/plan'
import type { FlowState } from './sequence.ts'

/** What whoever watched knows of the flow of ours in production. */
export interface FlowBelief {
  /** As people and what went in left it; undefined where it is not there. */
  readonly state: FlowState | undefined
  /** What the release that went in last wanted of it; undefined where none did, or where nobody could tell why it was off. */
  readonly wanted: FlowState | undefined
}

export const noFlow: FlowBelief = { state: undefined, wanted: undefined }

/**
 * What becomes of a flow when a release goes in that has it. Who stopped one that the release before wanted on did so on purpose, and who started
 * one that it wanted off, too; the settings of the stage say more than the files, and what is new or was off before anybody knew follows them.
 */
export function flowAfter(
  { inFiles, inStage }: { readonly inFiles: FlowState; readonly inStage: FlowState | undefined },
  { state, wanted }: FlowBelief,
): FlowBelief {
  if (inStage === 'off') return { state: 'off', wanted: 'off' }
  const wants = inStage ?? inFiles
  if (wants === 'off') return { state: state === 'on' && wanted !== 'on' ? 'on' : 'off', wanted: 'off' }
  if (state !== 'off') return { state: 'on', wanted: 'on' }
  if (wanted === 'on') return { state: 'off', wanted: 'on' }
  if (wanted === 'off' || inStage === 'on') return { state: 'on', wanted: 'on' }
  return { state: 'off', wanted: undefined }
}

/** The state that a plan announces for a flow that was in another before. */
export function flowInPlan({ action }: Pick<PlannedFlow, 'action'>, before: FlowState | undefined): FlowState {
  if (action === 'leave') return before ?? 'off'
  return action === 'switch-on' ? 'on' : 'off'
}
