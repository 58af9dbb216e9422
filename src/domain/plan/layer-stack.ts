import type { ObservedComponent, ObservedLayer } from '#domain/environment'
import { activeLayer, isHarmless } from '#domain/environment'
import type { ContentIndex } from './forecast-facts.ts'
import { isKind } from './forecast-facts.ts'

/** Who says what about a component in the target, from the bottom up; harmless rows and mere places of columns are no say. */
export interface LayerStack {
  /** Whether all that we have there is the place of columns, so that we say nothing of the component itself yet. */
  readonly isPlaceOnly: boolean
  /**
   * Layers of others that are above our topmost, though that be only the place of columns: an import puts there what it says [web-api H.1,
   * H.2]. All of them where we have none.
   */
  readonly above: readonly ObservedLayer[]
  /** Managed layers of others, the platform's own included. */
  readonly others: readonly ObservedLayer[]
  /** The lowest managed layer. */
  readonly base: ObservedLayer | undefined
  readonly active: ObservedLayer | undefined
}

/** Undefined when the layers were not read. */
export function readStack({ own }: Pick<ContentIndex, 'own'>, component: ObservedComponent): LayerStack | undefined {
  if (component.layers === undefined) return undefined
  const all = [...component.layers].sort((a, b) => a.order - b.order)
  const isOwn = (layer: ObservedLayer): boolean => own.has(layer.solution.toLowerCase())
  const speaking = all.filter((layer) => speaks(component, layer))
  const managed = speaking.filter((layer) => !isActive(layer))
  const ownAt = all.findLastIndex(isOwn)
  return {
    isPlaceOnly: ownAt !== -1 && !speaking.some(isOwn),
    above: all.slice(ownAt + 1).filter((layer) => speaks(component, layer)),
    others: managed.filter((layer) => !isOwn(layer)),
    base: managed[0],
    active: speaking.find(isActive),
  }
}

export function isActive(layer: Pick<ObservedLayer, 'solution'>): boolean {
  return layer.solution.toLowerCase() === activeLayer.toLowerCase()
}

function speaks(component: ObservedComponent, layer: ObservedLayer): boolean {
  if (isActive(layer)) return !isHarmless(layer)
  return !isPlaceOnly(component, layer)
}

/**
 * A solution that adds columns to a table carries the table as their place alone (behaviour 2): its layer says nothing of the table and
 * neither holds nor hides it [web-api H: behaviour 2 exports a name only]. Told by the mark that such tables bear in solution files, or by
 * listing nothing but names; what the service lists of such a layer is unverified.
 */
function isPlaceOnly(component: ObservedComponent, layer: ObservedLayer): boolean {
  if (!isKind(component, 'Entity') || layer.changed === undefined) return false
  const listed = layer.changed.map((attribute) => attribute.toLowerCase())
  return listed.includes('unmodified') || listed.every((attribute) => namesOfTable.has(attribute))
}

const namesOfTable: ReadonlySet<string> = new Set([
  'name',
  'logicalname',
  'originalname',
  'originallocalizedname',
  'entityid',
  'schemaname',
])

/** Whether another managed solution may hold the component: by its layers, or by the memberships that were read. */
export function otherHolders(index: ContentIndex, component: ObservedComponent): readonly string[] {
  const stack = readStack(index, component)
  if (stack !== undefined) return stack.others.map((layer) => layer.solution)
  return component.solutions.filter((name) => index.otherManaged.has(name.toLowerCase()))
}
