import { DroverError } from '#domain/kernel'
import type { ComponentInspection, RowAccess } from '#engine/ports'

function unbuilt(): never {
  throw new DroverError('dataverse.unbuilt', 'This cannot be asked of an environment yet.')
}

export const unbuiltInspection: ComponentInspection = {
  fetchSolutions: unbuilt,
  fetchHoldings: unbuilt,
  fetchMemberships: unbuilt,
  fetchChanged: unbuilt,
  fetchLayers: unbuilt,
  findComponents: unbuilt,
  fetchDependants: unbuilt,
  fetchSurroundings: unbuilt,
  countRequests: unbuilt,
}

export const unbuiltRows: RowAccess = { count: unbuilt, readRows: unbuilt, writeRows: unbuilt }
