import { findObject, putObject, removeObject } from './object-index.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'

export interface Change {
  readonly Key: string
  readonly Value: unknown
}

export interface ManagedLayer {
  readonly solution: string
  readonly publisher: string
  readonly digest: string
  /** ISO instant. */
  readonly overwrittenAt: string
  /** True for a table that its solution carries only as the place of columns: a layer that says nothing about the table. */
  readonly isShell?: boolean
  /** The solution that a patch or a holding solution builds on: of all its layers the topmost speaks for it. */
  readonly of?: string
}

/** The one unmanaged layer on top of all (web-api H.1). */
export interface ActiveLayer {
  /** Undefined for a phantom row, which says nothing (facts-2 §6.1). */
  readonly digest: string | undefined
  readonly overwrittenAt: string
  readonly changes: readonly Change[]
  /** The managed definition that it was made on, for kinds that merge; what it changes of that is laid over every later one. */
  readonly over?: string | undefined
}

export interface Pending {
  readonly digest: string
  /** ISO instant. */
  readonly changedAt: string
  /** The managed definition that it was made on; for kinds that merge it is carried along when that changes. */
  readonly over?: string | undefined
}

/** One component of an environment: its stack of layers and what waits for publishing. */
export interface ComponentState {
  readonly kind: string
  readonly key: string
  /** The object id of this environment; metadata ids differ between environments, ids of forms or flows do not. */
  readonly id: string
  readonly name: string
  /** `kind:key` of the component that it lives in. */
  readonly parent: string | undefined
  /** Place in exports: the order in which components came into the environment. */
  readonly sequence: number
  /** Managed layers, bottom first. */
  readonly layers: readonly ManagedLayer[]
  readonly active: ActiveLayer | undefined
  /** Saved and not published. */
  readonly pending: Pending | undefined
  /** What the layers make together, for kinds that merge; undefined where that is what the top one says. Made when the state is saved. */
  readonly merged?: { readonly managed: string; readonly published: string } | undefined
}

const table = '~component'

export function componentId(kind: string, key: string): string {
  return `${kind}:${key}`
}

export function readComponent(tx: ReadTransaction, id: string): ComponentState | undefined {
  return toState(tx.get(table, id))
}

export function listComponents(tx: ReadTransaction): readonly ComponentState[] {
  return tx.list(table).flatMap((row) => toState(row) ?? [])
}

export function writeComponent(tx: Transaction, state: ComponentState): void {
  const id = componentId(state.kind, state.key)
  tx.put(table, id, storedState(state))
  putObject(tx, state.id, id)
}

/** What nothing is said of is left out: most components have one layer and nothing else. */
function storedState({ kind, key, id, name, parent, sequence, layers, active, pending, merged }: ComponentState): Row {
  const row: Record<string, unknown> = { kind, key, id, name, sequence, layers }
  if (parent !== undefined) row.parent = parent
  if (active !== undefined) row.active = active
  if (pending !== undefined) row.pending = pending
  if (merged !== undefined) row.merged = merged
  return row
}

export function removeComponent(tx: Transaction, state: ComponentState): void {
  tx.remove(table, componentId(state.kind, state.key))
  removeObject(tx, state.id)
}

/** The component with an object id (`solutioncomponent.objectid`, `msdyn_componentid`). */
export function findByObjectId(tx: ReadTransaction, objectId: string): ComponentState | undefined {
  const id = findObject(tx, objectId.toLowerCase())
  return id === undefined ? undefined : readComponent(tx, id)
}

/** What everybody sees and exports contain: all layers merged, or the top one. Undefined while never published. */
export function publishedDigest(state: ComponentState): string | undefined {
  return state.merged?.published ?? state.active?.digest ?? managedDigest(state)
}

/** What the managed layers say: merged, or the top one. */
export function managedDigest(state: ComponentState): string | undefined {
  return state.merged?.managed ?? topManagedDigest(state)
}

/** The top managed definition. */
export function topManagedDigest(state: Pick<ComponentState, 'layers'>): string | undefined {
  return (state.layers.filter((layer) => layer.isShell !== true).at(-1) ?? state.layers.at(-1))?.digest
}

/** What an editor sees: the pending state, else the published one. */
export function currentDigest(state: ComponentState): string | undefined {
  return state.pending?.digest ?? publishedDigest(state)
}

/** True when removing the solutions' layers removes the component: a mere place of columns in another solution does not hold a table. */
export function isHeldOnlyBy(state: ComponentState, solutions: readonly string[]): boolean {
  const speaking = state.layers.filter((layer) => layer.isShell !== true)
  const holding = speaking.length > 0 ? speaking : state.layers
  return holding.length > 0 && holding.every((layer) => solutions.includes(layer.solution))
}

export function isManaged(state: ComponentState): boolean {
  return state.layers.length > 0
}

function toState(row: Row | undefined): ComponentState | undefined {
  // Rows of this table are written by writeComponent only.
  return row as ComponentState | undefined
}
