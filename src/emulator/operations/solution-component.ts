import { ODataError } from '../errors.ts'
import { kindOfType } from '../kinds/component-type.ts'
import { kindInfo } from '../kinds/kind-table.ts'
import type { ComponentState } from '../layers/component-state.ts'
import { componentId, findByObjectId, listComponents, readComponent } from '../layers/component-state.ts'
import { dependenciesAmong } from '../layers/dependencies.ts'
import { violationOf } from '../layers/managed-properties.ts'
import type { Joining, Member } from '../layers/membership.ts'
import { findMember, joinSolution, listMembers, removeMember } from '../layers/membership.ts'
import { refusePatched } from '../layers/patches.ts'
import { findSolution, isRestricted } from '../layers/solutions.ts'
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
      const behavior = params.DoNotIncludeSubcomponents === true ? 1 : 0
      return add(tx, ctx, { solution, state, behavior }, params.AddRequiredComponents === true)
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
      if (isRestricted(solution)) throw notFromDefault()
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

// CannotRemoveComponentFromDefaultSolution (web-api A.5; wording of our own).
function notFromDefault(): ODataError {
  return new ODataError(400, '0x8004F000', 'A component cannot be removed from the default solution.')
}

/** Adds a component, and before it what it needs when that is asked for; tables before what lives in them. Gives the id of its row. */
export function add(tx: Transaction, ctx: OperationContext, joining: Omit<Joining, 'under'>, isWithRequired: boolean): string {
  const needed = isWithRequired ? dependenciesAmong(tx, [joining.state], listComponents(tx)).map(({ required }) => required) : []
  for (const state of [...needed, joining.state]) refuseAdding(tx, state)
  const { solution } = joining
  const isRoot = (state: ComponentState): boolean => state.parent === undefined
  for (const state of needed.filter(isRoot)) join(tx, ctx, { solution, state, behavior: 0 })
  for (const state of needed.filter((other) => !isRoot(other))) {
    const root = rootOf(tx, state)
    if (root !== undefined) join(tx, ctx, { solution, state: root, behavior: 1 })
    join(tx, ctx, { solution, state, behavior: 0 })
  }
  return join(tx, ctx, joining)
}

/**
 * Under the member that it belongs to, when that is in the solution too. A managed component gets the Active row that says nothing, as
 * nearly everything has that an unmanaged solution touched (facts-2 §6.1).
 */
function join(tx: Transaction, ctx: OperationContext, joining: Omit<Joining, 'under'>): string {
  const root = rootOf(tx, joining.state)
  if (root !== undefined) refuseRootless(tx, joining, root)
  const marked = touched(tx, joining.state, ctx.now().toISOString())
  if (marked !== joining.state) saveComponent(tx, marked)
  return joinSolution(tx, ctx, { ...joining, under: root === undefined ? undefined : componentId(root.kind, root.key) })
}

/** The table that a component lives in; undefined for one of the platform, which is no component here. */
function rootOf(tx: ReadTransaction, state: ComponentState): ComponentState | undefined {
  return state.parent === undefined ? undefined : readComponent(tx, state.parent)
}

/** SubcomponentMissingARoot (facts-2 §1.2; wording of our own): columns, keys, forms, views and charts only go where their table is. */
function refuseRootless(tx: ReadTransaction, { solution, state }: Omit<Joining, 'under'>, root: ComponentState): void {
  const uniqueName = String(solution.uniquename)
  if (findMember(tx, uniqueName, root) !== undefined) return
  const [name, rootName] = [kindInfo(state.kind).name, kindInfo(root.kind).name]
  throw new ODataError(
    400,
    '0x80048536',
    `The ${name} component ${state.id} cannot be added to solution ${uniqueName} because its root component, ${rootName} ${root.id}, is not in the solution.`,
  )
}

// CannotAddNonCustomizableComponent (facts-2 §1.2; wording of our own), and the block of unmanaged customizations for what is unmanaged (§6.4).
function refuseAdding(tx: Transaction, state: ComponentState): void {
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
