import type { ObservedComponent, ObservedLayer } from '#domain/environment'
import { isUntellable } from '#domain/environment'
import type { ContentIndex } from './forecast-facts.ts'
import { isActive, readStack } from './layer-stack.ts'
import { isMergedKind } from './merged-kinds.ts'
import type { Certainty } from './plan.ts'

/**
 * What the release says anew of a component that is in the target; `joins` where we get a layer on it with that, `begins` where ours was only
 * the place of columns, `returns` where the installed version had left out what is still there.
 */
export type IncomingSay =
  | { readonly kind: 'changed' | 'returns' | 'joins' | 'begins' | 'unknown'; readonly lines: string }
  | { readonly kind: 'nothing' }

/** That layers above decide what users see of what the release says. */
export interface Hiding {
  /** False where all layers are merged, so that part of it shows. */
  readonly isHidden: boolean
  readonly winner: string | undefined
  readonly certainty: Certainty
  readonly message: string
}

/**
 * The topmost layer wins whole, an import keeps the place of its layer, and customizations are never overwritten [web-api H.3 and
 * "Update": a layer does not move above solutions that came later]. Of merged kinds the layers make the whole together. Undefined: what the release
 * says shows.
 */
export function judgeHiding(index: ContentIndex, component: ObservedComponent, says: IncomingSay): Hiding | undefined {
  const stack = readStack(index, component)
  if (stack === undefined) return judgeUnread(index, component)
  // A new layer comes on top of all managed ones.
  const above = says.kind === 'joins' ? (stack.active === undefined ? [] : [stack.active]) : stack.above
  const top = above.at(-1)
  if (top === undefined) return undefined
  const winner = isActive(top) ? 'a change by hand (the unmanaged layer)' : `the layer of ${top.solution}`
  if (isMergedKind(component.kind)) return merged(above, winner)
  if (says.kind === 'unknown') {
    const message = `if it changes at all, it will not show, because ${winner} is above it and wins.`
    return { isHidden: true, winner: top.solution, certainty: 'assumed', message }
  }
  return { isHidden: true, winner: top.solution, certainty: 'known', message: `will not show, because ${winner} is above it and wins.` }
}

function merged(above: readonly ObservedLayer[], winner: string): Hiding {
  const top = above.at(-1)
  const isUnclear = top !== undefined && above.length === 1 && isActive(top) && isUntellable(top)
  const doubt = isUnclear ? ' Whether a person made that change or the platform did cannot be told.' : ''
  return {
    isHidden: false,
    winner: top?.solution,
    certainty: 'assumed',
    message: `is merged with ${winner}, which is above it; where both change the same part, that one shows.${doubt}`,
  }
}

/** Layers that were not read although they may matter are no proof that all shows. */
function judgeUnread(index: ContentIndex, component: ObservedComponent): Hiding | undefined {
  const others = component.solutions.filter((name) => index.otherManaged.has(name.toLowerCase()))
  if (!component.hasActiveRow && others.length === 0) return undefined
  const who = [...others, ...(component.hasActiveRow ? ['somebody by hand'] : [])].join(' and ')
  return {
    isHidden: true,
    winner: undefined,
    certainty: 'unknown',
    message: `whether it will show cannot be told: ${who} may have changed it too, and its layers could not be read.`,
  }
}
