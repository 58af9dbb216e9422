import { putRow } from '../store/rows.ts'
import type { Row, Transaction } from '../store/store.ts'
import type { ComponentState } from './component-state.ts'
import { componentId, isHeldOnlyBy, listComponents } from './component-state.ts'
import { blockedText, blockersOf } from './dependencies.ts'
import { withMerged } from './effective.ts'
import { leaveSolutions, listMembers, putMember, removeMember, rootsFirst } from './membership.ts'
import { patchesOf, withPatches } from './patches.ts'
import { findSolution } from './solutions.ts'
import { deleteComponent, saveComponent, withoutManaged } from './stack.ts'

/** Why layers cannot be removed: the service's code and text. */
export interface RemovalBlock {
  readonly code: string
  readonly message: string
}

/**
 * Removes the layers of solutions from components; those that nothing else holds are deleted. Changes nothing and says why when
 * another component needs one of those, or when it would take the base from under another publisher (facts-2 §8). `staying` are other
 * components as they will be when the layers are gone.
 */
export function removeLayers(
  tx: Transaction,
  solutions: readonly string[],
  from: readonly ComponentState[],
  staying: readonly ComponentState[] = [],
): RemovalBlock | undefined {
  const covered = from.find((state) => isBaseOfAnother(state, solutions))
  if (covered !== undefined) return { code: '0x8004F01D', message: baseLayerText(covered) }
  const doomed = withSubcomponents(
    tx,
    from.filter((state) => isHeldOnlyBy(state, solutions)),
  )
  const gone = new Set(doomed.map(idOf))
  const lowered = from.filter((state) => !gone.has(idOf(state))).map((state) => withoutManaged(state, solutions))
  const lost = doomed.filter((state) => !staysWithPlatform(state))
  const blocks = blockersOf(tx, lost, [...lost, ...afterwards(tx, gone, [...lowered, ...staying])])
  if (blocks.length > 0) return { code: '0x8004F01D', message: blockedText(tx, blocks) }
  for (const state of lowered) saveComponent(tx, state)
  leaveSolutions(tx, doomed)
  for (const state of doomed) deleteComponent(tx, state)
  return undefined
}

/** What is left, as it will be: a merged form no longer needs what only a layer named that goes. */
function afterwards(tx: Transaction, gone: ReadonlySet<string>, changed: readonly ComponentState[]): readonly ComponentState[] {
  const later = new Map(changed.map((state) => [idOf(state), state]))
  return listComponents(tx)
    .filter((state) => !gone.has(idOf(state)))
    .map((state) => {
      const next = later.get(idOf(state))
      return next === undefined ? state : withMerged(tx, next)
    })
}

/** Puts `<Name>_Upgrade` in the place of its base and the base's patches: what vanished is deleted, the rest takes the new definition (web-api H). */
export function promote(tx: Transaction, base: Row, upgrade: Row): RemovalBlock | undefined {
  const old = withPatches(tx, base)
  const upgradeName = String(upgrade.uniquename)
  const all = listComponents(tx).filter((state) =>
    state.layers.some((layer) => old.includes(layer.solution) || layer.solution === upgradeName),
  )
  const vanished = all.filter((state) => !state.layers.some((layer) => layer.solution === upgradeName))
  const gone = new Set(vanished.map(idOf))
  const staying = all.filter((state) => !gone.has(idOf(state))).map((state) => renamed(state, old, upgradeName))
  const block = removeLayers(tx, old, vanished, staying)
  if (block !== undefined) return block
  for (const state of staying) saveComponent(tx, state)
  for (const patch of patchesOf(tx, base)) dropContainer(tx, patch)
  renameSolution(tx, base, upgrade)
  return undefined
}

/** A table takes its ribbon, and unmanaged things inside it, along (facts-2 §8); managed ones of other solutions block. */
function withSubcomponents(tx: Transaction, doomed: readonly ComponentState[]): readonly ComponentState[] {
  const gone = new Set(doomed.map(idOf))
  const inside = listComponents(tx).filter(
    (state) => state.parent !== undefined && gone.has(state.parent) && !gone.has(idOf(state)) && state.layers.length === 0,
  )
  return [...doomed, ...inside]
}

/** The platform's own tables and columns, which have no publisher's prefix, are there without the layer: nobody can miss them. */
function staysWithPlatform(state: ComponentState): boolean {
  const names = state.kind === 'Entity' || state.kind === 'Attribute' ? state.key.split('.') : []
  return names.length > 0 && names.every((name) => !name.includes('_'))
}

/** A layer that is only the place of columns is neither a base nor something above it. */
function isBaseOfAnother(state: ComponentState, solutions: readonly string[]): boolean {
  const [base, ...others] = state.layers.filter((layer) => layer.isShell !== true)
  const above = others.find((layer) => !solutions.includes(layer.solution))
  return base !== undefined && solutions.includes(base.solution) && above !== undefined && above.publisher !== base.publisher
}

function baseLayerText(state: ComponentState): string {
  return `The uninstall operation will delete the base layer for the component '${state.name}' with id '${state.id}'. The operation cannot continue because there are other managed layers over the base layer. You can use the solution layers to find out which other solutions are blocking the operation.`
}

/**
 * The upgrade's layer at the lowest place that its base or a patch had, under the name of the base. A table that the upgrade carries only
 * as the place of columns keeps what its base said of it: that the service does so is unverified.
 */
function renamed(state: ComponentState, old: readonly string[], upgradeName: string): ComponentState {
  const own = state.layers.find((layer) => layer.solution === upgradeName)
  const [baseName] = old
  if (own === undefined || baseName === undefined) return state
  const at = state.layers.findIndex((layer) => layer === own || old.includes(layer.solution))
  const rest = state.layers.filter((layer) => layer !== own && !old.includes(layer.solution))
  const said = own.isShell === true ? state.layers.findLast((layer) => old.includes(layer.solution) && layer.isShell !== true) : undefined
  return { ...state, layers: rest.toSpliced(at, 0, { ...(said ?? own), solution: baseName }) }
}

/** The holding solution is renamed: it keeps its own id, and the base's row goes. */
function renameSolution(tx: Transaction, base: Row, upgrade: Row): void {
  const [baseName, upgradeName] = [String(base.uniquename), String(upgrade.uniquename)]
  for (const member of listMembers(tx, baseName)) removeMember(tx, member)
  const row: Row = { ...upgrade, uniquename: baseName, installedon: base.installedon, updatedon: upgrade.installedon }
  for (const member of rootsFirst(listMembers(tx, upgradeName))) {
    const objectId = tx.get('solutioncomponent', member.rowId)?.objectid
    removeMember(tx, member)
    putMember(
      tx,
      row,
      { ...member, solution: baseName },
      { objectId: typeof objectId === 'string' ? objectId : undefined, at: String(upgrade.modifiedon), by: String(upgrade.modifiedby) },
    )
  }
  for (const recorded of tx.list('~dependency')) {
    if (recorded.solution === baseName) tx.remove('~dependency', String(recorded.id))
    else if (recorded.solution === upgradeName) tx.put('~dependency', String(recorded.id), { ...recorded, solution: baseName })
  }
  tx.remove('solution', String(base.solutionid))
  putRow(tx, 'solution', String(row.solutionid), row)
}

/** Removes a managed solution with its patches and all that only they hold (web-api H: patches go first, by themselves). */
export function uninstall(tx: Transaction, solution: Row): RemovalBlock | undefined {
  const names = withPatches(tx, solution)
  const block =
    pendingUpgrade(tx, solution) ??
    removeLayers(
      tx,
      names,
      listComponents(tx).filter((state) => state.layers.some((layer) => names.includes(layer.solution))),
    )
  if (block !== undefined) return block
  for (const patch of patchesOf(tx, solution)) dropContainer(tx, patch)
  dropContainer(tx, solution)
  return undefined
}

/** A base stays while its upgrade is pending (observed by users of public solutions; code unverified, wording of our own). */
function pendingUpgrade(tx: Transaction, solution: Row): RemovalBlock | undefined {
  const upgrade = findSolution(tx, `${String(solution.uniquename)}_Upgrade`)
  if (upgrade === undefined) return undefined
  const message = `The solution ${String(solution.uniquename)} is the base for an upgrade solution. Please delete ${String(upgrade.uniquename)} first.`
  return { code: '0x8004F01D', message }
}

/** Removes the solution and its membership, and no component (web-api H: deleting an unmanaged solution). */
export function dropContainer(tx: Transaction, solution: Row): void {
  const name = String(solution.uniquename)
  for (const member of listMembers(tx, name)) removeMember(tx, member)
  for (const recorded of tx.list('~dependency')) if (recorded.solution === name) tx.remove('~dependency', String(recorded.id))
  tx.remove('solution', String(solution.solutionid))
}

function idOf(state: ComponentState): string {
  return componentId(state.kind, state.key)
}
