import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeZip } from '#format'
import type { Answer, Organisation } from './organisation.ts'
import { deployer, errorOf, importSolution, openLocal, rowsOf, sampleSolution } from './organisation.ts'

const parent = '6d1dcc7e-d4bf-555b-951f-362fb92d7def'
const child = '91983bc7-6cb7-561b-9543-fe635bcad031'
const classic = '7b1ef9a2-3c3e-4f7d-9d6f-0c2f6a1d1111'
const references = { contoso_Office365Outlook: 'shared_office365', contoso_Dataverse: 'shared_commondataserviceforapps' }

// Other people, their connections and the environment's switches cannot be made in a live organisation by these tests.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('flows and connections of an import (local environments only)', () => {
  let organisation: Organisation

  beforeEach(async () => {
    organisation = await openLocal()
    for (const connector of Object.values(references)) {
      const body = {
        connectorId: `/providers/Microsoft.PowerApps/apis/${connector}`,
        displayName: connector,
        ownerName: 'Somebody',
        sharedWith: [deployer.objectId],
      }
      expect((await control('PUT', `connections/${connector}`, body)).status).toBe(204)
    }
  })
  afterEach(() => organisation.close())

  it('arrive off and owned by the importing identity; an update keeps owner and state', async () => {
    await bring(await sampleSolution(), bindings(references))
    const me = String((await organisation.call('GET', 'WhoAmI()')).json['UserId'])
    expect(await flow(child)).toMatchObject({ statecode: 0, statuscode: 1, _ownerid_value: me })
    const other = String((await control('POST', 'users', { name: 'Olga Owner' })).json['systemuserid'])
    const body = { 'ownerid@odata.bind': `systemusers(${other})`, statecode: 1 }
    expect((await patch(child, body)).status).toBe(204)
    await bring(await sampleSolution('1.1.0.0'))
    expect(await flow(child)).toMatchObject({ statecode: 1, statuscode: 2, _ownerid_value: other })
    const shares = rowsOf(await organisation.call('GET', `principalobjectaccessset?$filter=objectid eq ${child}`))
    expect(shares).toMatchObject([{ principalid: me, objecttypecode: 'workflow' }])
  })

  it('try the state that they were exported with where the environment is switched so, and need their connections for that', async () => {
    expect((await control('PUT', 'switches/newFlowsTakeExportedState', { value: true })).status).toBe(204)
    await bring(await sampleSolution(), bindings({ contoso_Office365Outlook: 'shared_office365' }))
    expect([(await flow(child))['statecode'], (await flow(parent))['statecode']]).toEqual([1, 0])
  })

  it('bind without a layer; a binding by hand makes one, which hides the next import', async () => {
    await bring(await managedSample('1.0.0.0'), bindings(references))
    expect(await layersOf('contoso_Dataverse')).toEqual(['ContosoInspection'])
    await control('PUT', 'connections/another', {
      connectorId: '/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps',
      displayName: 'another',
      ownerName: 'Somebody',
      sharedWith: [deployer.objectId],
    })
    const { connectionreferenceid } = await reference('contoso_Dataverse')
    await organisation.call('PATCH', `connectionreferences(${String(connectionreferenceid)})`, { body: { connectionid: 'another' } })
    expect(await layersOf('contoso_Dataverse')).toEqual(['ContosoInspection', 'Active'])
    await bring(await managedSample('1.1.0.0'), bindings(references))
    expect((await reference('contoso_Dataverse'))['connectionid']).toBe('another')
    expect((await reference('contoso_Office365Outlook'))['connectionid']).toBe('shared_office365')
  })

  it('fail the whole import when its identity may not see a connection that it binds', async () => {
    await control('PUT', 'connections/hidden', {
      connectorId: '/providers/Microsoft.PowerApps/apis/shared_office365',
      displayName: 'hidden',
      ownerName: 'Somebody',
    })
    const done = await importSolution(organisation, await sampleSolution(), bindings({ contoso_Office365Outlook: 'hidden' }))
    expect(done['statuscode']).toBe(31)
    expect(done['message']).toContain(
      'Request failed with: NotFound and error: {"error":{"code":"ConnectionNotFound","message":"Could not find connection \'hidden\' for API \'shared_office365\'."}} and request url',
    )
    expect(rowsOf(await organisation.call('GET', 'workflows?$filter=category eq 5'))).toEqual([])
  })

  it('look a connection up among those of its connector: one of another is not found', async () => {
    const connectorId = '/providers/Microsoft.PowerApps/apis/shared_sql'
    await control('PUT', 'connections/sql', { connectorId, displayName: 'sql', ownerName: 'Somebody', sharedWith: [deployer.objectId] })
    const done = await importSolution(organisation, await sampleSolution(), bindings({ contoso_Office365Outlook: 'sql' }))
    expect([done['statuscode'], done['message']]).toEqual([31, expect.stringContaining("Could not find connection 'sql'")])
    await bring(await sampleSolution())
    const { connectionreferenceid } = await reference('contoso_Office365Outlook')
    await organisation.call('PATCH', `connectionreferences(${String(connectionreferenceid)})`, { body: { connectionid: 'sql' } })
    const refused = await patch(child, { statecode: 1 })
    expect([refused.status, errorOf(refused).message]).toEqual([400, expect.stringContaining('ConnectionAuthorizationFailed')])
  })

  it('switch classic workflows on by PublishWorkflows, and lock their state where unmanaged customizations are blocked', async () => {
    await bring(await classicSolution(), { PublishWorkflows: true })
    expect(await flow(classic)).toMatchObject({ category: 0, statecode: 1, statuscode: 2 })
    expect((await patch(classic, { statecode: 0 })).status).toBe(204)
    await bring(await sampleSolution(), bindings(references))
    expect((await control('PUT', 'switches/blockUnmanagedCustomizations', { value: true })).status).toBe(204)
    expect(errorOf(await patch(classic, { statecode: 1 })).code).toBe('0x80072042')
    expect((await patch(child, { statecode: 1 })).status).toBe(204)
  })

  it('are switched by the one writer of an environment: not while somebody else is', async () => {
    await bring(await sampleSolution(), bindings(references))
    expect((await control('POST', 'writer', { holder: 'Import', seconds: 3600 })).status).toBe(204)
    for (const changes of [{ statecode: 1 }, { statecode: 0 }]) {
      const refused = await patch(child, changes)
      expect(errorOf(refused).message).toContain(
        'Cannot start the requested operation [WorkflowSetState] because there is another [Import] running',
      )
    }
    expect(await flow(child)).toMatchObject({ statecode: 0 })
  })

  it('let only its owner switch a classic workflow on', async () => {
    await bring(await classicSolution())
    const other = String((await control('POST', 'users', { name: 'Olga Owner' })).json['systemuserid'])
    expect((await patch(classic, { 'ownerid@odata.bind': `systemusers(${other})` })).status).toBe(204)
    const refused = await patch(classic, { statecode: 1 })
    expect([refused.status, errorOf(refused).code]).toEqual([403, '0x8004500B'])
  })

  async function bring(zip: Uint8Array, more: Record<string, unknown> = {}): Promise<void> {
    const done = await importSolution(organisation, zip, more)
    expect(done['statuscode'], String(done['message'])).toBe(30)
  }

  /** The sample as another environment exports it managed. */
  async function managedSample(version: '1.0.0.0' | '1.1.0.0'): Promise<Uint8Array> {
    const source = await openLocal()
    try {
      const done = await importSolution(source, await sampleSolution(version))
      expect(done['statuscode'], String(done['message'])).toBe(30)
      const answer = await source.call('POST', 'ExportSolution', { body: { SolutionName: 'ContosoInspection', Managed: true } })
      expect(answer.status, answer.text).toBe(200)
      return Buffer.from(String(answer.json['ExportSolutionFile']), 'base64')
    } finally {
      await source.close()
    }
  }

  async function layersOf(name: string): Promise<unknown[]> {
    const id = String((await reference(name))['connectionreferenceid'])
    const filter = `msdyn_componentid eq '${id}' and msdyn_solutioncomponentname eq 'connectionreference'`
    return rowsOf(await organisation.call('GET', `msdyn_componentlayers?$filter=${filter}`)).map((row) => row['msdyn_solutionname'])
  }

  async function reference(name: string): Promise<Record<string, unknown>> {
    const rows = rowsOf(await organisation.call('GET', `connectionreferences?$filter=connectionreferencelogicalname eq '${name}'`))
    return rows[0] ?? {}
  }

  async function flow(id: string): Promise<Record<string, unknown>> {
    return (await organisation.call('GET', `workflows(${id})`)).json
  }

  function patch(id: string, body: object): Promise<Answer> {
    return organisation.call('PATCH', `workflows(${id})`, { body, headers: { 'if-match': '*' } })
  }

  async function control(method: string, path: string, body: unknown): Promise<Answer> {
    const answer = await organisation.control?.(method, `environments/dev/${path}`, body)
    if (answer === undefined) throw new Error('The local environment has no control address.')
    return answer
  }
})

function bindings(of: Readonly<Record<string, string>>): Record<string, unknown> {
  const type = 'Microsoft.Dynamics.CRM.connectionreference'
  const parameters = Object.entries(of).map(([connectionreferencelogicalname, connectionid]) => ({
    '@odata.type': type,
    connectionreferencelogicalname,
    connectionid,
  }))
  return { ComponentParameters: parameters }
}

/** An unmanaged solution of one classic workflow that was on, written by hand. */
function classicSolution(): Promise<Uint8Array> {
  const file = `/Workflows/Classic-${classic.toUpperCase()}.xaml`
  const workflow = `<Workflow WorkflowId="{${classic}}" Name="Classic"><XamlFileName>${file}</XamlFileName><Type>1</Type><Subprocess>0</Subprocess><Category>0</Category><Mode>0</Mode><Scope>4</Scope><OnDemand>1</OnDemand><TriggerOnCreate>0</TriggerOnCreate><TriggerOnDelete>0</TriggerOnDelete><AsyncAutodelete>0</AsyncAutodelete><SyncWorkflowLogOnFailure>0</SyncWorkflowLogOnFailure><StateCode>1</StateCode><StatusCode>2</StatusCode><RunAs>1</RunAs><IsTransacted>1</IsTransacted><IntroducedVersion>1.0</IntroducedVersion><IsCustomizable>1</IsCustomizable><PrimaryEntity>none</PrimaryEntity><LocalizedNames><LocalizedName languagecode="1033" description="Classic" /></LocalizedNames></Workflow>`
  const files = {
    '[Content_Types].xml':
      '<?xml version="1.0" encoding="utf-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/octet-stream" /><Default Extension="xaml" ContentType="application/octet-stream" /></Types>',
    'solution.xml': `<?xml version="1.0" encoding="utf-8"?><ImportExportXml version="9.2.24034.184" SolutionPackageVersion="9.2" languagecode="1033" generatedBy="CrmLive" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><SolutionManifest><UniqueName>Classics</UniqueName><LocalizedNames><LocalizedName description="Classics" languagecode="1033" /></LocalizedNames><Descriptions /><Version>1.0.0.0</Version><Managed>0</Managed><Publisher><UniqueName>classics</UniqueName><LocalizedNames><LocalizedName description="Classics" languagecode="1033" /></LocalizedNames><Descriptions /><EMailAddress xsi:nil="true"></EMailAddress><SupportingWebsiteUrl xsi:nil="true"></SupportingWebsiteUrl><CustomizationPrefix>cls</CustomizationPrefix><CustomizationOptionValuePrefix>56789</CustomizationOptionValuePrefix><Addresses></Addresses></Publisher><RootComponents><RootComponent type="29" id="{${classic}}" behavior="0" /></RootComponents><MissingDependencies /></SolutionManifest></ImportExportXml>`,
    'customizations.xml': `<?xml version="1.0" encoding="utf-8"?><ImportExportXml xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><Entities></Entities><Roles></Roles><Workflows>${workflow}</Workflows><FieldSecurityProfiles></FieldSecurityProfiles><Templates /><EntityMaps /><EntityRelationships /><OrganizationSettings /><optionsets /><CustomControls /><EntityDataProviders /><Languages><Language>1033</Language></Languages></ImportExportXml>`,
    [file.slice(1)]: '<Activity xmlns="http://schemas.microsoft.com/netfx/2009/xaml/activities"></Activity>',
  }
  return writeZip(Object.entries(files).map(([path, text]) => ({ path, bytes: Buffer.from(text) })))
}
