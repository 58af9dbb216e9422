import type { ObservedComponent, ObservedLayer } from '#domain/environment'
import type { ComponentInspection } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { literal } from '../client.ts'
import { inTurn } from './in-turn.ts'
import type { LayerNames } from './layer-names.ts'
import { layerRow, readLayer } from './read-layer.ts'
import { isUnseen } from './unseen.ts'

type Named = Pick<ObservedComponent, 'kind' | 'id'>

/** Layers of each component, some requests at a time; each is told as soon as it is read. */
export async function fetchLayers(
  client: DataverseClient,
  names: LayerNames,
  wanted: { readonly components: readonly Named[]; readonly onRead: Parameters<ComponentInspection['fetchLayers']>[1] },
): Promise<void> {
  await inTurn(wanted.components, client.limits.parallelReads, async (component) =>
    wanted.onRead(component, await fetchLayersOf(client, names, component)),
  )
}

/**
 * The virtual table wants both filters, the id as text, and takes one component at a time; `$select` has no effect [facts-2 §6.2, web-api B.3].
 * Undefined when it does not know the kind, or may not be read; no rows mean the same, since every component has a layer.
 */
async function fetchLayersOf(
  client: DataverseClient,
  names: LayerNames,
  { kind, id }: Named,
): Promise<readonly ObservedLayer[] | undefined> {
  const filter = `(msdyn_componentid%20eq%20${literal(id)}%20and%20msdyn_solutioncomponentname%20eq%20${literal(names.nameOf(kind))})`
  try {
    const rows = await client.list('ReadRows', `msdyn_componentlayers?$filter=${filter}`, layerRow)
    return rows.length === 0 ? undefined : rows.map((row) => readLayer(row, kind)).sort((a, b) => a.order - b.order)
  } catch (error) {
    if (isUnseen(error)) return undefined
    throw error
  }
}
