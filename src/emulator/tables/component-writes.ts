import type { ComponentPart } from '#format'
import { ODataError } from '../errors.ts'
import { behaviourOf } from '../kinds/behaviours.ts'
import { readPart } from '../kinds/content.ts'
import { kindInfo, kindOfTable } from '../kinds/kind-table.ts'
import { asModified } from '../kinds/shell.ts'
import type { ComponentState } from '../layers/component-state.ts'
import { componentId, currentDigest, findByObjectId, readComponent } from '../layers/component-state.ts'
import { deleteUnmanaged } from '../layers/deletion.ts'
import { inUseText } from '../layers/dependencies.ts'
import type { Violation } from '../layers/managed-properties.ts'
import { creationProperty, editProperty, violationOf } from '../layers/managed-properties.ts'
import { findMember, joinSolution } from '../layers/membership.ts'
import { findSolution } from '../layers/solutions.ts'
import { openComponent, saveComponent, withActive, withPending } from '../layers/stack.ts'
import { isLockedDown } from '../operations/import/lockdown.ts'
import { notSupported } from '../odata/refuse.ts'
import { patchRow } from '../store/rows.ts'
import type { Row, Transaction } from '../store/store.ts'
import type { Changes, WriteContext } from './table.ts'

export interface Edit {
  readonly table: string
  readonly id: string
  readonly changes: Changes
}

/** Changes a component's definition by hand: the Active layer, waiting for publishing where its kind has a publish concept. */
export function editComponent(tx: Transaction, ctx: WriteContext, { table, id, changes }: Edit): void {
  refuseLockdown(tx)
  const info = kindOfTable(table)
  const state = findByObjectId(tx, id)
  const digest = state === undefined ? undefined : currentDigest(state)
  if (info === undefined || state === undefined || digest === undefined) throw notSupported(`changing rows of '${table}'`)
  refuseManaged(violationOf(tx, state, { change: 'Update', property: editProperty(info.name, Object.keys(changes)) }))
  const next = behaviourOf(info.name)?.patch?.(readPart(tx, digest), changes)
  if (next === undefined) throw notSupported(`changing ${Object.keys(changes).join(', ')} of a row of '${table}'`)
  saveEdit(tx, ctx, state, next)
}

/** Saves a changed definition as {@link editComponent} does. */
export function saveEdit(tx: Transaction, ctx: WriteContext, state: ComponentState, changed: ComponentPart): void {
  const next = asModified(changed)
  refuseLockdown(tx)
  refuseManaged(violationOf(tx, state, { change: 'Update', property: 'iscustomizable' }))
  const info = kindInfo(state.kind)
  const writer = { at: ctx.now().toISOString(), guid: ctx.guid }
  const edited = info.publishedBy === undefined ? withActive(tx, state, next, writer) : withPending(tx, state, next, writer)
  saveComponent(tx, edited)
  patchRow(tx, info.table, state.id, { modifiedby: ctx.caller.userId, modifiedon: writer.at })
  joinNamedSolution(tx, ctx, edited)
}

/** Makes a component from the columns of a POST, in the solution of the request's header. Creating publishes by itself (facts-2 §5). */
export function createComponent(
  tx: Transaction,
  ctx: WriteContext,
  what: { readonly kind: string; readonly values: Row; readonly id: string },
): string {
  const part = behaviourOf(what.kind)?.create?.(what.values, what.id)
  if (part === undefined) throw notSupported(`creating a component of the kind ${what.kind}`)
  return createFromPart(tx, ctx, part, what.id)
}

/** As {@link createComponent}, from its definition. */
export function createFromPart(tx: Transaction, ctx: WriteContext, part: ComponentPart, newId: string): string {
  refuseLockdown(tx)
  refuseCreation(tx, part)
  const existing = readComponent(tx, componentId(part.kind, part.key))
  if (existing !== undefined && currentDigest(existing) !== undefined) {
    throw new ODataError(412, '0x80040237', `A component of the kind ${part.kind} with the name '${part.key}' already exists.`)
  }
  const writer = { at: ctx.now().toISOString(), guid: ctx.guid }
  const opened = openComponent(tx, part, { ...writer, guid: () => newId })
  const state = withActive(tx, opened, part, writer)
  saveComponent(tx, state)
  patchRow(tx, kindInfo(part.kind).table, state.id, { createdon: writer.at, createdby: ctx.caller.userId, ownerid: ctx.caller.userId })
  joinNamedSolution(tx, ctx, state)
  return state.id
}

/**
 * `DELETE` of a component by hand, with what lives in it: of what is unmanaged, and of nothing that others need. The codes are the
 * service's (web-api A.5); which of the two for managed components is given for which kind is unverified, and the wording for rows ours.
 */
export function removeComponentByHand(tx: Transaction, state: ComponentState): void {
  refuseLockdown(tx)
  const name = kindInfo(state.kind).name
  if (state.layers.length > 0)
    throw new ODataError(400, '0x8004F013', `The ${name} component ${state.id} belongs to a managed solution and cannot be deleted.`)
  const blockers = deleteUnmanaged(tx, state)
  if (blockers.length > 0) throw new ODataError(400, '0x8004F01F', inUseText(state, blockers.length))
}

/** The component behind a row, removed as {@link removeComponentByHand} does. */
export function removeRowByHand(tx: Transaction, table: string, id: string): void {
  const state = findByObjectId(tx, id)
  if (state === undefined) throw notSupported(`deleting rows of '${table}' that are no components`)
  removeComponentByHand(tx, state)
}

// The HTTP status of this refusal is not recorded anywhere; 400 is what the service gives to most.
function refuseManaged(violation: Violation | undefined): void {
  if (violation !== undefined) throw new ODataError(400, violation.code, violation.message)
}

/** A managed table may forbid new columns, forms, views or charts inside of it. */
function refuseCreation(tx: Transaction, part: ComponentPart): void {
  const parent = part.parent === undefined ? undefined : readComponent(tx, part.parent)
  const property = creationProperty(part.kind)
  if (parent !== undefined && property !== undefined) refuseManaged(violationOf(tx, parent, { change: 'Create', property }))
}

/** The unmanaged solution that a request's MSCRM.SolutionUniqueName header names gets the component; without the header only Default has it. */
function joinNamedSolution(tx: Transaction, ctx: WriteContext, state: ComponentState): void {
  if (ctx.solution === undefined) return
  const solution = findSolution(tx, ctx.solution)
  if (solution === undefined) throw new ODataError(404, '0x80048037', `The solution '${ctx.solution}' was not found.`)
  if (solution['ismanaged'] === true)
    throw new ODataError(403, '0x8004F024', `Cannot update solution '${ctx.solution}' because it is a managed solution.`)
  const parent = state.parent === undefined ? undefined : readComponent(tx, state.parent)
  if (parent !== undefined && isWhole(tx, ctx.solution, parent)) return
  if (parent !== undefined) joinSolution(tx, ctx, { solution, state: parent, under: undefined, behavior: 1 })
  joinSolution(tx, ctx, { solution, state, under: parent === undefined ? undefined : componentId(parent.kind, parent.key), behavior: 0 })
}

function isWhole(tx: Transaction, solution: string, table: ComponentState): boolean {
  return findMember(tx, solution, table)?.behavior === 0
}

// "Block unmanaged customizations" of the environment (facts-2 §6.4).
export function refuseLockdown(tx: Transaction): void {
  if (!isLockedDown(tx)) return
  throw new ODataError(
    403,
    '0x80072042',
    "This environment doesn't allow unmanaged customizations. This was a choice made by your admin, and certain actions won't be available or will be view only. Learn more: https://go.microsoft.com/fwlink/?linkid=2251006",
  )
}
