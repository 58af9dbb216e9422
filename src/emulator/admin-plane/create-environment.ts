import { assignRole } from '../auth/role-assignments.ts'
import { furnishRoles, roleNamed } from '../auth/security-roles.ts'
import { closeAdmission, provisionUser } from '../auth/application-users.ts'
import { ODataError } from '../errors.ts'
import { furnishEnvironment } from '../http/new-environment.ts'
import { prepareEnvironment } from '../templates/index.ts'
import { templates } from '../templates/templates.ts'
import { putRow } from '../store/rows.ts'
import type { Transaction } from '../store/store.ts'
import type { Administrator } from './administrator.ts'
import type { EnvironmentRecord, EnvironmentSku } from './environment-record.ts'
import type { AdminCall } from './environments.ts'
import { changeEnvironment } from './environments.ts'
import type { LifecycleOperation } from './lifecycle.ts'
import { isCurrency, isLanguage, locationNamed } from './locations.ts'
import type { Body } from './request-body.ts'
import { objectOf, requiredText, textOf } from './request-body.ts'

const skus: readonly EnvironmentSku[] = ['Production', 'Sandbox', 'Developer', 'Trial']

/** First segments of addresses that are no environment's here. */
const takenAddresses: readonly string[] = ['providers', 'environmentmanagement', 'appmanagement', 'governance', 'common']

/** Milliseconds of the service after the end of a creation until its creator is a user of the new organisation (web-api F.1; length unverified). */
const userDelayMs = 60_000
const creationMs = 180_000

/** Refuses what cannot become an environment: `validateEnvironmentDetails`, also asked by a creation itself. */
export function validateDetails({ emulator }: AdminCall, body: Body): void {
  const location = textOf(body, 'environmentLocation') ?? ''
  const domainName = textOf(body, 'domainName')
  if (location !== '' && locationNamed(location) === undefined) {
    throw new ODataError(400, 'InvalidLocation', `The location '${location}' is not valid.`)
  }
  if (domainName === undefined) return
  if (!/^[a-z][a-z0-9-]{1,31}$/.test(domainName) || takenAddresses.includes(domainName)) {
    throw new ODataError(
      400,
      'InvalidDomainName',
      `The domain name '${domainName}' is not valid: use lower-case letters, digits and hyphens.`,
    )
  }
  if (emulator.store.has(domainName)) {
    throw new ODataError(400, 'InvalidDomainName', `The domain name '${domainName}' is not available: another environment has it.`)
  }
}

/** Makes an environment with a database. Its creator becomes its first user, a System Administrator, some time after its end. */
export async function createEnvironment(call: AdminCall, body: Body): Promise<LifecycleOperation> {
  const { emulator, by } = call
  const record = newRecord(call, body)
  await emulator.store.create(record.name)
  const env = emulator.store.environment(record.name)
  const template = templates.find(({ name }) => record.templates.includes(name))?.name
  const make = { guid: emulator.guid, now: emulator.now }
  // First, so that a start after a killed creation lets nobody in.
  await env.write(closeAdmission)
  // One write: an environment is whole or empty.
  await env.join(async (joined) => {
    await prepareEnvironment(joined, { ...make, ...(template === undefined ? {} : { template }) })
    await furnishEnvironment(joined, make)
    await joined.write((tx) => {
      setUp(tx, record)
      admitCreator(tx, by, make)
    })
  })
  return changeEnvironment(call, 'Create', record)
}

/** Base language and currency, which cannot be changed later. */
function setUp(tx: Transaction, { baseLanguage, currency }: EnvironmentRecord): void {
  const row = tx.list('organization')[0]
  if (row === undefined) return
  putRow(tx, 'organization', String(row['organizationid']), { ...row, languagecode: baseLanguage, '~currency': currency })
}

function admitCreator(tx: Transaction, { identity, name, isPerson }: Administrator, make: { guid(): string; now(): Date }): void {
  furnishRoles(tx, make)
  const { objectId, applicationId } = identity
  const user = provisionUser(tx, { objectId, name, ...(isPerson ? {} : { clientId: applicationId }) }, make)
  const role = roleNamed(tx, 'System Administrator')
  if (role !== undefined) assignRole(tx, { table: 'systemuser', id: user }, String(role['roleid']))
}

function newRecord(call: AdminCall, body: Body): EnvironmentRecord {
  const properties = objectOf(body['properties']) ?? {}
  const linked = objectOf(properties['linkedEnvironmentMetadata'])
  const location = requiredText(body, 'location')
  const sku = skus.find((known) => known === properties['environmentSku'])
  if (sku === undefined) {
    throw new ODataError(
      400,
      'InvalidEnvironmentSku',
      `The environmentSku '${String(properties['environmentSku'])}' is none of ${skus.join(', ')}.`,
    )
  }
  // Without it the environment would have no Dataverse, and there is nothing else here.
  if (linked === undefined)
    throw new ODataError(501, 'NotSupported', 'This local Dataverse does not support environments without a database.')
  const displayName = requiredText(properties, 'displayName')
  const domainName = textOf(linked, 'domainName') ?? madeDomain(displayName, call.emulator.guid())
  validateDetails(call, { domainName, environmentLocation: location })
  const { clock } = call.emulator
  const at = clock.now()
  return {
    id: call.emulator.guid(),
    name: domainName,
    displayName,
    description: textOf(properties, 'description') ?? '',
    sku,
    location,
    azureRegion: regionOf(location, textOf(properties, 'azureRegion')),
    createdTime: at.toISOString(),
    createdBy: call.by.actor,
    lastModifiedTime: at.toISOString(),
    securityGroupId: textOf(linked, 'securityGroupId') ?? '',
    baseLanguage: languageOf(linked),
    currency: currencyOf(linked),
    templates: Array.isArray(linked['templates']) ? linked['templates'].map(String) : [],
    isAdminMode: false,
    hasBackgroundOperations: true,
    governance: { protectionLevel: 'Basic' },
    opensAt: new Date(at.getTime() + clock.scaled(creationMs + userDelayMs)).toISOString(),
  }
}

function regionOf(location: string, asked: string | undefined): string {
  const regions: readonly string[] = locationNamed(location)?.azureRegions ?? []
  if (asked === undefined) return regions[0] ?? ''
  if (regions.includes(asked)) return asked
  throw new ODataError(
    400,
    'InvalidAzureRegion',
    `The region '${asked}' is not valid for the location '${location}': ${regions.join(', ')}.`,
  )
}

function languageOf(linked: Body): number {
  const language = Number(linked['baseLanguage'] ?? 1033)
  if (isLanguage(language)) return language
  throw new ODataError(400, 'InvalidLanguage', `The base language ${language} is not one that this local Dataverse offers.`)
}

function currencyOf(linked: Body): string {
  const code = textOf(objectOf(linked['currency']), 'code') ?? 'USD'
  if (isCurrency(code)) return code
  throw new ODataError(400, 'InvalidCurrency', `The currency ${code} is not one that this local Dataverse offers.`)
}

function madeDomain(displayName: string, guid: string): string {
  const plain = displayName.toLowerCase().replace(/[^a-z0-9]/g, '')
  return `org${plain.slice(0, 16)}${guid.slice(0, 6)}`
}
