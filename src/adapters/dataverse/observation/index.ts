import { DroverError } from '#domain/kernel'
import type { ComponentInspection } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { fetchHoldings } from './fetch-holdings.ts'
import { fetchLayers } from './fetch-layers.ts'
import { fetchMemberships } from './fetch-memberships.ts'
import { fetchSolutions } from './fetch-solutions.ts'
import type { LayerNames } from './layer-names.ts'
import { fetchLayerNames } from './layer-names.ts'
import { askOrUnseen } from './unseen.ts'
import { createUserDirectory } from './users.ts'

/** Asks an environment what it consists of, a sort of question a file. Names of kinds and users are asked for once. */
export function createComponentInspection(client: DataverseClient): ComponentInspection {
  const users = createUserDirectory(client)
  const layerNames = askOnce(() => fetchLayerNames(client))
  return {
    fetchSolutions: () => fetchSolutions(client, users),
    async fetchHoldings(solution) {
      const { answer, unseen } = await askOrUnseen({
        what: `what solution ${solution.uniqueName} holds`,
        help: 'Reading components of solutions takes a role that may read solutions, such as System Customizer.',
        ask: async () => fetchHoldings(client, await layerNames(), solution),
      })
      return { components: answer ?? [], unseen }
    },
    fetchMemberships: (since, solutionIds) => fetchMemberships(client, since, solutionIds),
    fetchLayers: async (components, onRead) => fetchLayers(client, await layerNames(), { components, onRead }),
    fetchChanged: unbuilt,
    findComponents: unbuilt,
    fetchDependants: unbuilt,
    fetchSurroundings: unbuilt,
    countRequests: client.countRequests,
  }
}

function unbuilt(): never {
  throw new DroverError('dataverse.unbuilt', 'This cannot be asked of an environment yet.')
}

/** One question for all who ask; after a failure the next one asks again. */
function askOnce(ask: () => Promise<LayerNames>): () => Promise<LayerNames> {
  let asked: Promise<LayerNames> | undefined
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = undefined
      throw error
    })
    return asked
  }
}
