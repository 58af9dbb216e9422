import { ODataError } from '../errors.ts'
import { kindOfType } from '../kinds/component-type.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import type { ComponentState } from '../layers/component-state.ts'
import { componentId, findByObjectId, listComponents } from '../layers/component-state.ts'
import { dependenciesAmong } from '../layers/dependencies.ts'
import { violationOf } from '../layers/managed-properties.ts'
import type { Joining, Member } from '../layers/membership.ts'
import { findMember, joinSolution, listMembers, removeMember } from '../layers/membership.ts'
import { refusePatched } from '../layers/patches.ts'
import { findSolution } from '../layers/solutions.ts'
import { saveComponent, touched } from '../layers/stack.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import { refuseLockdown } from '../tables/component-writes.ts'
import type { Operation, OperationContext } from './operation.ts'

/** Puts a component into an unmanaged solution; one that is in already is answered with its row (facts-2 §1.2). */
export const addSolutionComponent: Operation = {
  name: 'AddSolutionComponent',
  kind: 'action',
  parameters: {
    ComponentId: { type: 'guid', required: true },
    ComponentType: { type: 'int', required: true },
    SolutionUniqueName: { type: 'string', required: true },
    AddRequiredComponents: { type: 'boolean', required: true },
    DoNotIncludeSubcomponents: { type: 'boolean', required: false },
  },
  async run(ctx, params) {
    const id = await ctx.env.write((tx) => {
      const solution = unmanagedSolution(tx, String(params.SolutionUniqueName))
      const state = requireComponent(tx, String(params.ComponentId), Number(params.ComponentType))
      refuseAdding(tx, state)
      if (params.AddRequiredComponents === true) {
        for (const { required } of dependenciesAmong(tx, [state], listComponents(tx)))
          join(tx, ctx, { solution, state: required, behavior: 0 })
      }
      return join(tx, ctx, { solution, state, behavior: params.DoNotIncludeSubcomponents === true ? 1 : 0 })
    })
    return { status: 200, body: { id } }
  },
}

/** Takes a component out of an unmanaged solution. The id is the component's own; the row's is taken too (facts-2 §1.2). */
export const removeSolutionComponent: Operation = {
  name: 'RemoveSolutionComponent',
  kind: 'action',
  parameters: {
    SolutionComponent: { type: 'complex', required: true },
    ComponentType: { type: 'int', required: true },
    SolutionUniqueName: { type: 'string', required: true },
  },
  async run(ctx, params) {
    const id = await ctx.env.write((tx) => {
      const uniqueName = String(params.SolutionUniqueName)
      const solution = unmanagedSolution(tx, uniqueName)
      const wanted = componentIdOf(params.SolutionComponent)
      const member = findMemberBy(tx, String(solution.uniquename), wanted)
      if (member === undefined) {
        throw new ODataError(
          400,
          '0x8004F021',
          `Cannot find solution component ${wanted} ${String(params.ComponentType)} in solution ${uniqueName}.`,
        )
      }
      for (const under of listMembers(tx, member.solution))
        if (under.under === componentId(member.kind, member.key)) removeMember(tx, under)
      removeMember(tx, member)
      return member.rowId
    })
    return { status: 200, body: { id } }
  },
}

/**
 * Under the member that it belongs to, when that is in the solution too. A managed component gets the Active row that says nothing, as
 * nearly everything has that an unmanaged solution touched (facts-2 §6.1).
 */
export function join(tx: Transaction, ctx: OperationContext, joining: Omit<Joining, 'under'>): string {
  const { parent } = joining.state
  const marked = touched(tx, joining.state, ctx.now().toISOString())
  if (marked !== joining.state) saveComponent(tx, marked)
  const isParentIn =
    parent !== undefined &&
    listMembers(tx, String(joining.solution.uniquename)).some((member) => componentId(member.kind, member.key) === parent)
  return joinSolution(tx, ctx, { ...joining, under: isParentIn ? parent : undefined })
}

// CannotAddNonCustomizableComponent (facts-2 §1.2; wording of our own), and the block of unmanaged customizations for what is unmanaged (§6.4).
export function refuseAdding(tx: Transaction, state: ComponentState): void {
  if (state.layers.length === 0) refuseLockdown(tx)
  if (violationOf(tx, state, { change: 'Update', property: 'iscustomizable' }) === undefined) return
  const name = kindInfo(state.kind).name
  throw new ODataError(400, '0x8004F015', `The ${name} component ${state.id} cannot be added to a solution because it is not customizable.`)
}

export function unmanagedSolution(tx: ReadTransaction, uniqueName: string): Row {
  const solution = findSolution(tx, uniqueName)
  if (solution === undefined) throw new ODataError(404, '0x80040217', `solution With uniquename = ${uniqueName} Does Not Exist`)
  if (solution.ismanaged === true)
    throw new ODataError(403, '0x8004F024', `Cannot update solution '${uniqueName}' because it is a managed solution.`)
  refusePatched(tx, solution)
  return solution
}

// SubcomponentDoesNotExist, InvalidComponentType (facts-2 §1.2, web-api A.5).
export function requireComponent(tx: ReadTransaction, objectId: string, type: number): ComponentState {
  const kind = kindOfType(tx, type)
  if (kind === undefined) throw new ODataError(400, '0x80072004', `The component type ${type} is not valid.`)
  const state = findByObjectId(tx, objectId)
  // Dashboards share the number of forms.
  if (state !== undefined && kindInfo(state.kind).table === kindInfo(kind).table) return state
  throw new ODataError(400, '0x80048537', `The component ${objectId} of type ${type} does not exist.`)
}

function componentIdOf(value: unknown): string {
  const id = typeof value === 'object' && value !== null && 'solutioncomponentid' in value ? value.solutioncomponentid : undefined
  if (typeof id === 'string') return id.toLowerCase()
  throw new ODataError(
    400,
    '0x80048d19',
    "Error identified in Payload provided by the user for Entity :'solutioncomponent': 'solutioncomponentid' is missing.",
  )
}

export function findMemberBy(tx: ReadTransaction, solution: string, id: string): Member | undefined {
  const state = findByObjectId(tx, id)
  const byComponent = state === undefined ? undefined : findMember(tx, solution, state)
  return (
    byComponent ??
    listMembers(tx, solution).find((member) => member.rowId === id || tx.get('solutioncomponent', member.rowId)?.objectid === id)
  )
}
