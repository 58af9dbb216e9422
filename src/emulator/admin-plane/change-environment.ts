import { provisionUser } from '../auth/application-users.ts'
import { ODataError } from '../errors.ts'
import { changePolicies } from '../policies/enforce.ts'
import type { EnvironmentRecord, EnvironmentSku } from './environment-record.ts'
import { isManagedEnvironment, retentionDays } from './environment-record.ts'
import { shortenBackups } from './backups.ts'
import { policiesDue } from './data-policies.ts'
import type { AdminCall } from './environments.ts'
import { changeEnvironment, requireIdleEnvironment } from './environments.ts'
import { forgetEnvironment } from './forget-environment.ts'
import { requireIdle, startOperation } from './lifecycle.ts'
import type { LifecycleOperation } from './lifecycle.ts'
import type { Body } from './request-body.ts'
import { objectOf, requiredText, textOf } from './request-body.ts'

/** `PATCH`: names, security group, environment group, administration mode, background operations (web-api F.1). What cannot be changed here is refused by name. */
export async function patchEnvironment(call: AdminCall, record: EnvironmentRecord, body: Body): Promise<LifecycleOperation> {
  const properties = objectOf(body['properties']) ?? {}
  const linked = objectOf(properties['linkedEnvironmentMetadata'])
  const runtime = textOf(objectOf(objectOf(properties['states'])?.['runtime']), 'id')
  if (runtime !== undefined && !['AdminMode', 'Enabled'].includes(runtime)) throw invalid('states.runtime.id', runtime)
  const background = textOf(linked, 'backgroundOperationsState')
  if (background !== undefined && !['Enabled', 'Disabled'].includes(background)) throw invalid('backgroundOperationsState', background)
  const domainName = textOf(linked, 'domainName')
  if (domainName !== undefined && domainName !== record.name) {
    throw new ODataError(501, 'NotSupported', 'This local Dataverse does not support changing the domain name of an environment.')
  }
  const group = groupOf(properties)
  // Its policies change with the group, and that reaches it as any change of policies does (U).
  if (group.isGiven) await changePolicies(call.emulator.store, policiesDue(call.emulator), () => undefined)
  const { environmentGroupId: known, ...kept } = record
  const environmentGroupId = group.isGiven ? group.id : known
  return changeEnvironment(call, 'Edit', {
    ...kept,
    ...(environmentGroupId === undefined ? {} : { environmentGroupId }),
    displayName: textOf(properties, 'displayName') ?? record.displayName,
    description: textOf(properties, 'description') ?? record.description,
    securityGroupId: textOf(linked, 'securityGroupId') ?? record.securityGroupId,
    isAdminMode: runtime === undefined ? record.isAdminMode : runtime === 'AdminMode',
    hasBackgroundOperations: background === undefined ? record.hasBackgroundOperations : background === 'Enabled',
  })
}

/** Zeros are no group (Microsoft's Terraform provider). */
function groupOf(properties: Body): { readonly isGiven: boolean; readonly id: string | undefined } {
  const id = textOf(objectOf(properties['parentEnvironmentGroup']), 'id')?.toLowerCase()
  return { isGiven: id !== undefined, id: id === '00000000-0000-0000-0000-000000000000' ? undefined : id }
}

const convertible: readonly EnvironmentSku[] = ['Production', 'Sandbox']

/** `modifySku`: production and sandbox into each other, a trial into production. */
export async function modifySku(call: AdminCall, record: EnvironmentRecord, body: Body): Promise<LifecycleOperation> {
  const wanted = requiredText(body, 'environmentSku')
  const sku = convertible.find((known) => known === wanted)
  const isAllowed = convertible.includes(record.sku) || (record.sku === 'Trial' && sku === 'Production')
  if (sku === undefined || !isAllowed) {
    throw new ODataError(400, 'InvalidEnvironmentSku', `Convert cannot be performed on environment of type ${record.sku} to ${wanted}.`)
  }
  const converted = { ...record, sku }
  const operation = await changeEnvironment(call, 'Convert', converted)
  const { store, clock } = call.emulator
  const days = store.environment(record.name).read((tx) => retentionDays(converted, tx.list('solution')))
  await store.tenant().write((tx) => shortenBackups(tx, record.id, { days, clock }))
  return operation
}

/** `governanceConfiguration`: makes the environment a Managed Environment, changes its settings, or makes it an ordinary one (facts-2 §10). */
export function configureGovernance(call: AdminCall, record: EnvironmentRecord, body: Body): Promise<LifecycleOperation> {
  const level = requiredText(body, 'protectionLevel')
  if (level === 'Basic') {
    return changeEnvironment(call, 'DisableGovernanceConfiguration', { ...record, governance: { protectionLevel: 'Basic' } })
  }
  if (level !== 'Standard') throw invalid('protectionLevel', level)
  const asked = objectOf(objectOf(body['settings'])?.['extendedSettings']) ?? {}
  const extendedSettings = { ...defaultSettings, ...record.governance.settings?.extendedSettings, ...textsOf(asked) }
  if (!['none', 'warn', 'block'].includes(extendedSettings.solutionCheckerMode.toLowerCase())) {
    throw invalid('solutionCheckerMode', extendedSettings.solutionCheckerMode)
  }
  const type = isManagedEnvironment(record) ? 'UpdateGovernanceConfiguration' : 'EnableGovernanceConfiguration'
  return changeEnvironment(call, type, { ...record, governance: { protectionLevel: 'Standard', settings: { extendedSettings } } })
}

const defaultSettings = {
  excludeEnvironmentFromAnalysis: 'false',
  isGroupSharingDisabled: 'false',
  maxLimitUserSharing: '-1',
  includeOnHomepageInsights: 'false',
  limitSharingMode: 'noLimit',
  solutionCheckerMode: 'none',
  suppressValidationEmails: 'true',
}

function textsOf(settings: Body): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      if (typeof value !== 'string') throw new ODataError(400, 'InvalidRequestContent', `The setting '${name}' must be a text.`)
      return [name, value]
    }),
  )
}

/** `DELETE`: the environment and its backups are gone when this is accepted; bringing one back is not served. */
export async function deleteEnvironment(call: AdminCall, record: EnvironmentRecord): Promise<LifecycleOperation> {
  const { emulator, by } = call
  requireIdleEnvironment(call, record)
  if (record.sku === 'Default')
    throw new ODataError(400, 'InvalidEnvironmentSku', 'Delete cannot be performed on environment of type Default.')
  // First, so that no second deletion begins; then the rows and what the tenant knows of them go at once.
  const asked = { type: 'Delete', environmentId: record.id, requestedBy: by.actor } as const
  const operation = await emulator.store.tenant().write((tx) => {
    requireIdle(tx, record.id, emulator.now())
    return startOperation(tx, asked, emulator)
  })
  await emulator.store.remove(record.name, (tenant) => forgetEnvironment(tenant, record.name))
  return operation
}

/** `addAppUser`: the application becomes a user without a security role, until somebody assigns one. */
export async function addAppUser({ emulator }: AdminCall, record: EnvironmentRecord, body: Body): Promise<void> {
  const clientId = requiredText(body, 'servicePrincipalAppId').toLowerCase()
  const client = emulator.clients.find((known) => known.clientId === clientId && known.isPublic !== true)
  if (client === undefined) {
    throw new ODataError(400, 'ServicePrincipalNotFound', `The application '${clientId}' was not found in the tenant.`)
  }
  const env = emulator.store.environment(record.name)
  await env.write((tx) => provisionUser(tx, client, { guid: emulator.guid, now: emulator.now }))
}

function invalid(name: string, value: string): ODataError {
  return new ODataError(400, 'InvalidRequestContent', `The value '${value}' of '${name}' is not valid.`)
}
