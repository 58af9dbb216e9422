import type { ComponentPart } from '#format'
import { rememberFlow } from '../../kinds/flow-memory.ts'
import { isActivatedInPackage, isFlow } from '../../kinds/workflow.ts'
import { ODataError } from '../../errors.ts'
import { patchRow } from '../../store/rows.ts'
import type { ReadTransaction, Transaction } from '../../store/store.ts'
import { checkActivation } from '../../tables/flow-activation.ts'
import type { OperationContext } from '../operation.ts'

const table = '~setting'
const name = 'newFlowsTakeExportedState'

/**
 * Whether a flow that an import brings for the first time tries the state that it was exported with. Sources contradict each other
 * (release-facts §5), so it is a switch of the environment, off from the start: flows arrive turned off.
 */
export function setNewFlowsTakeExportedState(tx: Transaction, value: boolean): void {
  tx.put(table, name, { value })
}

/** Cloud flows of a package that the environment does not have yet and that were on where they came from; none unless the switch is on. */
export function flowsToTurnOn(tx: ReadTransaction, parts: readonly ComponentPart[]): readonly string[] {
  if (tx.get(table, name)?.value !== true) return []
  const flows = parts.filter((part) => part.kind === 'Workflow' && isFlow(part) && isActivatedInPackage(part))
  return flows.map((part) => part.key).filter((id) => tx.get('workflow', id) === undefined)
}

/** Turns flows on that can be, children before parents; the others stay off without a word. */
export function turnOnFlows(tx: Transaction, ctx: OperationContext, ids: readonly string[]): void {
  const failed = ids.filter((id) => !turnOn(tx, ctx, id))
  if (failed.length > 0 && failed.length < ids.length) turnOnFlows(tx, ctx, failed)
}

function turnOn(tx: Transaction, ctx: OperationContext, id: string): boolean {
  const flow = tx.get('workflow', id)
  if (flow === undefined) return false
  try {
    checkActivation(tx, flow, ctx)
  } catch (error) {
    if (error instanceof ODataError) return false
    throw error
  }
  patchRow(tx, 'workflow', id, { statecode: 1, statuscode: 2 })
  rememberFlow(tx, id, { wasPublished: true })
  return true
}
