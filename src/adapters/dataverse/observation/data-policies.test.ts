import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenEnvironment } from '#engine/ports'
import { deployer, tenantId } from '../../../../test/conformance/organisation.ts'
import type { LocalTenant } from '../../../../test/conformance/tenant.ts'
import { administrator, openTenant } from '../../../../test/conformance/tenant.ts'
import { createEnvironments } from '../environments.ts'
import { dependencies, environmentAt } from '../testing/local-server.ts'

const policies = 'providers/PowerPlatform.Governance/v2/policies'
const connectors = '/providers/Microsoft.PowerApps/apis/'

let tenant: LocalTenant
let token: string

beforeAll(async () => {
  tenant = await openTenant()
  token = await tenant.signIn(administrator, 'https://service.powerapps.com/')
  const ids = await environmentIds()
  await keep('For all', { Confidential: ['shared_sharepointonline'], Blocked: ['shared_Twitter'] })
  await keep(
    'For test alone',
    { Blocked: ['shared_office365'] },
    { environmentType: 'OnlyEnvironments', environments: [{ name: ids.test }] },
    {
      connectorConfigurationsDefinition: {
        connectorActionConfigurations: [
          {
            connectorId: `${connectors}shared_sql`,
            defaultConnectorActionRuleBehavior: 'Allow',
            actionRules: [{ actionId: 'DeleteItem_V2', behavior: 'Block' }],
          },
        ],
        endpointConfigurations: [
          {
            connectorId: `${connectors}Http`,
            endpointRules: [
              { order: 2, behavior: 'Deny', endPoint: '*' },
              { order: 1, behavior: 'Allow', endPoint: 'https://api.contoso.com*' },
            ],
          },
        ],
      },
      customConnectorUrlPatternsDefinition: {
        rules: [
          { order: 1, customConnectorRuleClassification: 'Confidential', pattern: 'https://www.contoso.com*' },
          { order: 2, customConnectorRuleClassification: 'Ignore', pattern: '*' },
        ],
      },
    },
  )
  await keep('Not for test', { Blocked: ['shared_x'] }, { environmentType: 'ExceptEnvironments', environments: [{ name: ids.test }] })
})
afterAll(() => tenant.close())

describe('data policies', () => {
  it('are unseen without the address of the administration, and by an identity that may not administer', async () => {
    expect(await open('test', undefined).fetchDataPolicies()).toMatchObject({ policies: [], unseen: [{ what: 'data policies' }] })
    const { policies: seen, unseen } = await open('test', tenant.url).fetchDataPolicies()
    expect(seen).toEqual([])
    expect(unseen).toMatchObject([{ what: 'data policies', why: expect.stringContaining('registered for administration') as string }])
  })

  it('are those that apply to the environment, with the class of each connector', async () => {
    const path = `providers/Microsoft.BusinessAppPlatform/adminApplications/${deployer.clientId}?api-version=2020-10-01`
    expect((await tenant.call('PUT', path, { token })).status).toBe(200)
    const { policies: seen, unseen } = await open('test', tenant.url).fetchDataPolicies()
    expect(unseen).toEqual([])
    expect(seen.toSorted((a, b) => (a.name < b.name ? -1 : 1))).toEqual([
      { name: 'For all', classes: { shared_sharepointonline: 'business', shared_twitter: 'blocked' }, otherwise: 'non-business' },
      {
        ...{ name: 'For test alone', classes: { shared_office365: 'blocked' }, otherwise: 'non-business', addressPatterns: 1 },
        actionRules: [{ connector: 'shared_sql', actions: { deleteitem_v2: false }, allowsOthers: true }],
        addressRules: [
          {
            connector: 'http',
            rules: [
              { pattern: 'https://api.contoso.com*', isAllowed: true },
              { pattern: '*', isAllowed: false },
            ],
          },
        ],
      },
    ])
    expect((await open('dev', tenant.url).fetchDataPolicies()).policies.map(({ name }) => name).toSorted()).toEqual([
      'For all',
      'Not for test',
    ])
    expect((await open('test', tenant.url).fetchSurroundings()).dataPolicies).toHaveLength(2)
  })
})

function open(name: string, administrationUrl: string | undefined): OpenEnvironment {
  const credentials = {
    tokenUrl: `${tenant.url}/${tenantId}/oauth2/v2.0/token`,
    clientId: deployer.clientId,
    clientSecret: { kind: 'environment', variable: 'X' },
  } as const
  const secrets = { resolve: async () => deployer.clientSecret }
  return createEnvironments(dependencies({ secrets })).open(environmentAt(`${tenant.url}/${name}`, { credentials, administrationUrl }))
}

async function environmentIds(): Promise<Readonly<Record<string, string>>> {
  const { json } = await tenant.call('GET', 'providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2020-10-01', {
    token,
  })
  const rows = json['value'] as readonly { readonly name: string; readonly properties: { readonly displayName: string } }[]
  return Object.fromEntries(rows.map((row) => [row.properties.displayName.toLowerCase(), row.name]))
}

/** `rules`: what stands beside the classes of a policy. */
async function keep(displayName: string, classes: Record<string, readonly string[]>, more: object = {}, rules: object = {}): Promise<void> {
  const connectorGroups = Object.entries(classes).map(([classification, names]) => ({
    classification,
    connectors: names.map((name) => ({ id: `${connectors}${name}`, name, type: 'Microsoft.PowerApps/apis' })),
  }))
  const definition = { displayName, defaultConnectorsClassification: 'General', environmentType: 'AllEnvironments', environments: [] }
  const made = await tenant.call('POST', policies, {
    token,
    body: { policyDefinition: { ...definition, connectorGroups, ...more }, ...rules },
  })
  expect(made.status, made.text).toBe(201)
}
