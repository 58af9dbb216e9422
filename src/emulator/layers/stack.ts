import type { ComponentPart } from '#format'
import { definitionColumns, project, removeProjection } from '../kinds/projection.ts'
import { putPart } from '../kinds/content.ts'
import { bareGuid, valueOf } from '../kinds/part-text.ts'
import { withMerged } from './effective.ts'
import { violationOf } from './managed-properties.ts'
import { nextNumber } from '../store/rows.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'
import type { ActiveLayer, Change, ComponentState, ManagedLayer } from './component-state.ts'
import { componentId, currentDigest, managedDigest, readComponent, removeComponent, writeComponent } from './component-state.ts'

/** Where a change comes from: its time, and new ids. */
export interface Writer {
  readonly at: string
  guid(): string
}

/** The component, or a new one without any layer. */
export function openComponent(tx: Transaction, part: ComponentPart, writer: Writer): ComponentState {
  const id = componentId(part.kind, part.key)
  return (
    readComponent(tx, id) ?? {
      kind: part.kind,
      key: part.key,
      id: stableId(part) ?? writer.guid(),
      name: part.displayName ?? part.key,
      parent: part.parent,
      sequence: nextNumber(tx, 'component'),
      layers: [],
      active: undefined,
      pending: undefined,
    }
  )
}

/** Puts the component back with its row; gives it with what its layers now make together. */
export function saveComponent(tx: Transaction, state: ComponentState): ComponentState {
  const saved = withMerged(tx, state)
  writeComponent(tx, saved)
  project(tx, saved)
  return saved
}

/** Removes the component with its row: its last layer is gone (facts-2 §8). */
export function deleteComponent(tx: Transaction, state: ComponentState): void {
  removeProjection(tx, state)
  removeComponent(tx, state)
}

/** The Active layer with a new published content. */
export function withActive(tx: Transaction, state: ComponentState, part: ComponentPart, writer: Writer): ComponentState {
  const digest = putPart(tx, part)
  const changes = state.layers.length === 0 ? [] : changesBetween(tx, state, digest)
  const active = activeLayer(state, { digest, changes, at: writer.at })
  return { ...state, merged: undefined, name: part.displayName ?? state.name, pending: undefined, active }
}

/** An Active layer with a definition, which remembers what it was made on. */
export function activeLayer(
  state: ComponentState,
  { digest, changes, at }: { readonly digest: string; readonly changes: readonly Change[]; readonly at: string },
): ActiveLayer {
  return { digest, overwrittenAt: at, changes, over: managedDigest(state) }
}

/** A saved, unpublished content. */
export function withPending(tx: Transaction, state: ComponentState, part: ComponentPart, writer: Writer): ComponentState {
  return { ...state, pending: { digest: putPart(tx, part), changedAt: writer.at, over: managedDigest(state) } }
}

/** The pending content becomes the Active layer. */
export function published(tx: ReadTransaction, state: ComponentState): ComponentState {
  if (state.pending === undefined) return state
  const { digest, changedAt } = state.pending
  const changes = state.layers.length === 0 ? [] : changesBetween(tx, state, digest)
  return { ...state, merged: undefined, pending: undefined, active: activeLayer(state, { digest, changes, at: changedAt }) }
}

/**
 * Puts a solution's layer in its place: over its own old one; a patch or `_Upgrade` right over the topmost of what it builds on, below
 * solutions that came later; else on top of the managed ones (web-api H.1, H.2).
 */
export function withManaged(state: ComponentState, layer: ManagedLayer, base: readonly string[]): ComponentState {
  const placed = base[0] === undefined ? layer : { ...layer, of: base[0] }
  const { kind, key, id, name, parent, sequence, active, pending } = state
  return { kind, key, id, name, parent, sequence, layers: layersWith(state, placed, base), active, pending, merged: undefined }
}

function layersWith(state: ComponentState, placed: ManagedLayer, base: readonly string[]): readonly ManagedLayer[] {
  if (state.layers.length === 0) return [placed]
  const own = state.layers.findIndex((candidate) => candidate.solution === placed.solution)
  const layers = [...state.layers]
  if (own >= 0) layers.splice(own, 1, placed)
  else {
    const under = layers.findLastIndex((candidate) => base.includes(candidate.solution))
    layers.splice(under < 0 ? layers.length : under + 1, 0, placed)
  }
  return layers
}

export function withoutManaged(state: ComponentState, solutions: readonly string[]): ComponentState {
  return { ...state, merged: undefined, layers: state.layers.filter((layer) => !solutions.includes(layer.solution)) }
}

/**
 * A managed component that was touched and not changed: real environments get an Active row that says nothing (facts-2 §6.1). One that
 * may not be customized gets none.
 */
export function touched(tx: ReadTransaction, state: ComponentState, at: string): ComponentState {
  if (isGone(state) || state.active !== undefined) return state
  if (violationOf(tx, state, { change: 'Update', property: 'iscustomizable' }) !== undefined) return state
  return { ...state, active: { digest: undefined, overwrittenAt: at, changes: [] } }
}

/** True when nothing holds the component any more; an Active layer goes with its base. */
export function isGone(state: ComponentState): boolean {
  return state.layers.length === 0
}

/** What an Active layer changes of the top managed definition, as `msdyn_changes` lists it (web-api B.3). */
export function changesBetween(tx: ReadTransaction, state: ComponentState, digest: string): Change[] {
  const below = managedDigest(state)
  if (below === undefined || below === digest) return []
  const before = definitionColumns(tx, state, below)
  const after = definitionColumns(tx, state, digest)
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  const changed = keys.filter((key) => JSON.stringify(before[key] ?? null) !== JSON.stringify(after[key] ?? null))
  // Some difference that no column shows (a file, a nested element) is still a change.
  if (changed.length === 0) return [{ Key: 'componentxml', Value: '' }]
  return changed.map((key) => ({ Key: key, Value: after[key] ?? null }))
}

/** True when both say the same. */
export function saysSame(tx: Transaction, state: ComponentState, part: ComponentPart): boolean {
  return putPart(tx, part) === currentDigest(state)
}

/** The id that travels with the component: forms, views, flows and web resources keep theirs, tables and columns do not. */
function stableId(part: ComponentPart): string | undefined {
  return bareGuid(part.key) ?? (part.kind === 'WebResource' ? bareGuid(valueOf(part, 'WebResourceId')) : undefined) ?? travelling(part)
}

function travelling(part: ComponentPart): string | undefined {
  if (part.kind === 'PluginAssembly') return bareGuid(valueOf(part, 'PluginAssemblyId'))
  return part.kind === 'Connector' ? bareGuid(valueOf(part, 'connectorid')) : undefined
}
