import { ODataError } from '../errors.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import type { ComponentState } from '../layers/component-state.ts'
import { findByObjectId } from '../layers/component-state.ts'
import type { ReadTransaction } from '../store/store.ts'
import type { Operation } from './operation.ts'
import { add, unmanagedSolution } from './solution-component.ts'

/**
 * Puts a component, named by its table and id, into an unmanaged solution in the background (web-api A.3). IncludeChildComponents says whether
 * a table comes with all subcomponents, IncludeEntityMetadata is taken as given. That it waits as an edit does is unverified.
 */
export const addComponentToSolutionAsync: Operation = {
  name: 'AddComponentToSolutionAsync',
  kind: 'action',
  parameters: {
    LogicalName: { type: 'string', required: true },
    Id: { type: 'guid', required: true },
    SolutionUniqueName: { type: 'string', required: true },
    AddRequiredComponents: { type: 'boolean', required: true },
    IncludeChildComponents: { type: 'boolean', required: false },
    IncludeEntityMetadata: { type: 'boolean', required: false },
  },
  async run(ctx, params) {
    ctx.env.read((tx) => unmanagedSolution(tx, String(params.SolutionUniqueName)))
    const { asyncOperationId } = await ctx.jobs.start({
      env: ctx.env,
      caller: ctx.caller,
      lock: 'EntityCustomization',
      messageName: 'AddComponentToSolutionAsync',
      operationName: 'AddComponentToSolution',
      operationType: 54,
      history: undefined,
      importJob: undefined,
      commit(tx) {
        const solution = unmanagedSolution(tx, String(params.SolutionUniqueName))
        const state = requireRow(tx, String(params.LogicalName), String(params.Id))
        const behavior = params.IncludeChildComponents === false ? 1 : 0
        add(tx, ctx, { solution, state, behavior }, params.AddRequiredComponents === true)
        return { result: 'succeeded' }
      },
    })
    return { status: 200, body: { AsyncOperationId: asyncOperationId } }
  },
}

function requireRow(tx: ReadTransaction, logicalName: string, id: string): ComponentState {
  const state = findByObjectId(tx, id)
  if (state !== undefined && kindInfo(state.kind).table === logicalName.toLowerCase()) return state
  throw new ODataError(404, '0x80040217', `${logicalName} With Id = ${id} Does Not Exist`)
}
