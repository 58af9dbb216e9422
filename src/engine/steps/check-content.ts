import type { ObservedComponent, ObservedLayer } from '#domain/environment'
import { isUntellable, laneOf } from '#domain/environment'
import type { Reason } from '#domain/kernel'
import type { PlannedComponent } from '#domain/plan'
import { callComponent } from '#domain/plan'
import type { TargetBefore } from '#domain/promotion'
import { isSameName } from '#domain/settings'
import { layerKindOf } from '#domain/solution'
import { readComponents } from '../observation/read-components.ts'
import type { AttemptRun } from '../promotion/run.ts'
import { findHandMade } from './read-before.ts'

/** What a target shows of its content after an import. */
export interface ContentAfter {
  /** What our own steps left behind that would hide the next release. */
  readonly layers: readonly Reason[]
  /** Where the target does not show what the plan said: a fault of the forecast, and none of the deployment. */
  readonly misforecast: readonly Reason[]
}

/** Reads what the solution holds now, and what it was said to lose; asks only for what changed since it was looked at before. */
export async function checkContent(run: AttemptRun, before: TargetBefore | null): Promise<ContentAfter> {
  const { solution, plan } = run.request
  const content = plan.content.filter(({ certainty }) => certainty !== 'unknown')
  const gone = content.filter(({ effect }) => effect === 'destroy')
  const hidden = content.filter(({ effect }) => effect === 'hide')
  const solutions = (await run.target.fetchSolutions()).filter(({ uniqueName }) => isSameName(uniqueName, solution))
  const read = await readComponents(run.deps, {
    lane: laneOf(run.environment),
    target: run.target,
    solutions,
    also: outermost([...gone, ...hidden]).map(({ kind, key, table }) => ({ kind: layerKindOf(kind), key, table })),
    layers: (component) => component.hasActiveRow || hidden.some((planned) => isSame(planned, component)),
  })
  return {
    layers: before === null ? [] : findNewLayers(before, read.components),
    misforecast: [
      ...gone.filter((planned) => read.components.some((component) => isSame(planned, component))).map(isThere),
      ...hidden.flatMap((planned) => findShown(solution, planned, read.components)),
    ],
  }
}

/** Parts of a table that goes are not asked for: an environment has no answer about parts of what it does not have. */
function outermost(content: readonly PlannedComponent[]): readonly PlannedComponent[] {
  const tables = content.filter(({ kind, effect }) => kind === 'Entity' && effect === 'destroy').map(({ key }) => key.toLowerCase())
  return content.filter(({ kind, table }) => kind === 'Entity' || table === undefined || !tables.includes(table.toLowerCase()))
}

function isSame(planned: Pick<PlannedComponent, 'kind' | 'key'>, component: ObservedComponent): boolean {
  return isSameName(layerKindOf(planned.kind), component.kind) && isSameName(planned.key, component.key)
}

function isThere(planned: PlannedComponent): Reason {
  return { subject: callComponent(planned), message: 'It was to be destroyed and is still there.' }
}

function findShown(solution: string, planned: PlannedComponent, components: readonly ObservedComponent[]): Reason[] {
  const layers = components.find((component) => isSame(planned, component))?.layers
  const top = layers?.toSorted((a, b) => a.order - b.order).at(-1)
  if (top === undefined || !isSameName(top.solution, solution)) return []
  return [{ subject: callComponent(planned), message: 'It was to be hidden, and shows.' }]
}

/**
 * A value of an environment variable is an unmanaged row by the platform's design, and a table without a fallback form gets an Active
 * layer on one main form from the import itself (dataverse-facts-2 §4, §6.1); anything else new is ours to answer for.
 */
function findNewLayers(before: TargetBefore, components: readonly ObservedComponent[]): Reason[] {
  const isKnown = ({ kind, id }: ObservedComponent) =>
    before.layers.some((layer) => layer.kind === kind && isSameName(layer.componentId, id))
  const made = components.flatMap((component) => {
    const layer = findHandMade(component)
    return layer === undefined || isKnown(component) ? [] : [{ component, layer }]
  })
  return made.filter((one) => !isFallback(one, made)).map(describeLayer)
}

interface Made {
  readonly component: ObservedComponent
  readonly layer: ObservedLayer
}

function isFallback({ component, layer }: Made, made: readonly Made[]): boolean {
  if (component.kind !== 'SystemForm' || !isUntellable(layer)) return false
  return made.filter((one) => one.component.kind === 'SystemForm' && one.component.table === component.table).length === 1
}

function describeLayer({ component, layer }: Made): Reason {
  const changed = layer.changed === undefined ? 'what it changes cannot be read' : layer.changed.join(', ')
  return {
    subject: `${component.kind} ${component.name}`,
    message: `An Active layer appeared (${changed}); it would hide the next release.`,
  }
}
