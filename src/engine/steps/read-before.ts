import type { ObservedComponent, ObservedLayer, ObservedState, TargetContent } from '#domain/environment'
import { activeLayer } from '#domain/environment'
import { harmlessBecause } from '#domain/drift'
import type { TargetBefore } from '#domain/promotion'

/**
 * What the target shows of what the plan touches, before anything is changed: flows, and components with a layer by hand. A component that the
 * release brings along may be there already through another solution, and what was changed on it is not ours. Where layers could not be read,
 * one counts as having been there.
 */
export function noteBefore(observed: Pick<ObservedState, 'flows'>, content: TargetContent): TargetBefore {
  return {
    layers: content.components
      .filter((component) => component.hasActiveRow && (component.layers === undefined || findHandMade(component) !== undefined))
      .map(({ kind, id }) => ({ kind, componentId: id })),
    flows: observed.flows.map(({ id, state }) => ({ id, state })),
  }
}

/** The unmanaged layer of a component, unless it is known to change nothing but what differs by design. */
export function findHandMade(component: ObservedComponent): ObservedLayer | undefined {
  const active = component.layers?.find((layer) => layer.solution === activeLayer)
  return active === undefined || harmlessBecause(component, active) !== undefined ? undefined : active
}
