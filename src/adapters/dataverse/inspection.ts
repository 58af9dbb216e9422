import { z } from 'zod'
import type { FlowState, InstalledSolution, ObservedBinding, ObservedFlow, ObservedState, SecretRef } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { EnvironmentInspection } from '#engine/ports'
import type { DataverseClient } from './client.ts'
import { fetchConnections } from './connections.ts'
import type { DataverseDependencies } from './environments.ts'
import { fetchInstalledSolutions } from './solutions.ts'
import { fetchVariables, findMissingSecrets, findOtherValues } from './variables.ts'

const whoAmI = z.object({ UserId: z.string() })
const userRow = z.object({ azureactivedirectoryobjectid: z.string().nullish() })
const versionReply = z.object({ Version: z.string() })
const componentRow = z.object({ objectid: z.string() })
const flowRow = z.object({ workflowid: z.string(), name: z.string(), statecode: z.number(), _ownerid_value: z.string().nullish() })
const referenceRow = z.object({
  connectionreferencelogicalname: z.string(),
  connectionid: z.string().nullish(),
  connectorid: z.string().nullish(),
})

const flowStates: Readonly<Record<number, FlowState>> = { 0: 'off', 1: 'on', 2: 'suspended' }

export function createInspection(
  client: DataverseClient,
  dependencies: DataverseDependencies,
  secrets: readonly SecretRef[],
): EnvironmentInspection {
  return {
    async observe(needs) {
      const missingSecrets = await findMissingSecrets(dependencies.secrets, secrets)
      return { ...(await observe(client, needs)), observedAt: dependencies.clock.now(), missingSecrets }
    },
    findOtherValues: (wanted) => findOtherValues(client, dependencies.secrets, wanted),
  }
}

async function observe(
  client: DataverseClient,
  needs: { readonly solution: string; readonly connectionIds: readonly string[] | 'all' },
): Promise<Omit<ObservedState, 'observedAt' | 'missingSecrets'>> {
  const identity = await fetchIdentity(client)
  const platformVersion = await fetchPlatformVersion(client)
  const solutions = await fetchInstalledSolutions(client)
  const [flows, bindings, variables, connections] = await Promise.all([
    fetchFlows(
      client,
      solutions.find((solution) => solution.uniqueName === needs.solution),
    ),
    fetchBindings(client),
    fetchVariables(client),
    fetchConnections(client, { connectionIds: needs.connectionIds, objectId: identity.objectId }),
  ])
  return { environmentId: client.environment.id, identity, platformVersion, solutions, flows, bindings, connections, variables }
}

export async function fetchPlatformVersion(client: DataverseClient): Promise<string> {
  return (await client.call({ operation: 'RetrieveVersion', path: 'RetrieveVersion()', reply: versionReply })).Version
}

/** Without the right to read its own user row the identity has no known object id, and what it may use stays unknown. */
export async function fetchIdentity(client: DataverseClient): Promise<ObservedState['identity']> {
  const { UserId: userId } = await client.call({ operation: 'WhoAmI', path: 'WhoAmI()', reply: whoAmI })
  try {
    const user = await client.find(`systemusers(${userId})?$select=azureactivedirectoryobjectid`, userRow)
    return { userId, objectId: user?.azureactivedirectoryobjectid ?? undefined }
  } catch (error) {
    if (error instanceof DroverError && error.code === 'dataverse.forbidden') return { userId, objectId: undefined }
    throw error
  }
}

/** Cloud flows (category 5) of the solution; none before its first installation. */
async function fetchFlows(client: DataverseClient, solution: InstalledSolution | undefined): Promise<readonly ObservedFlow[]> {
  if (solution === undefined) return []
  const members = encodeURIComponent(`_solutionid_value eq ${solution.id} and componenttype eq 29`)
  const components = await client.list('ReadRows', `solutioncomponents?$filter=${members}&$select=objectid`, componentRow)
  const ids = new Set(components.map((component) => component.objectid.toLowerCase()))
  if (ids.size === 0) return []
  const flows = await client.list(
    'ReadRows',
    'workflows?$filter=category%20eq%205&$select=workflowid,name,statecode,_ownerid_value',
    flowRow,
  )
  return flows.filter((flow) => ids.has(flow.workflowid.toLowerCase())).map(readFlow)
}

function readFlow(flow: z.infer<typeof flowRow>): ObservedFlow {
  return {
    id: flow.workflowid.toLowerCase(),
    name: flow.name,
    state: flowStates[flow.statecode] ?? 'off',
    ownerId: flow._ownerid_value ?? undefined,
  }
}

export async function fetchBindings(client: DataverseClient): Promise<readonly ObservedBinding[]> {
  const path = 'connectionreferences?$select=connectionreferencelogicalname,connectionid,connectorid'
  const rows = await client.list('ReadRows', path, referenceRow)
  return rows.map((row) => ({
    logicalName: row.connectionreferencelogicalname,
    connectionId: row.connectionid || undefined,
    connectorId: row.connectorid || undefined,
  }))
}
