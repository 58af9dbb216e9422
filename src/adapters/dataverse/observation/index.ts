import type { Clock, ComponentInspection } from '#engine/ports'
import type { DataverseClient } from '../client.ts'
import { fetchChanged } from './fetch-changed.ts'
import { askConnectorPolicies } from './fetch-connector-policies.ts'
import { fetchDependants } from './fetch-dependants.ts'
import { fetchHoldings } from './fetch-holdings.ts'
import { fetchActiveDefinition, fetchLayers } from './fetch-layers.ts'
import { fetchMemberships } from './fetch-memberships.ts'
import { askDataPolicies, fetchSurroundings } from './fetch-surroundings.ts'
import { fetchSolutions } from './fetch-solutions.ts'
import { findComponents } from './find-components.ts'
import { rememberLayerNames } from './layer-names.ts'
import { askOrUnseen } from './unseen.ts'
import { createUserDirectory } from './users.ts'

/** Asks an environment what it consists of, a sort of question a file. Names of kinds and users are asked for once. */
export function createComponentInspection(client: DataverseClient, clock: Clock): ComponentInspection {
  const users = createUserDirectory(client)
  const layerNames = rememberLayerNames(client)
  return {
    fetchSolutions: () => fetchSolutions(client, users),
    async fetchHoldings(solution) {
      const { answer, unseen } = await askOrUnseen({
        what: `what solution ${solution.uniqueName} holds`,
        hides: 'changes',
        help: 'Reading components of solutions takes a role that may read solutions, such as System Customizer.',
        ask: () => fetchHoldings(client, layerNames, solution),
      })
      return { components: answer ?? [], unseen }
    },
    fetchMemberships: (since, solutionIds) => fetchMemberships(client, since, solutionIds),
    fetchLayers: async (components, onRead) => fetchLayers(client, await layerNames(), { components, onRead }),
    fetchActiveDefinition: async (component) => fetchActiveDefinition(client, await layerNames(), component),
    fetchChanged: (since) => fetchChanged(client, users, since),
    findComponents: async (wanted) => findComponents(client, await layerNames(), wanted),
    fetchDependants: async (components, solutions) =>
      fetchDependants(client, await layerNames(), { components, solutions: solutions ?? [] }),
    fetchSurroundings: () => fetchSurroundings({ client, users, layerNames, nowMs: () => Date.parse(clock.now()) }),
    fetchDataPolicies: () => askDataPolicies(client),
    fetchConnectorPolicies: () => askConnectorPolicies(client),
    countRequests: client.countRequests,
  }
}
