import { ODataError } from '../errors.ts'
import { cloudFlowCategory } from '../kinds/workflow.ts'
import { patchRow } from '../store/rows.ts'
import type { Row, Transaction } from '../store/store.ts'
import { editComponent } from './component-writes.ts'
import { checkActivation, flowMemory } from './flow-activation.ts'
import type { Changes, WriteContext } from './table.ts'

interface StateChange {
  readonly statecode: 0 | 1
  readonly statuscode: 1 | 2
}

/** `PATCH workflows(id)`: state and owner belong to the row, everything else is an edit of the definition. */
export async function updateWorkflow(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  const { statecode, statuscode, ownerid, ...definition } = changes
  const state = wantedState(statecode, statuscode)
  if (state === undefined) return ctx.env.write((tx) => change(tx, ctx, { row, ownerid, definition, state }))
  await ctx.jobs.withLock(ctx.env.name, 'WorkflowSetState', () =>
    ctx.env.write((tx) => change(tx, ctx, { row, ownerid, definition, state })),
  )
}

interface Wanted {
  readonly row: Row
  readonly ownerid: unknown
  readonly definition: Changes
  readonly state: StateChange | undefined
}

function change(tx: Transaction, ctx: WriteContext, { row, ownerid, definition, state }: Wanted): void {
  const id = String(row['workflowid'])
  if (Object.keys(definition).length > 0) editComponent(tx, ctx, { table: 'workflow', id, changes: definition })
  const current = tx.get('workflow', id) ?? row
  if (state?.statecode === 1 && current['statecode'] !== 1) checkTurnOn(tx, ctx, current)
  patchRow(tx, 'workflow', id, {
    ...(typeof ownerid === 'string' ? { ownerid } : {}),
    ...(state ?? {}),
    modifiedon: ctx.now().toISOString(),
    modifiedby: ctx.caller.userId,
  })
  if (state?.statecode === 1) tx.put(flowMemory, id, { wasPublished: true })
}

function checkTurnOn(tx: Transaction, ctx: WriteContext, flow: Row): void {
  if (Number(flow['category']) === cloudFlowCategory) return checkActivation(tx, flow, ctx.caller)
  const owner = flow['ownerid'] ?? null
  if (owner !== null && owner !== ctx.caller.userId) {
    throw new ODataError(403, '0x8004500B', 'The workflow cannot be published or unpublished by someone who is not its owner.')
  }
}

// Draft goes with 0/1 and activated with 1/2; 2 (suspended) is set by the platform alone.
function wantedState(statecode: unknown, statuscode: unknown): StateChange | undefined {
  if (statecode === undefined && statuscode === undefined) return undefined
  const state = statecode ?? (statuscode === 2 ? 1 : 0)
  const status = statuscode ?? (state === 1 ? 2 : 1)
  if (state === 0 && status === 1) return { statecode: 0, statuscode: 1 }
  if (state === 1 && status === 2) return { statecode: 1, statuscode: 2 }
  throw new ODataError(400, '0x80048408', `${String(status)} is not a valid status code for state code ${String(state)} on workflow.`)
}
