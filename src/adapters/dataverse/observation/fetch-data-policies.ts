import { z } from 'zod'
import type { ConnectorClass, ObservedDataPolicy } from '#domain/environment'
import { connectorName } from '#domain/solution'
import type { DataverseClient } from '../client.ts'
import { fetchEnvironmentId } from './environment-id.ts'

/** Names of the classes on the wire: Confidential is Business [release-facts §4.1]. */
const classes: Readonly<Record<string, ConnectorClass>> = { Confidential: 'business', General: 'non-business', Blocked: 'blocked' }
const classification = z.string()

const shallow = z.object({ policyDefinition: z.object({ name: z.string() }) })
/** Both spellings of the address are seen [release-facts §4.1]. */
const endpointRule = z
  .object({ order: z.number(), behavior: z.string(), endPoint: z.string().nullish(), endpoint: z.string().nullish() })
  .transform(({ order, behavior, endPoint, endpoint }) => ({ order, behavior, pattern: endPoint ?? endpoint ?? '*' }))
const whole = z.object({
  policyDefinition: z.object({
    displayName: z.string(),
    defaultConnectorsClassification: classification,
    connectorGroups: z.array(z.object({ classification, connectors: z.array(z.object({ id: z.string() })).nullish() })).nullish(),
    environmentType: z.string(),
    environments: z.array(z.object({ name: z.string() })).nullish(),
  }),
  connectorConfigurationsDefinition: z
    .object({
      connectorActionConfigurations: z
        .array(
          z.object({
            connectorId: z.string(),
            defaultConnectorActionRuleBehavior: z.string(),
            actionRules: z.array(z.object({ actionId: z.string(), behavior: z.string() })).nullish(),
          }),
        )
        .nullish(),
      endpointConfigurations: z.array(z.object({ connectorId: z.string(), endpointRules: z.array(endpointRule).nullish() })).nullish(),
    })
    .nullish(),
  customConnectorUrlPatternsDefinition: z
    .object({ rules: z.array(z.object({ pattern: z.string(), customConnectorRuleClassification: z.string() })).nullish() })
    .nullish(),
})
const list = z.object({ value: z.array(shallow), nextLink: z.string().nullish() })

const policies = 'providers/PowerPlatform.Governance/v2/policies'

/** The data policies of the tenant that apply to the environment. A list is shallow: each is read by itself [release-facts §4.1]. */
export async function fetchDataPolicies(client: DataverseClient): Promise<readonly ObservedDataPolicy[]> {
  const environmentId = await fetchEnvironmentId(client)
  const names: string[] = []
  for (let path: string | undefined = policies; path !== undefined; ) {
    const page: z.infer<typeof list> = await client.call({ operation: 'ReadDataPolicies', path, reply: list, isAdministration: true })
    names.push(...page.value.map(({ policyDefinition }) => policyDefinition.name))
    path = page.nextLink ?? undefined
  }
  const found: ObservedDataPolicy[] = []
  for (const name of names) {
    const path = `${policies}/${encodeURIComponent(name)}`
    const policy = await client.call({ operation: 'ReadDataPolicies', path, reply: whole, isAdministration: true })
    if (applies(policy, environmentId)) found.push(readPolicy(policy))
  }
  return found
}

/** Deleted environments stay listed for a while, and ids differ in their letter case. */
function applies({ policyDefinition: { environmentType, environments } }: z.infer<typeof whole>, environmentId: string): boolean {
  const isListed = (environments ?? []).some(({ name }) => name.toLowerCase() === environmentId.toLowerCase())
  if (environmentType === 'OnlyEnvironments') return isListed
  return environmentType === 'ExceptEnvironments' ? !isListed : true
}

/** A class that nobody has published yet counts as blocked: it must not show as allowed. */
function readPolicy({ policyDefinition, ...rules }: z.infer<typeof whole>): ObservedDataPolicy {
  const classOf = (name: string): ConnectorClass => classes[name] ?? 'blocked'
  const groups = policyDefinition.connectorGroups ?? []
  return {
    name: policyDefinition.displayName,
    classes: Object.fromEntries(
      groups.flatMap((group) => (group.connectors ?? []).map(({ id }) => [nameOf(id), classOf(group.classification)])),
    ),
    otherwise: classOf(policyDefinition.defaultConnectorsClassification),
    ...readRules(rules),
  }
}

/** A behaviour that nobody has published yet forbids: it must not show as allowed. */
function readRules({
  connectorConfigurationsDefinition: rules,
  customConnectorUrlPatternsDefinition: custom,
}: Omit<z.infer<typeof whole>, 'policyDefinition'>): Pick<ObservedDataPolicy, 'actionRules' | 'addressRules' | 'addressPatterns'> {
  const isAllowed = (behavior: string): boolean => behavior.toLowerCase() === 'allow'
  const actionRules = (rules?.connectorActionConfigurations ?? []).map(
    ({ connectorId, actionRules: named, defaultConnectorActionRuleBehavior }) => ({
      connector: nameOf(connectorId),
      actions: Object.fromEntries((named ?? []).map(({ actionId, behavior }) => [actionId.toLowerCase(), isAllowed(behavior)])),
      allowsOthers: isAllowed(defaultConnectorActionRuleBehavior),
    }),
  )
  const addressRules = (rules?.endpointConfigurations ?? []).map(({ connectorId, endpointRules }) => ({
    connector: nameOf(connectorId),
    rules: (endpointRules ?? [])
      .toSorted((a, b) => a.order - b.order)
      .map(({ pattern, behavior }) => ({ pattern, isAllowed: isAllowed(behavior) })),
  }))
  const patterns = (custom?.rules ?? []).filter(
    ({ pattern, customConnectorRuleClassification }) => pattern !== '*' || customConnectorRuleClassification !== 'Ignore',
  )
  return {
    ...(actionRules.length === 0 ? {} : { actionRules }),
    ...(addressRules.length === 0 ? {} : { addressRules }),
    // `*` for all that is left to other policies says nothing.
    ...(patterns.length === 0 ? {} : { addressPatterns: patterns.length }),
  }
}

function nameOf(connectorId: string): string {
  return (connectorName(connectorId) ?? '').toLowerCase()
}
