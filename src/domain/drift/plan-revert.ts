import type { ObservedComponent } from '#domain/environment'
import { activeLayer } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'

/** What taking away a change by hand does, before anybody confirms it. */
export interface RevertPlan {
  /** In plain words, the gravest first. */
  readonly lines: readonly string[]
  /** Whose say users see afterwards. */
  readonly winner: string | undefined
  /** Why it cannot be done. */
  readonly blocker: Refusal | undefined
}

/**
 * The unmanaged layer goes and what lies below shows again. Never the only layer, since the component itself would go with it; with layers
 * of tables and columns "all data associated with the unmanaged customization can be lost" [facts-2 §6.3].
 */
export function planRevert(component: ObservedComponent): RevertPlan {
  const what = `${component.kind} ${component.name}`
  const layers = component.layers
  const hand = layers?.find(({ solution }) => solution === activeLayer)
  const winner = layers?.findLast(({ solution }) => solution !== activeLayer)?.solution
  const blocker = blockerOf(what, { isRead: layers !== undefined, hasHand: hand !== undefined, winner })
  const lines = [
    ...(holdsData(component.kind)
      ? [
          `With the layer of a ${component.kind === 'Entity' ? 'table' : 'column'} all data that belongs to the change can be lost; nobody can tell how much.`,
        ]
      : []),
    `The change by hand on ${what} goes; users will see what ${winner ?? 'nobody'} says.`,
    ...(hand?.changed === undefined || hand.changed.length === 0 ? [] : [`It changed: ${hand.changed.join(', ')}.`]),
    'The component as it is now is exported and saved first.',
  ]
  return { lines, winner, blocker }
}

function holdsData(kind: string): boolean {
  return kind === 'Entity' || kind === 'Attribute'
}

function blockerOf(
  what: string,
  seen: { readonly isRead: boolean; readonly hasHand: boolean; readonly winner: string | undefined },
): Refusal | undefined {
  if (!seen.isRead)
    return refuse(
      'drift.layers-unread',
      `The layers of ${what} cannot be read, so its change cannot be reverted.`,
      'Give the identity of Drover the right to read layers, then look again.',
    ).refusal
  if (!seen.hasHand) return refuse('drift.gone', `${what} has no layer by hand any more.`, 'Look again with `drover drift`.').refusal
  if (seen.winner === undefined)
    return refuse(
      'drift.only-layer',
      `${what} was made by hand and has no other layer: reverting it would delete it.`,
      'Delete it in the environment if it shall go, or accept it.',
    ).refusal
  return undefined
}
