import { z } from 'zod'
import type { FlowState, Observation, Unseen } from '#domain/environment'
import type { DataverseClient } from '../client.ts'
import type { LayerNames } from './layer-names.ts'
import type { KnownUser, UserDirectory } from './users.ts'

type Flow = Observation['flows'][number]

const row = z.object({
  workflowid: z.string(),
  name: z.string(),
  category: z.number(),
  statecode: z.number(),
  _ownerid_value: z.string().nullish(),
})
const memberRow = z.object({ objectid: z.string() })
const cloudFlow = 5
const states: Readonly<Record<number, FlowState>> = { 0: 'off', 1: 'on', 2: 'suspended' }

/** Cloud flows of all solutions and of none. The owner is a user or a team; of a team nobody says whether it is enabled. */
export async function fetchFlows(
  client: DataverseClient,
  users: UserDirectory,
): Promise<{ readonly flows: readonly Flow[]; readonly workflowIds: ReadonlySet<string> }> {
  const rows = await client.list('ReadRows', 'workflows?$select=workflowid,name,category,statecode,_ownerid_value', row)
  const flows = rows.filter(({ category }) => category === cloudFlow)
  const owners = await users.fetchUsers(flows.map((flow) => flow._ownerid_value))
  return {
    flows: flows.map((flow) => readFlow(flow, owners)),
    workflowIds: new Set(rows.map(({ workflowid }) => workflowid.toLowerCase())),
  }
}

/**
 * Who may read only rows of its own is told of no others, and not that there are any. Memberships are shown to everybody, so what solutions
 * hold and the list does not have is hidden.
 */
export async function findHiddenFlows(client: DataverseClient, names: LayerNames, seen: ReadonlySet<string>): Promise<readonly Unseen[]> {
  const filter = `componenttype%20eq%20${names.typeOf('Workflow') ?? 29}`
  const members = await client.list('ReadRows', `solutioncomponents?$select=objectid&$filter=${filter}`, memberRow)
  const hidden = new Set(members.map(({ objectid }) => objectid.toLowerCase()).filter((id) => !seen.has(id)))
  if (hidden.size === 0) return []
  return [
    {
      what: `${hidden.size} ${hidden.size === 1 ? 'process' : 'processes'} of solutions, flows perhaps among them`,
      why: `Solutions hold them, and ${client.environment.name} does not show them to Drover's identity. It takes the privilege to read processes (prvReadWorkflow) of the whole organization.`,
    },
  ]
}

function readFlow(flow: z.infer<typeof row>, owners: ReadonlyMap<string, KnownUser>): Flow {
  const owner = owners.get((flow._ownerid_value ?? '').toLowerCase())
  return {
    id: flow.workflowid.toLowerCase(),
    name: flow.name,
    state: states[flow.statecode] ?? 'off',
    ownerId: flow._ownerid_value ?? undefined,
    ownerName: owner?.name,
    isOwnerEnabled: owner?.isEnabled,
    ...(owner?.objectId === undefined ? {} : { ownerObjectId: owner.objectId }),
  }
}
