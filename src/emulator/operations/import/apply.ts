import type { ComponentPart } from '#format'
import { kindInfo } from '../../kinds/kind-table.ts'
import { isShell } from '../../kinds/shell.ts'
import { definitionColumns } from '../../kinds/projection.ts'
import type { ComponentState, ManagedLayer } from '../../layers/component-state.ts'
import { componentId, currentDigest, managedDigest, readComponent } from '../../layers/component-state.ts'
import { creationProperty, violationOf } from '../../layers/managed-properties.ts'
import { hasMarks } from '../../layers/merge/keyed-tree.ts'
import type { Writer } from '../../layers/stack.ts'
import {
  activeLayer,
  changesBetween,
  isGone,
  openComponent,
  saveComponent,
  saysSame,
  touched,
  withActive,
  withManaged,
  withPending,
} from '../../layers/stack.ts'
import { putPart, readPart } from '../../kinds/content.ts'
import type { Transaction } from '../../store/store.ts'
import { ImportFlaw } from './flaw.ts'

export interface Apply extends Writer {
  readonly isOverwrite: boolean
  readonly isConvert: boolean
}

/**
 * One component of an unmanaged import: its definition goes into the Active layer (web-api H). A change waits for publishing, and
 * so do new forms, views, charts and web resources; other new components publish by being created (facts-2 §5).
 */
export function applyUnmanaged(tx: Transaction, part: ComponentPart, writer: Apply): ComponentState {
  const old = openComponent(tx, part, writer)
  const next = unmanagedState(tx, old, { part, writer })
  if (next !== old) refuseProtected(tx, old, part)
  return next !== old || currentDigest(old) === undefined ? saveComponent(tx, next) : next
}

function unmanagedState(tx: Transaction, old: ComponentState, { part, writer }: { part: ComponentPart; writer: Apply }): ComponentState {
  const info = kindInfo(part.kind)
  const isNew = currentDigest(old) === undefined
  if (!isNew && (hidesDefinition(tx, old, part) || saysSame(tx, old, part))) return touched(tx, old, writer.at)
  if (isNew) return info.arrivesUnpublished ? withPending(tx, old, part, writer) : withActive(tx, old, part, writer)
  return info.publishedBy === undefined ? withActive(tx, old, part, writer) : withPending(tx, old, part, writer)
}

/** An unmanaged import may change no managed component that forbids it, nor put anything into a table that forbids that (web-api H). */
function refuseProtected(tx: Transaction, state: ComponentState, part: ComponentPart): void {
  const parent = part.parent === undefined ? undefined : readComponent(tx, part.parent)
  const creation = currentDigest(state) === undefined ? creationProperty(part.kind) : undefined
  const found =
    violationOf(tx, state, { change: 'Update', property: 'iscustomizable' }) ??
    (parent === undefined || creation === undefined ? undefined : violationOf(tx, parent, { change: 'Create', property: creation }))
  if (found !== undefined) throw new ImportFlaw(found.code, found.message, componentId(part.kind, part.key))
}

export interface ManagedSource {
  readonly solution: string
  readonly publisher: string
  /** The solutions that a holding solution will replace, or that a patch builds on. */
  readonly base: readonly string[]
}

/** One component of a managed import: its own layer, in its place; published at once (web-api H). */
export function applyManaged(tx: Transaction, part: ComponentPart, from: { source: ManagedSource; writer: Apply }): ComponentState {
  const { source, writer } = from
  const old = openComponent(tx, part, writer)
  refuseUnmanagedBase(old, part, writer)
  refuseStranger(tx, old, { part, publisher: source.publisher })
  const layer = incomingLayer(tx, old, { part, source, writer })
  const stacked = withManaged(absorbed(renamed(old, part), layer.digest, writer), layer, source.base)
  const isOverwrite = writer.isOverwrite && !isShell(part)
  const next = isOverwrite ? overwritten(tx, stacked, layer) : isGone(old) ? compared(tx, stacked) : stacked
  return saveComponent(tx, next)
}

function renamed(state: ComponentState, { displayName: name }: ComponentPart): ComponentState {
  return name === undefined || name === state.name ? state : { ...state, name }
}

/** What the solution says of the component now; of a table that it carries only as the place of columns, what it said of it before. */
function incomingLayer(
  tx: Transaction,
  old: ComponentState,
  { part, source, writer }: { readonly part: ComponentPart; readonly source: ManagedSource; readonly writer: Apply },
): ManagedLayer {
  const before = old.layers.find((layer) => layer.solution === source.solution)
  if (isShell(part) && before !== undefined && before.isShell !== true) return { ...before, overwrittenAt: writer.at }
  const layer = { solution: source.solution, publisher: source.publisher, digest: putPart(tx, part), overwrittenAt: writer.at }
  return isShell(part) ? { ...layer, isShell: true } : layer
}

/** What stays unmanaged on a component that has just become managed is a change of it. */
function compared(tx: Transaction, state: ComponentState): ComponentState {
  const { active } = state
  return active?.digest === undefined ? state : { ...state, active: { ...active, changes: changesBetween(tx, state, active.digest) } }
}

/** Only the publisher of its base may change a component that is not customizable (web-api H, managed properties). */
function refuseStranger(
  tx: Transaction,
  state: ComponentState,
  incoming: { readonly part: ComponentPart; readonly publisher: string },
): void {
  const base = state.layers[0]
  if (base === undefined || base.publisher === incoming.publisher || isShell(incoming.part)) return
  if (putPart(tx, incoming.part) === managedDigest(state)) return
  const found = violationOf(tx, state, { change: 'Update', property: 'iscustomizable' })
  if (found !== undefined) throw new ImportFlaw(found.code, found.message, componentId(state.kind, state.key))
}

/**
 * Overwriting copies the incoming definition into the Active layer, which stays, with the incoming values in the columns that it had
 * changed; merged kinds are left alone (facts-2 §0, web-api H).
 */
function overwritten(tx: Transaction, state: ComponentState, { digest, overwrittenAt: at }: ManagedLayer): ComponentState {
  if (state.active?.digest === undefined || kindInfo(state.kind).isMerged) return state
  const columns = definitionColumns(tx, state, digest)
  const changes = state.active.changes.map(({ Key, Value }) => ({ Key, Value: Key in columns ? columns[Key] : Value }))
  return { ...state, active: { ...activeLayer(state, { digest, changes, at }), over: digest } }
}

/**
 * CannotOverwriteActiveComponent: no managed layer over an unmanaged base, unless it is converted or absorbed (facts-2 §7). Maps of
 * columns have no unmanaged layer and cannot be converted: they have to be deleted first (ALM documentation, move from unmanaged to managed).
 */
function refuseUnmanagedBase(state: ComponentState, part: ComponentPart, writer: Apply): void {
  const hasUnmanagedBase = isGone(state) && currentDigest(state) !== undefined
  if (!hasUnmanagedBase || isAbsorbed(state) || isPlatformComponent(part)) return
  refuseTransition(state, part)
  if (writer.isConvert && part.kind !== 'EntityMap') return
  throw new ImportFlaw(
    '0x8004F016',
    `A managed solution cannot overwrite the ${kindInfo(part.kind).name} component ${state.name} with Id=${state.id} which has an unmanaged base instance.  The most likely scenario for this error is that an unmanaged solution has installed a new unmanaged ${kindInfo(part.kind).name} component on the target system, and now a managed solution from the same publisher is trying to install that same ${kindInfo(part.kind).name} component as managed.  This will cause an invalid layering of solutions on the target system and is not allowed.`,
    componentId(part.kind, part.key),
  )
}

/**
 * A form that comes as differences alone cannot become the base (facts-2 §7, the service's text; it is quoted without a code, and
 * ImportGenericError stands in).
 */
function refuseTransition(state: ComponentState, part: ComponentPart): void {
  if (kindInfo(part.kind).table !== 'systemform' || part.xml === undefined || !hasMarks(part.xml)) return
  throw new ImportFlaw(
    '0x8004801E',
    `The import has failed because the system cannot transition the entity form ${state.id} from unmanaged to managed. Add at least one full (root) component to the managed solution, and then try to import it again.`,
    componentId(part.kind, part.key),
  )
}

/** Definitions of environment variables are absorbed into the managed layer without a word (facts-2 §4). */
function isAbsorbed(state: ComponentState): boolean {
  return kindInfo(state.kind).name === 'EnvironmentVariableDefinition'
}

/** Tables and columns without a publisher's prefix belong to the platform, and so do the forms of such tables: their base is System. */
function isPlatformComponent(part: ComponentPart): boolean {
  const table = part.kind === 'Entity' ? part.key : part.parent?.startsWith('Entity:') === true ? part.parent.slice(7) : undefined
  if (table === undefined || table.includes('_')) return false
  return part.kind !== 'Attribute' || !part.key.slice(table.length + 1).includes('_')
}

/** The unmanaged base becomes managed; it stays as an Active layer only where it says something else. */
function absorbed(state: ComponentState, digest: string, writer: Apply): ComponentState {
  if (!isGone(state) || (!writer.isConvert && !isAbsorbed(state))) return state
  const own = currentDigest(state)
  return own === digest || isAbsorbed(state) ? { ...state, active: undefined, pending: undefined } : state
}

/** A table that comes only as the place of its columns says nothing about the table itself. */
function hidesDefinition(tx: Transaction, state: ComponentState, part: ComponentPart): boolean {
  const digest = currentDigest(state)
  return isShell(part) && digest !== undefined && !isShell(readPart(tx, digest))
}
