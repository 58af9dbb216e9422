import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { usesOfFlows } from '#domain/plan'
import { makeSettingsTemplate } from '#domain/settings'
import type { OpenEnvironment } from '#engine/ports'
import { describeSolution, readPackage, readSolution } from '#format'
import { deployer, errorOf, rowsOf, sampleSolution, tenantId } from '../../../../test/conformance/organisation.ts'
import type { Answer } from '../../../../test/conformance/organisation.ts'
import type { LocalTenant } from '../../../../test/conformance/tenant.ts'
import { administrator, openTenant } from '../../../../test/conformance/tenant.ts'
import { buildObserved, buildPlan, buildRelease } from '../../../../test/support/domain-builders.ts'
import { createEnvironments } from '../environments.ts'
import { dependencies, environmentAt } from '../testing/local-server.ts'

const connectors = '/providers/Microsoft.PowerApps/apis/'
const parent = '6d1dcc7e-d4bf-555b-951f-362fb92d7def'
const child = '91983bc7-6cb7-561b-9543-fe635bcad031'
const outlook = 'shared_office365'
const dataverse = 'shared_commondataserviceforapps'
const group = '0c3a1f5e-0000-4000-8000-0000000000aa'
const version = 'api-version=2024-10-01'

let tenant: LocalTenant
let platformToken: string
let bapToken: string
let devId: string

beforeEach(async () => {
  tenant = await openTenant({ clockScale: 1, tokenLifetimeSeconds: 864_000 })
  bapToken = await tenant.signIn(administrator, 'https://service.powerapps.com/')
  platformToken = await tenant.signIn(administrator, 'https://api.powerplatform.com')
  devId = await environmentId('dev')
})
afterEach(() => tenant.close())

describe('advanced connector policies', () => {
  it('are unseen where a service of the administration is not named, and by an identity that may not administer', async () => {
    const unseen = [{ what: 'advanced connector policies' }]
    expect(await open('dev', { administrationUrl: tenant.url }).fetchConnectorPolicies()).toMatchObject({ policies: [], unseen })
    expect(await open('dev', { platformApiUrl: tenant.url }).fetchConnectorPolicies()).toMatchObject({ policies: [], unseen })
    expect(await open('dev', everything()).fetchConnectorPolicies()).toMatchObject({
      policies: [],
      unseen: [{ what: 'advanced connector policies', why: expect.stringContaining('registered for administration') as string }],
    })
  })

  it('are those of the environment and of the group that it is in, with what each allows', async () => {
    await register()
    expect(await open('dev', everything()).fetchConnectorPolicies()).toEqual({ policies: [], unseen: [] })
    const ofGroup = await keep(
      'Of the group',
      [{ AllowedConnector: `${connectors}shared_Office365`, AllowedActionsMode: 'AllAllowed' }],
      true,
    )
    const own = await keep('Its own', [
      { AllowedConnector: connectors + dataverse, AllowedActionsMode: 'SomeAllowed', AllowedActions: ['ListRecords'] },
    ])
    await assign(ofGroup, 'environmentGroups', group)
    await assign(own, 'environments', devId)
    expect((await open('dev', everything()).fetchConnectorPolicies()).policies.map(({ name }) => name)).toEqual(['Its own'])
    await join(devId, group)
    expect((await open('dev', everything()).fetchConnectorPolicies()).policies).toEqual([
      { name: 'Its own', assignedTo: 'environment', allowed: [{ connector: dataverse, actions: ['listrecords'] }], isOnly: false },
      { name: 'Of the group', assignedTo: 'environment group', allowed: [{ connector: outlook }], isOnly: true },
    ])
    expect(await open('test', everything()).fetchConnectorPolicies()).toEqual({ policies: [], unseen: [] })
  })

  it('are forecast for the flows of a release as the environment then holds them', async () => {
    await register()
    await scene()
    const id = await keep('Mail only', [{ AllowedConnector: connectors + outlook, AllowedActionsMode: 'AllAllowed' }])
    await assign(id, 'environmentGroups', group)
    await join(devId, group)
    await pass(61)
    const refused = await forecast()
    expect(refused[parent]).toContain(`the advanced connector policy "Mail only" of the environment group does not allow ${dataverse}`)
    expect(refused[child], 'it sends a mail').toBeUndefined()
    expect((await turnOn(child)).status).toBe(204)
    expect(innerCode(await turnOn(parent))).toBe('DlpViolation')
  })

  it('allow single actions alone, and are forecast by them', async () => {
    await register()
    await scene()
    const some = (actions: readonly string[]) => [
      { AllowedConnector: connectors + outlook, AllowedActionsMode: 'AllAllowed' },
      { AllowedConnector: connectors + dataverse, AllowedActionsMode: 'SomeAllowed', AllowedActions: actions },
    ]
    const id = await keep('Few actions', some(['CreateRecord']))
    await assign(id, 'environments', devId)
    await pass(61)
    expect((await forecast())[parent]).toContain('of the environment does not allow the action ')
    await turnOn(child)
    expect(innerCode(await turnOn(parent))).toBe('DlpViolation')
    await patch(id, 'Few actions', some(await actionsOf(dataverse)))
    await pass(61)
    expect(await forecast()).toEqual({})
    expect((await turnOn(parent)).status).toBe(204)
  })

  it('have data policies not asked where they say that they are alone', async () => {
    await register()
    await scene()
    await dataPolicy()
    await pass(61)
    expect((await forecast())[child]).toContain('"Strict" blocks')
    expect(innerCode(await turnOn(child))).toBe('DlpViolation')
    const all = [outlook, dataverse].map((name) => ({ AllowedConnector: connectors + name, AllowedActionsMode: 'AllAllowed' }))
    await assign(await keep('Alone', all, true), 'environments', devId)
    await pass(61)
    expect(await forecast()).toEqual({})
    await connect(outlook) // the data policy disabled its connection
    expect((await turnOn(child)).status).toBe(204)
  })
})

/** Flow id → why the plan leaves it off, of those that it does. */
async function forecast(): Promise<Readonly<Record<string, string>>> {
  const environment = open('dev', everything())
  const { policies } = await environment.fetchDataPolicies()
  const zip = await sampleSolution()
  const plan = buildPlan({
    release: buildRelease({ settingsTemplate: makeSettingsTemplate((await readSolution(zip)).model) }),
    observed: buildObserved({ flows: [] }),
    dataPolicies: { policies },
    connectorPolicies: { policies: (await environment.fetchConnectorPolicies()).policies },
    flowUses: usesOfFlows(await describeSolution(await readPackage(zip))),
  })
  return Object.fromEntries(plan.flows.filter(({ why }) => why.startsWith('It will be off')).map(({ id, why }) => [id.toLowerCase(), why]))
}

async function actionsOf(wanted: string): Promise<readonly string[]> {
  const uses = usesOfFlows(await describeSolution(await readPackage(await sampleSolution())))
  return Object.values(uses).flatMap(({ operations }) =>
    operations.filter(({ connector }) => connector === wanted).map(({ operation }) => operation),
  )
}

function everything(): { readonly administrationUrl: string; readonly platformApiUrl: string } {
  return { administrationUrl: tenant.url, platformApiUrl: tenant.url }
}

function open(name: string, services: { readonly administrationUrl?: string; readonly platformApiUrl?: string }): OpenEnvironment {
  const credentials = {
    tokenUrl: `${tenant.url}/${tenantId}/oauth2/v2.0/token`,
    clientId: deployer.clientId,
    clientSecret: { kind: 'environment', variable: 'X' },
  } as const
  const secrets = { resolve: async () => deployer.clientSecret }
  return createEnvironments(dependencies({ secrets })).open(environmentAt(`${tenant.url}/${name}`, { credentials, ...services }))
}

async function register(): Promise<void> {
  const path = `providers/Microsoft.BusinessAppPlatform/adminApplications/${deployer.clientId}?api-version=2020-10-01`
  expect((await tenant.call('PUT', path, { token: bapToken })).status).toBe(200)
}

async function environmentId(name: string): Promise<string> {
  const path = 'providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2020-10-01'
  const found = rowsOf(await tenant.call('GET', path, { token: bapToken })).find((row) => JSON.stringify(row).includes(`/${name}/`))
  return String(found?.['name'])
}

function platform(method: string, path: string, body?: unknown): Promise<Answer> {
  return tenant.call(method, `governance/ruleBasedPolicies${path}?${version}`, {
    token: platformToken,
    ...(body === undefined ? {} : { body }),
  })
}

function rules(AllowedConnectorList: readonly object[]): object {
  return { id: 'ConnectorManagement', version: '1.0', inputs: { AllowedConnectorList } }
}

async function keep(name: string, list: readonly object[], isAlone = false): Promise<string> {
  const only = { id: 'AdvancedConnectorPoliciesOnly', version: '1.0', inputs: { EnableAdvancedConnectorPoliciesOnly: true } }
  const made = await platform('POST', '', { name, ruleSets: [rules(list), ...(isAlone ? [only] : [])] })
  expect(made.status, made.text).toBe(201)
  return String(made.json['id'])
}

async function patch(id: string, name: string, list: readonly object[]): Promise<void> {
  expect((await platform('PATCH', `/${id}`, { name, ruleSets: [rules(list)] })).status).toBe(200)
}

async function assign(id: string, kind: 'environments' | 'environmentGroups', to: string): Promise<void> {
  const answer = await platform('POST', `/${id}/${kind}/${to}/assignments`, {})
  expect(answer.status, answer.text).toBe(201)
}

async function join(environment: string, id: string): Promise<void> {
  const path = `providers/Microsoft.BusinessAppPlatform/scopes/admin/environments/${environment}?api-version=2021-04-01`
  const answer = await tenant.call('PATCH', path, { token: bapToken, body: { properties: { parentEnvironmentGroup: { id } } } })
  expect(answer.status, answer.text).toBeLessThan(300)
}

async function dataPolicy(): Promise<void> {
  const body = {
    policyDefinition: {
      ...{ displayName: 'Strict', defaultConnectorsClassification: 'General', environmentType: 'AllEnvironments', environments: [] },
      connectorGroups: [{ classification: 'Blocked', connectors: [{ id: connectors + outlook, name: outlook }] }],
    },
  }
  expect((await tenant.call('POST', 'providers/PowerPlatform.Governance/v2/policies', { token: bapToken, body })).status).toBe(201)
}

/** The sample with both its connections bound. */
async function scene(): Promise<void> {
  const body = {
    ...{ OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, ImportJobId: crypto.randomUUID() },
    CustomizationFile: Buffer.from(await sampleSolution()).toString('base64'),
  }
  const started = await tenant.call('POST', 'dev/api/data/v9.2/ImportSolutionAsync', { body })
  const job = `dev/api/data/v9.2/asyncoperations(${String(started.json['AsyncOperationId'])})`
  await expect.poll(async () => (await tenant.call('GET', job)).json['statuscode']).toBe(30)
  for (const [reference, connector] of Object.entries({ contoso_Office365Outlook: outlook, contoso_Dataverse: dataverse })) {
    await connect(connector)
    const rows = rowsOf(
      await tenant.call('GET', `dev/api/data/v9.2/connectionreferences?$filter=connectionreferencelogicalname eq '${reference}'`),
    )
    const path = `dev/api/data/v9.2/connectionreferences(${String(rows[0]?.['connectionreferenceid'])})`
    expect((await tenant.call('PATCH', path, { body: { connectionid: connector } })).status).toBe(204)
  }
}

async function connect(connector: string): Promise<void> {
  const body = { connectorId: connectors + connector, displayName: connector, ownerName: 'Somebody', sharedWith: [deployer.objectId] }
  expect((await tenant.control('PUT', `environments/dev/connections/${connector}`, body)).status).toBe(204)
}

function turnOn(id: string): Promise<Answer> {
  return tenant.call('PATCH', `dev/api/data/v9.2/workflows(${id})`, { body: { statecode: 1 }, headers: { 'if-match': '*' } })
}

function innerCode(answer: Answer): string {
  const details = /and details "(.*)"\.$/s.exec(errorOf(answer).message)?.[1] ?? '{}'
  return (JSON.parse(details) as { error: { code: string } }).error.code
}

async function pass(minutes: number): Promise<void> {
  expect((await tenant.control('POST', 'clock/jump', { seconds: minutes * 60 })).status).toBe(200)
}
