import { z } from 'zod'
import type { ObservedComponent, ObservedLayer } from '#domain/environment'
import { activeLayer } from '#domain/environment'
import type { ComponentInspection } from '#engine/ports'
import type { BatchAnswer } from '../batch.ts'
import { sendBatch } from '../batch.ts'
import type { DataverseClient } from '../client.ts'
import { literal } from '../client.ts'
import { parseJson } from '../token.ts'
import { inTurn } from './in-turn.ts'
import type { LayerNames } from './layer-names.ts'
import { layerRow, readDefinition, readLayer } from './read-layer.ts'
import { isUnseen } from './unseen.ts'

type Named = Pick<ObservedComponent, 'kind' | 'id'>

const page = z.object({ value: z.array(layerRow), '@odata.nextLink': z.string().optional() })

/**
 * Layers of each component, told as soon as they are read. The table takes one component a question [facts-2 §6.2], so questions go in batches,
 * each of which is one request to the service protection limits; some batches at a time.
 */
export async function fetchLayers(
  client: DataverseClient,
  names: LayerNames,
  wanted: { readonly components: readonly Named[]; readonly onRead: Parameters<ComponentInspection['fetchLayers']>[1] },
): Promise<void> {
  const { layersInBatch, parallelReads } = client.limits
  const batches: Named[][] = []
  for (let at = 0; at < wanted.components.length; at += layersInBatch) batches.push(wanted.components.slice(at, at + layersInBatch))
  await inTurn(batches, parallelReads, async (components) => {
    const requests = components.map((component) => ({ method: 'GET', path: pathOf(names, component) }) as const)
    const answers = components.length === 1 ? [] : await sendBatch(client, 'ReadBatch', requests)
    for (const [at, component] of components.entries())
      await wanted.onRead(component, await layersIn(client, names, { component, answer: answers[at] }))
  })
}

/**
 * The virtual table wants both filters, the id as text, and takes one component at a time; `$select` has no effect [facts-2 §6.2, web-api B.3].
 */
function pathOf(names: LayerNames, { kind, id }: Named): string {
  const filter = `(msdyn_componentid%20eq%20${literal(id)}%20and%20msdyn_solutioncomponentname%20eq%20${literal(names.nameOf(kind))})`
  return `msdyn_componentlayers?$filter=${filter}`
}

/** What a batch did not answer whole is asked alone, with all the patience of a single read. */
async function layersIn(
  client: DataverseClient,
  names: LayerNames,
  { component, answer }: { readonly component: Named; readonly answer: BatchAnswer | undefined },
): Promise<readonly ObservedLayer[] | undefined> {
  const read = answer?.status === 200 ? page.safeParse(parseJson(answer.text)) : undefined
  if (read?.success === true && read.data['@odata.nextLink'] === undefined) return layersOf(component, read.data.value)
  try {
    return layersOf(component, await client.list('ReadRows', pathOf(names, component), layerRow))
  } catch (error) {
    if (isUnseen(error)) return undefined
    throw error
  }
}

/** Undefined when the table does not know the kind, or may not be read; no rows mean the same, since every component has a layer. */
function layersOf({ kind }: Named, rows: readonly z.infer<typeof layerRow>[]): readonly ObservedLayer[] | undefined {
  return rows.length === 0 ? undefined : rows.map((row) => readLayer(row, kind)).sort((a, b) => a.order - b.order)
}

/** The unmanaged layer of one component with the definition that it holds [web-api B.3: msdyn_componentjson]. */
export async function fetchActiveDefinition(
  client: DataverseClient,
  names: LayerNames,
  component: Named,
): Promise<Awaited<ReturnType<ComponentInspection['fetchActiveDefinition']>>> {
  try {
    const rows = await client.list('ReadRows', pathOf(names, component), layerRow)
    const active = rows.find(({ msdyn_solutionname: solution }) => solution === activeLayer)
    return active === undefined ? undefined : { layer: readLayer(active, component.kind), attributes: readDefinition(active) }
  } catch (error) {
    if (isUnseen(error)) return undefined
    throw error
  }
}
