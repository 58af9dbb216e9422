import { z } from 'zod'
import type { ObservedComponent } from '#domain/environment'
import { activeLayer } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { DataverseClient } from '../client.ts'
import { literal } from '../client.ts'

const row = z.object({ msdyn_solutionname: z.string().nullish() })

/**
 * A GET that destroys, and cannot be undone (facts-2 §6.3): sent once, after looking that there is an Active layer and that it is not the
 * only one. Of tables and columns the data of the unmanaged customization may go with it [Microsoft].
 */
export async function removeActiveLayer(client: DataverseClient, component: Pick<ObservedComponent, 'kind' | 'id'>): Promise<void> {
  const layers = await fetchLayerNames(client, component)
  const what = `${component.kind} ${component.id} in ${client.environment.name}`
  if (!layers.includes(activeLayer)) {
    throw new DroverError('customization.no-active-layer', `${what} has no unmanaged layer that could be removed.`, {
      hint: 'Observe the environment again: somebody else may have removed it.',
    })
  }
  if (layers.every((layer) => layer === activeLayer)) {
    throw new DroverError(
      'customization.only-layer',
      `${what} has no layer but the unmanaged one: removing that would delete the component.`,
      {
        hint: 'Keep it as a tweak, or delete the component on purpose, by hand.',
      },
    )
  }
  const name = literal(component.kind)
  try {
    await client.send({
      operation: 'RemoveActiveCustomizations',
      path: `RemoveActiveCustomizations(SolutionComponentName=${name},ComponentId=${component.id})`,
      isLong: true,
    })
  } catch (error) {
    throw asUnclear(error)
  }
}

async function fetchLayerNames(client: DataverseClient, { kind, id }: Pick<ObservedComponent, 'kind' | 'id'>): Promise<readonly string[]> {
  const filter = `(msdyn_componentid%20eq%20${literal(id)}%20and%20msdyn_solutioncomponentname%20eq%20${literal(kind)})`
  const layers = await client.list('ReadRows', `msdyn_componentlayers?$filter=${filter}`, row)
  return layers.map((layer) => layer.msdyn_solutionname ?? '')
}

/** The general hint speaks of import jobs; here the layers themselves tell. */
function asUnclear(error: unknown): unknown {
  if (!(error instanceof DroverError) || error.code !== 'dataverse.ambiguous') return error
  return new DroverError(error.code, error.message, {
    hint: 'Read the layers of the component: they tell whether it is gone.',
    cause: error,
  })
}
