import { keepCoOwner } from '../auth/row-shares.ts'
import { ODataError } from '../errors.ts'
import { rememberFlow } from '../kinds/flow-memory.ts'
import { cloudFlowCategory } from '../kinds/workflow.ts'
import { patchRow } from '../store/rows.ts'
import type { Row, Transaction } from '../store/store.ts'
import { editComponent, refuseLockdown } from './component-writes.ts'
import { checkActivation, checkClientData } from './flow-activation.ts'
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
  if (isFlow(row) && 'clientdata' in definition) checkDefinitionEdit(row, definition['clientdata'])
  if (Object.keys(definition).length > 0) editComponent(tx, ctx, { table: 'workflow', id, changes: definition })
  const current = tx.get('workflow', id) ?? row
  if (state !== undefined && !isFlow(current)) checkClassic(tx, ctx, current, state)
  if (state?.statecode === 1 && current['statecode'] !== 1 && isFlow(current)) checkActivation(tx, current, ctx)
  if (typeof ownerid === 'string' && isFlow(current))
    keepCoOwner(tx, current, { owner: ownerid, at: ctx.now().toISOString(), guid: ctx.guid })
  patchRow(tx, 'workflow', id, {
    ...(typeof ownerid === 'string' ? { ownerid } : {}),
    ...(state ?? {}),
    modifiedon: ctx.now().toISOString(),
    modifiedby: ctx.caller.userId,
  })
  if (state?.statecode === 1) rememberFlow(tx, id, { wasPublished: true })
}

function isFlow(row: Row): boolean {
  return Number(row['category']) === cloudFlowCategory
}

function checkDefinitionEdit(row: Row, clientdata: unknown): void {
  // facts-2 §1.5; a change of state in the same request does not help (U).
  if (row['statecode'] === 1)
    throw new ODataError(400, '0x80060466', 'Cannot update property "clientdata" on a published Modern Flow process.')
  checkClientData(clientdata)
}

/** Classic processes: an owner switches its own (facts-2 §1.5), and nobody where unmanaged customizations are blocked (facts-2 §6.4). */
function checkClassic(tx: Transaction, ctx: WriteContext, row: Row, state: StateChange): void {
  if (row['statecode'] === state.statecode) return
  refuseLockdown(tx)
  const owner = row['ownerid'] ?? null
  if (state.statecode === 1 && owner !== null && owner !== ctx.caller.userId) {
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
