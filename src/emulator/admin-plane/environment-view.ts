import { platformVersion } from '../templates/platform-version.ts'
import type { ReadTransaction } from '../store/store.ts'
import { actorOf, platform } from './actor.ts'
import type { EnvironmentRecord } from './environment-record.ts'
import { isManagedEnvironment, retentionDays } from './environment-record.ts'
import type { LifecycleOperation } from './lifecycle.ts'

export const bap = '/providers/Microsoft.BusinessAppPlatform'

export interface Seen {
  /** `http://host:port`. */
  readonly origin: string
  readonly tenantId: string
  readonly operation: LifecycleOperation | undefined
}

/** An environment as BAP shows it (web-api F.1; fixture of Microsoft's Terraform provider), of what is known here. */
export function environmentView(env: ReadTransaction, record: EnvironmentRecord, seen: Seen): Record<string, unknown> {
  const period = `P${retentionDays(record, env.list('solution'))}D`
  const isCreating = seen.operation?.type === 'Create'
  return {
    id: `${bap}/scopes/admin/environments/${record.id}`,
    type: 'Microsoft.BusinessAppPlatform/scopes/environments',
    location: record.location,
    name: record.id,
    properties: {
      tenantId: seen.tenantId,
      azureRegion: record.azureRegion,
      displayName: record.displayName,
      description: record.description,
      createdTime: record.createdTime,
      createdBy: actorOf(record.createdBy),
      lastModifiedTime: record.lastModifiedTime,
      provisioningState: isCreating ? 'LinkedDatabaseProvisioning' : 'Succeeded',
      creationType: 'User',
      environmentSku: record.sku,
      isDefault: record.sku === 'Default',
      databaseType: 'CommonDataService',
      addons: [],
      runtimeEndpoints: runtimeEndpoints(seen.origin),
      trialScenarioType: 'None',
      notificationMetadata: { state: 'NotSpecified', branding: 'NotSpecific' },
      protectionStatus: { keyManagedBy: 'Microsoft' },
      connectedGroups: [],
      // Not known before the organisation is.
      ...(isCreating ? {} : { linkedEnvironmentMetadata: linkedMetadata(env, record, seen) }),
      retentionPeriod: period,
      retentionDetails: { retentionPeriod: period, backupsAvailableFromDateTime: record.createdTime },
      states: {
        management: { id: seen.operation === undefined ? 'Ready' : 'NotReady' },
        runtime: { id: record.isAdminMode ? 'AdminMode' : 'Enabled', runtimeReasonCode: 'NotSpecified', requestedBy: systemRequest },
      },
      updateCadence: { id: 'Frequent' },
      lifecycleOperationsEnforcement: {
        allowedOperations: allowedOperations(record, seen.operation),
        disallowedOperations: disallowedOperations(record),
      },
      governanceConfiguration: record.governance,
      ...(record.environmentGroupId === undefined ? {} : { parentEnvironmentGroup: { id: record.environmentGroupId } }),
    },
  }
}

// Who asked for its state is shown for none but the platform in the replies that are known.
const systemRequest = { displayName: platform.displayName, type: platform.type }

/** Every API of the platform is at one address here; what is not served there is refused by name. */
function runtimeEndpoints(origin: string): Record<string, string> {
  const services = [
    'BusinessAppPlatform',
    'CommonDataModel',
    'PowerApps',
    'PowerAppsAdvisor',
    'PowerVirtualAgents',
    'ApiManagement',
    'Flow',
  ]
  return Object.fromEntries(services.map((name) => [`microsoft.${name}`, origin]))
}

function linkedMetadata(env: ReadTransaction, record: EnvironmentRecord, { origin, operation }: Seen): object {
  const url = `${origin}/${record.name}`
  return {
    resourceId: env.list('organization')[0]?.['organizationid'] ?? null,
    friendlyName: record.displayName,
    uniqueName: record.name,
    domainName: record.name,
    version: platformVersion,
    instanceUrl: `${url}/`,
    instanceApiUrl: url,
    baseLanguage: record.baseLanguage,
    instanceState: operation === undefined ? 'Ready' : 'Preparing',
    createdTime: record.createdTime,
    backgroundOperationsState: record.hasBackgroundOperations ? 'Enabled' : 'Disabled',
    ...(record.securityGroupId === '' ? {} : { securityGroupId: record.securityGroupId }),
    platformSku: 'Standard',
    schemaType: 'Standard',
  }
}

function allowedOperations(record: EnvironmentRecord, operation: LifecycleOperation | undefined): readonly object[] {
  if (operation !== undefined) return []
  const governance = isManagedEnvironment(record) ? ofManaged : ofOrdinary
  const isTarget = record.sku === 'Sandbox' || record.sku === 'Developer'
  const hasBackups = record.sku === 'Production' || record.sku === 'Sandbox'
  const names = ['Delete', 'Edit', 'Convert', ...(hasBackups ? ['Backup'] : []), ...(isTarget ? ['Copy', 'Restore'] : []), ...governance]
  return names.map((id) => ({ type: { id } }))
}

const ofManaged = ['DisableGovernanceConfiguration', 'UpdateGovernanceConfiguration']
const ofOrdinary = ['EnableGovernanceConfiguration']

/** The reason in the words of the service, where a reply shows them (fixture of Microsoft's Terraform provider); that for enabling is unverified. */
function disallowedOperations(record: EnvironmentRecord): readonly object[] {
  return (isManagedEnvironment(record) ? ofOrdinary : ofManaged).map((id) => ({
    type: { id },
    reason: {
      message: `${id} cannot be performed on Power Platform environment because of the governance configuration.`,
      type: 'GovernanceConfig',
    },
  }))
}
