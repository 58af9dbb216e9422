import type { ComponentPart } from '#format'
import { element } from '#format'
import type { ComponentNote, FailingComponents } from '../../jobs/jobs.ts'
import { kindInfo } from '../../kinds/kind-table.ts'
import type { ComponentState } from '../../layers/component-state.ts'
import { componentId } from '../../layers/component-state.ts'
import { recordDependencies } from '../../layers/dependencies.ts'
import { withPatches } from '../../layers/patches.ts'
import { findSolution, putSolution } from '../../layers/solutions.ts'
import { patchRow } from '../../store/rows.ts'
import type { Transaction } from '../../store/store.ts'
import type { OperationContext } from '../operation.ts'
import type { Apply } from './apply.ts'
import { applyManaged, applyUnmanaged } from './apply.ts'
import { ImportFlaw } from './flaw.ts'
import { addFallbackLayers } from './fallback-form.ts'
import { describedManifest, writtenDependencies } from './manifest-texts.ts'
import { flowsToTurnOn, turnOnFlows } from './flow-states.ts'
import { addMembers } from './members.ts'
import type { ImportOrder } from './order.ts'
import { partIndex } from './part-index.ts'
import { activateWorkflows } from './activate-workflows.ts'
import { importWarnings } from './import-notes.ts'
import { applyParameters, collapsed } from './parameters.ts'
import { refuseForbiddenApps } from './forbidden-apps.ts'
import { addPackagedValues } from './variable-values.ts'

/** Brings a whole package into the environment and tells what did not go smoothly. Throws ImportFlaw when it cannot. */
export function applyPackage(
  tx: Transaction,
  ctx: OperationContext,
  order: ImportOrder,
  failing: FailingComponents,
): readonly ComponentNote[] {
  const { manifest } = order.file.model
  const warnings = importWarnings(tx, order.file)
  const isHolding = order.mode !== 'update'
  const uniqueName = isHolding ? `${manifest.uniqueName}_Upgrade` : manifest.uniqueName
  const by = {
    at: ctx.now().toISOString(),
    guid: () => ctx.guid(),
    by: ctx.caller.userId,
    userId: ctx.caller.userId,
    objectId: ctx.caller.objectId,
    tenant: ctx.tenant,
  }
  const writer: Apply = { ...by, isOverwrite: order.isOverwrite, isConvert: order.isConvert }
  const parent = isHolding ? findSolution(tx, manifest.uniqueName) : findSolution(tx, manifest.patchOf ?? '')
  const base = parent === undefined ? [] : withPatches(tx, parent)
  const parentId = isHolding || parent === undefined ? undefined : String(parent.solutionid)
  const solution = putSolution(tx, { ...describedManifest(manifest, order.file.package.manifest), uniqueName, parentId }, by)
  const source = { solution: String(solution.uniquename), publisher: manifest.publisher.uniqueName, base }
  const parts = survivors(order, failing)
  const flows = flowsToTurnOn(tx, parts)
  const states = new Map<string, ComponentState>()
  for (const part of parts) {
    const state = manifest.isManaged ? applyManaged(tx, part, { source, writer }) : applyUnmanaged(tx, part, writer)
    states.set(componentId(part.kind, part.key), state)
  }
  refuseForbiddenApps(tx, ctx, states.values())
  addMembers(tx, { solution, manifest: { ...manifest, rootComponents: survivingRoots(order, parts) }, parts, states }, by)
  if (manifest.isManaged) addFallbackLayers(tx, { parts, states }, writer)
  keepDependencies(tx, order, source.solution)
  ownNewRows(tx, states, by)
  addPackagedValues(tx, parts, by)
  applyParameters(tx, collapsed(parts, order.parameters), by)
  turnOnFlows(tx, ctx, flows)
  return order.publishesWorkflows ? [...warnings, ...activateWorkflows(tx, parts)] : warnings
}

/** The parts of the file, without those that fail by themselves. */
function survivors(order: ImportOrder, failing: FailingComponents): readonly ComponentPart[] {
  const all = order.file.package.parts
  const found = all.filter(survives(order, failing))
  return found.length === all.length ? all : found
}

/** Components that fail by themselves are left out; an upgrade would delete them, so it fails with the first. */
function survives(order: ImportOrder, failing: FailingComponents): (part: ComponentPart) => boolean {
  const lost = new Set<string>()
  return (part) => {
    const failure = failing(part.kind, part.key)
    if (failure === undefined && (part.parent === undefined || !lost.has(part.parent))) return true
    const id = componentId(part.kind, part.key)
    if (failure !== undefined && order.mode !== 'update') throw new ImportFlaw(failure.code, failure.message, id)
    lost.add(id)
    return false
  }
}

/** What failed by itself is no member; what is listed and in no part of the file is. */
function survivingRoots(
  { file }: ImportOrder,
  parts: readonly ComponentPart[],
): ImportOrder['file']['model']['manifest']['rootComponents'] {
  const { rootComponents } = file.model.manifest
  const all = file.package.parts
  if (parts === all) return rootComponents
  const kept = partIndex(parts).byId
  const index = partIndex(all).names
  return rootComponents.filter((root) => {
    const id = index.find(root)
    return id === undefined || kept.has(id)
  })
}

function keepDependencies(tx: Transaction, order: ImportOrder, solution: string): void {
  const index = partIndex(order.file.package.parts).names
  const entries = order.file.model.manifest.missingDependencies
  const written = writtenDependencies(order.file.package.manifest)
  const recorded = entries.map((entry, at) => ({
    written: written[at] ?? element('MissingDependency'),
    required: entry.required,
    dependent: entry.dependent,
    dependentId: index.find(entry.dependent),
    isExtended: index.find(entry.required) !== undefined,
  }))
  recordDependencies(tx, solution, recorded)
}

/** New flows, references and apps belong to the importing identity; existing ones keep their owner (facts-2 §3.4). */
function ownNewRows(
  tx: Transaction,
  states: ReadonlyMap<string, ComponentState>,
  by: { readonly at: string; readonly userId: string },
): void {
  const owned = ['Workflow', 'connectionreference', 'EnvironmentVariableDefinition', 'CanvasApp']
  for (const state of states.values()) {
    const info = kindInfo(state.kind)
    if (!owned.includes(info.name)) continue
    const row = tx.get(info.table, state.id)
    if (row !== undefined && row.ownerid === undefined)
      patchRow(tx, info.table, state.id, { ownerid: by.userId, createdby: by.userId, createdon: by.at, modifiedby: by.userId })
  }
}
