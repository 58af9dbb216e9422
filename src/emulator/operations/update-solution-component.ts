import { ODataError } from '../errors.ts'
import { putMember } from '../layers/membership.ts'
import type { Transaction } from '../store/store.ts'
import type { Operation, OperationContext } from './operation.ts'
import { findMemberBy, requireComponent, unmanagedSolution } from './solution-component.ts'

/**
 * Changes how much of a component an unmanaged solution holds (web-api A.3). Of a table that is in without all subcomponents: no settings,
 * an empty list, leave it in as a shell; otherwise it is in with its own metadata. Single settings are refused. Answers nothing.
 */
export const updateSolutionComponent: Operation = {
  name: 'UpdateSolutionComponent',
  kind: 'action',
  parameters: {
    ComponentId: { type: 'guid', required: true },
    ComponentType: { type: 'int', required: true },
    SolutionUniqueName: { type: 'string', required: true },
    IncludedComponentSettingsValues: { type: 'collection', required: false },
  },
  async run(ctx, params) {
    const settings = params.IncludedComponentSettingsValues
    if (Array.isArray(settings) && settings.length > 0)
      throw new ODataError(501, '0x80040203', 'This local Dataverse does not support single values in IncludedComponentSettingsValues.')
    await ctx.env.write((tx) => update(tx, ctx, { params, isShell: Array.isArray(settings) }))
    return { status: 204 }
  },
}

function update(
  tx: Transaction,
  ctx: OperationContext,
  { params, isShell }: { readonly params: Readonly<Record<string, unknown>>; readonly isShell: boolean },
): void {
  const solution = unmanagedSolution(tx, String(params.SolutionUniqueName))
  const state = requireComponent(tx, String(params.ComponentId), Number(params.ComponentType))
  const uniqueName = String(solution.uniquename)
  const member = findMemberBy(tx, uniqueName, state.id)
  if (member === undefined)
    throw new ODataError(
      400,
      '0x8004F021',
      `Cannot find solution component ${state.id} ${String(params.ComponentType)} in solution ${uniqueName}.`,
    )
  if (state.kind !== 'Entity' || member.behavior === 0) return
  const about = { objectId: state.id, at: ctx.now().toISOString(), by: ctx.caller.userId }
  putMember(tx, solution, { ...member, behavior: isShell ? 2 : 1 }, about)
}
