import { z } from 'zod'
import type { AllowedConnector, ObservedConnectorPolicy, Unseen } from '#domain/environment'
import { connectorName } from '#domain/solution'
import type { DataverseClient } from '../client.ts'
import { fetchEnvironmentId } from './environment-id.ts'
import { askOrUnseen } from './unseen.ts'

/*
 * Sources: https://learn.microsoft.com/power-platform/admin/programmability-tutorial-manage-advanced-connector-policies for the form of a
 * policy, https://learn.microsoft.com/rest/api/power-platform/governance/rule-based-policies for the operations. The address of the assignments
 * of an environment is made like that of a group's, which Microsoft's Terraform provider uses; public tools use it too. Unverified: whether it
 * lists what the environment has from its group (so the group is asked as well), and how an environment shows that a group's assignment leaves
 * it out.
 */
const policies = 'governance/ruleBasedPolicies'
const apiVersion = 'api-version=2024-10-01'

const assignments = z.object({ value: z.array(z.object({ policyId: z.string() })), '@odata.nextLink': z.string().nullish() })
const connectorList = z
  .array(
    z.object({
      AllowedConnector: z.string(),
      AllowedActionsMode: z.string().nullish(),
      AllowedActions: z.array(z.string()).nullish(),
      AllowedConnectionTypesMode: z.string().nullish(),
    }),
  )
  .nullish()
const inputs = z.object({ AllowedConnectorList: connectorList, EnableAdvancedConnectorPoliciesOnly: z.unknown().optional() })
const ruleSet = z.object({ id: z.string(), inputs: inputs.nullish() })
const policy = z.object({ name: z.string().nullish(), ruleSets: z.array(ruleSet).nullish() })
const environmentReply = z.object({
  properties: z.object({ parentEnvironmentGroup: z.object({ id: z.string() }).nullish() }),
})
/** How the administration writes that an environment is in no group (Microsoft's Terraform provider). */
const noGroup = '00000000-0000-0000-0000-000000000000'

/** Advanced connector policies, where both services of administration are named and let us read them. */
export async function askConnectorPolicies(
  client: DataverseClient,
): Promise<{ readonly policies: readonly ObservedConnectorPolicy[]; readonly unseen: readonly Unseen[] }> {
  const { administrationUrl, platformApiUrl } = client.environment
  if (administrationUrl === undefined || platformApiUrl === undefined) return { policies: [], unseen: [untold] }
  const { answer, unseen } = await askOrUnseen({
    what: 'advanced connector policies',
    help: 'It takes an identity that is registered for administration (New-PowerAppManagementApp, or adminApplications of the administration API).',
    ask: () => fetchConnectorPolicies(client),
  })
  return { policies: answer ?? [], unseen }
}

const untold: Unseen = {
  what: 'advanced connector policies',
  why: 'They are kept by the tenant and not by the environment, whose Web API does not tell them. Name administrationUrl and platformApiUrl of the environment in drover.yaml.',
}

async function fetchConnectorPolicies(client: DataverseClient): Promise<readonly ObservedConnectorPolicy[]> {
  const environmentId = await fetchEnvironmentId(client)
  const group = await fetchGroup(client, environmentId)
  const own = await listAssigned(client, `environments/${encodeURIComponent(environmentId)}`)
  const inherited = group === undefined ? [] : await listAssigned(client, `environmentGroups/${encodeURIComponent(group)}`)
  const assigned = new Map<string, ObservedConnectorPolicy['assignedTo']>([
    ...own.map((id) => [id, 'environment'] as const),
    // Where both lists have it, the group's is where it comes from.
    ...inherited.map((id) => [id, 'environment group'] as const),
  ])
  const found: ObservedConnectorPolicy[] = []
  for (const [id, assignedTo] of assigned) {
    const path = `${policies}/${encodeURIComponent(id)}?${apiVersion}`
    const read = await client.call({ operation: 'ReadConnectorPolicies', path, reply: policy, isPlatformApi: true })
    const allowed = readAllowed(read)
    if (allowed !== undefined) found.push({ name: read.name ?? id, assignedTo, allowed, isOnly: isOnly(read) })
  }
  return found
}

async function fetchGroup(client: DataverseClient, environmentId: string): Promise<string | undefined> {
  const path = `providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/${encodeURIComponent(environmentId)}?api-version=2023-06-01`
  const { properties } = await client.call({ operation: 'ReadEnvironmentGroup', path, reply: environmentReply, isAdministration: true })
  const id = properties.parentEnvironmentGroup?.id
  return id === undefined || id === noGroup || id === '' ? undefined : id
}

async function listAssigned(client: DataverseClient, place: string): Promise<readonly string[]> {
  const found: string[] = []
  const first = `${policies}/${place}/assignments?includeRuleSetCounts=true&${apiVersion}`
  for (let path: string | undefined = first; path !== undefined; ) {
    const page: z.infer<typeof assignments> = await client.call({
      ...{ operation: 'ReadConnectorPolicies', path, reply: assignments, isPlatformApi: true },
    })
    found.push(...page.value.map(({ policyId }) => policyId.toLowerCase()))
    path = page['@odata.nextLink'] ?? undefined
  }
  return found
}

/** Undefined where the policy is about other matters than connectors. A mode that nobody has published yet allows what it lists alone. */
function readAllowed({ ruleSets }: z.infer<typeof policy>): readonly AllowedConnector[] | undefined {
  const rule = (ruleSets ?? []).find(({ id }) => id === 'ConnectorManagement')
  if (rule === undefined) return undefined
  return (rule.inputs?.AllowedConnectorList ?? []).map((entry) => ({
    connector: (connectorName(entry.AllowedConnector) ?? '').toLowerCase(),
    ...((entry.AllowedActionsMode ?? 'AllAllowed') === 'AllAllowed'
      ? {}
      : { actions: (entry.AllowedActions ?? []).map((action) => action.toLowerCase()) }),
    ...((entry.AllowedConnectionTypesMode ?? 'AllAllowed') === 'AllAllowed' ? {} : { limitsConnections: true as const }),
  }))
}

/** Beside a list of connectors alone is it known to put data policies out of force. */
function isOnly({ ruleSets }: z.infer<typeof policy>): boolean {
  const rule = (ruleSets ?? []).find(({ id }) => id === 'AdvancedConnectorPoliciesOnly')
  return rule?.inputs?.EnableAdvancedConnectorPoliciesOnly === true
}
