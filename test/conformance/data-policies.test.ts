import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeZip } from '#format'
import type { Answer } from './organisation.ts'
import { deployer, errorOf, rowsOf, sampleSolution } from './organisation.ts'
import type { LocalTenant } from './tenant.ts'
import { administrator, openTenant } from './tenant.ts'

const connectors = '/providers/Microsoft.PowerApps/apis/'
const policies = 'providers/PowerPlatform.Governance/v2/policies'
const parent = '6d1dcc7e-d4bf-555b-951f-362fb92d7def'
const child = '91983bc7-6cb7-561b-9543-fe635bcad031'
const outlook = 'shared_office365'
const dataverse = 'shared_commondataserviceforapps'

// A tenant's policies are not for tests to change in a live tenant.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('data policies (local environments only)', () => {
  let tenant: LocalTenant
  let token: string

  beforeEach(async () => {
    tenant = await openTenant({ clockScale: 1, tokenLifetimeSeconds: 864_000 })
    token = await tenant.signIn(administrator, 'https://service.powerapps.com/')
  })
  afterEach(() => tenant.close())

  it('are kept, listed shallowly, changed and deleted by an administrator alone', async () => {
    expect((await tenant.call('GET', policies)).status).toBe(403)
    const made = await admin('POST', policies, policy({ Blocked: [outlook] }))
    expect(made.status, made.text).toBe(201)
    const { name } = definitionOf(made.json)
    expect(definitionOf(made.json)).toMatchObject({ displayName: 'Strict', createdBy: { displayName: administrator.name } })
    const [listed] = rowsOf(await admin('GET', policies))
    expect(definitionOf(listed ?? {})).toMatchObject({ name, environmentType: 'AllEnvironments' })
    expect(definitionOf(listed ?? {})['connectorGroups']).toBeUndefined()
    const changed = await admin('PATCH', `${policies}/${String(name)}`, { policyDefinition: { displayName: 'Milder' } })
    expect([changed.status, definitionOf(changed.json)['displayName']]).toEqual([200, 'Milder'])
    expect(definitionOf((await admin('GET', `${policies}/${String(name)}`)).json)['connectorGroups']).toHaveLength(1)
    expect((await admin('POST', policies, policy({ Business: [outlook] }))).status).toBe(400)
    expect((await admin('DELETE', `${policies.replace('v2', 'v1')}/${String(name)}`)).status).toBe(200)
    expect((await admin('GET', `${policies}/${String(name)}`)).status).toBe(404)
    expect((await admin('GET', 'providers/Microsoft.BusinessAppPlatform/scopes/admin/apiPolicies')).status).toBe(501)
  })

  it('reach an environment an hour later, suspend the flows that violate, and disable the connections of blocked connectors', async () => {
    await scene()
    expect((await turnOn(child)).status).toBe(204)
    const made = await admin('POST', policies, policy({ Blocked: [outlook] }))
    await pass(59)
    expect(await stateOf(child)).toEqual([1, 2])
    await pass(2)
    expect(await stateOf(child)).toEqual([2, 3])
    expect(innerError(await turnOn(child))).toEqual({
      code: 'DlpViolation',
      message: `Flow '${child}' cannot be activated due to admin API policies.`,
    })
    expect(await statusOf(outlook)).toBe('Error')
    await admin('DELETE', `${policies}/${String(definitionOf(made.json)['name'])}`)
    await pass(61)
    expect(await stateOf(child)).toEqual([2, 3])
    // The connection stays disabled after the policy has gone.
    expect(innerError(await turnOn(child)).code).toBe('ConnectionAuthorizationFailed')
    await connect(outlook)
    expect((await turnOn(child)).status).toBe(204)
  })

  it('reach an environment that has known none before an hour later, too', async () => {
    await scene()
    await admin('POST', policies, policy({ Blocked: [outlook] }))
    expect((await turnOn(child)).status).toBe(204)
    await pass(61)
    expect(await stateOf(child)).toEqual([2, 3])
  })

  it('judge a flow together with the flows that it runs', async () => {
    await scene()
    await admin('POST', policies, policy({ Confidential: [dataverse], General: [outlook] }))
    await pass(61)
    expect((await turnOn(child)).status).toBe(204)
    expect(innerError(await turnOn(parent)).code).toBe('DlpViolation')
    expect(await statusOf(outlook)).toBe('Connected')
  })

  it('leave environments alone that they do not name', async () => {
    await scene()
    const listed = rowsOf(await admin('GET', 'providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2021-04-01'))
    const idOf = (name: string): unknown => listed.find((each) => JSON.stringify(each).includes(`/${name}/`))?.['name']
    await admin(
      'POST',
      policies,
      policy({ Blocked: [outlook] }, { environmentType: 'OnlyEnvironments', environments: [{ name: idOf('test') }] }),
    )
    await pass(61)
    expect((await turnOn(child)).status).toBe(204)
    await admin(
      'POST',
      policies,
      policy({ Blocked: [outlook] }, { environmentType: 'OnlyEnvironments', environments: [{ name: idOf('dev') }] }),
    )
    await pass(61)
    expect(await stateOf(child)).toEqual([2, 3])
  })

  it('fail the import of a canvas app that violates, and leave nothing of it', async () => {
    const blocked = await admin('POST', policies, policy({ Blocked: ['shared_twitter'] }))
    await pass(61)
    const done = await importFile(await canvasSolution('shared_twitter'))
    expect(done['statuscode']).toBe(31)
    expect(done['message']).toContain(
      "CanvasApp import: FAILURE: Code: AcpDlpPolicyEvaluation Message: The app 'pol_app_1' cannot be saved because one or more connectors it uses 'shared_twitter' are blocked",
    )
    expect(done['message']).toContain(
      `[PolicyId: ${String(definitionOf(blocked.json)['name'])}, PolicyDisplayName: Strict, PolicyType: DLP`,
    )
    expect(done['message']).toContain('ViolationType: Block')
    expect(rowsOf(await tenant.call('GET', "dev/api/data/v9.2/solutions?$filter=uniquename eq 'Apps'"))).toEqual([])
    expect((await importFile(await canvasSolution('shared_rss')))['statuscode']).toBe(30)
  })

  it('take the tables of an app for Dataverse (legacy), unlike those of a flow', async () => {
    await admin('POST', policies, policy({ Blocked: ['shared_commondataservice'] }))
    await pass(61)
    expect((await importFile(await canvasSolution('shared_rss', '{"default.cds":{"dataSources":{}}}')))['statuscode']).toBe(31)
    await scene()
    await turnOn(child)
    expect((await turnOn(parent)).status).toBe(204)
  })

  function admin(method: string, path: string, body?: unknown): Promise<Answer> {
    return tenant.call(method, path, { token, ...(body === undefined ? {} : { body }) })
  }

  /** The sample with both its connections bound. */
  async function scene(): Promise<void> {
    const done = await importFile(await sampleSolution())
    expect(done['statuscode'], String(done['message'])).toBe(30)
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
    const body = {
      connectorId: `${connectors}${connector}`,
      displayName: connector,
      ownerName: 'Somebody',
      sharedWith: [deployer.objectId],
    }
    expect((await tenant.control('PUT', `environments/dev/connections/${connector}`, body)).status).toBe(204)
  }

  async function statusOf(connector: string): Promise<unknown> {
    const answer = await tenant.call('GET', `dev/connectivity/connectors/${connector}/connections/${connector}`)
    return (answer.json['properties'] as { statuses: { status: string }[] }).statuses[0]?.status
  }

  async function importFile(zip: Uint8Array): Promise<Record<string, unknown>> {
    const body = {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      CustomizationFile: Buffer.from(zip).toString('base64'),
      ImportJobId: crypto.randomUUID(),
    }
    const started = await tenant.call('POST', 'dev/api/data/v9.2/ImportSolutionAsync', { body })
    expect(started.status, started.text).toBe(200)
    for (;;) {
      const { json } = await tenant.call('GET', `dev/api/data/v9.2/asyncoperations(${String(started.json['AsyncOperationId'])})`)
      if (json['statecode'] === 3) return json
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  function turnOn(id: string): Promise<Answer> {
    return tenant.call('PATCH', `dev/api/data/v9.2/workflows(${id})`, { body: { statecode: 1 }, headers: { 'if-match': '*' } })
  }

  async function stateOf(id: string): Promise<unknown> {
    const { json } = await tenant.call('GET', `dev/api/data/v9.2/workflows(${id})?$select=statecode,statuscode`)
    return [json['statecode'], json['statuscode']]
  }

  async function pass(minutes: number): Promise<void> {
    expect((await tenant.control('POST', 'clock/jump', { seconds: minutes * 60 })).status).toBe(200)
  }
})

function policy(classes: Record<string, readonly string[]>, more: object = {}): object {
  const connectorGroups = Object.entries(classes).map(([classification, names]) => ({
    classification,
    connectors: names.map((name) => ({ id: `${connectors}${name}`, name, type: 'Microsoft.PowerApps/apis' })),
  }))
  const definition = {
    displayName: 'Strict',
    defaultConnectorsClassification: 'General',
    environmentType: 'AllEnvironments',
    environments: [],
  }
  return { policyDefinition: { ...definition, connectorGroups, ...more } }
}

function definitionOf(document: Record<string, unknown>): Record<string, unknown> {
  return document['policyDefinition'] as Record<string, unknown>
}

function innerError(answer: Answer): { readonly code: string; readonly message: string } {
  const { code, message } = errorOf(answer)
  expect(code, message).toBe('0x80060467')
  const details = /and details "(.*)"\.$/s.exec(message)?.[1] ?? '{}'
  return (JSON.parse(details) as { error: { code: string; message: string } }).error
}

/** An unmanaged solution of one canvas app, written by hand. */
function canvasSolution(connector: string, databases = '{}'): Promise<Uint8Array> {
  const references = `{"r1":{"id":"/providers/microsoft.powerapps/apis/${connector}","displayName":"x","dataSources":[],"actions":[]}}`
  const app = `<CanvasApp><Name>pol_app_1</Name><AppVersion>2026-01-01T00:00:00Z</AppVersion><Status>Ready</Status><DisplayName>App</DisplayName><ConnectionReferences>${references}</ConnectionReferences><DatabaseReferences>${databases}</DatabaseReferences><CanvasAppType>0</CanvasAppType><IntroducedVersion>1.0</IntroducedVersion><IsCustomizable>1</IsCustomizable><DocumentUri>/CanvasApps/pol_app_1_DocumentUri.msapp</DocumentUri></CanvasApp>`
  const files = {
    '[Content_Types].xml':
      '<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /><Default Extension="msapp" ContentType="application/octet-stream" /></Types>',
    'solution.xml':
      '<?xml version="1.0" encoding="utf-8"?><ImportExportXml version="9.2.24034.184" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SolutionManifest><UniqueName>Apps</UniqueName><LocalizedNames><LocalizedName description="Apps" languagecode="1033" /></LocalizedNames><Descriptions /><Version>1.0.0.0</Version><Managed>0</Managed><Publisher><UniqueName>apps</UniqueName><LocalizedNames><LocalizedName description="Apps" languagecode="1033" /></LocalizedNames><Descriptions /><EMailAddress xsi:nil="true"></EMailAddress><SupportingWebsiteUrl xsi:nil="true"></SupportingWebsiteUrl><CustomizationPrefix>pol</CustomizationPrefix><CustomizationOptionValuePrefix>45678</CustomizationOptionValuePrefix><Addresses></Addresses></Publisher><RootComponents><RootComponent type="300" schemaName="pol_app_1" behavior="0" /></RootComponents><MissingDependencies /></SolutionManifest></ImportExportXml>',
    'customizations.xml': `<?xml version="1.0" encoding="utf-8"?><ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Entities></Entities><Roles></Roles><Workflows></Workflows><FieldSecurityProfiles></FieldSecurityProfiles><Templates /><EntityMaps /><EntityRelationships /><OrganizationSettings /><optionsets /><CustomControls /><EntityDataProviders /><CanvasApps>${app}</CanvasApps><Languages><Language>1033</Language></Languages></ImportExportXml>`,
    'CanvasApps/pol_app_1_DocumentUri.msapp': 'bytes of an app',
  }
  return writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })))
}
