import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { adminSecret, deployer, errorOf, importSolution, openLocal, rowsOf, sampleSolution, send } from './organisation.ts'

const outlook = '/providers/Microsoft.PowerApps/apis/shared_office365'
const dataverse = '/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps'
const parent = '6d1dcc7e-d4bf-555b-951f-362fb92d7def'
const child = '91983bc7-6cb7-561b-9543-fe635bcad031'

// Connections of other people cannot be made in a live organisation by these tests.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('flows and the connections that they need (local environments only)', () => {
  let organisation: Organisation

  beforeAll(async () => {
    organisation = await openLocal()
    const done = await importSolution(organisation, await sampleSolution())
    expect(done['statuscode'], String(done['message'])).toBe(30)
  })
  afterAll(() => organisation.close())

  it('leaves new flows off after an import', async () => {
    const flows = rowsOf(await organisation.call('GET', 'workflows?$filter=category eq 5&$select=statecode,statuscode'))
    expect(flows.map((flow) => [flow['statecode'], flow['statuscode']])).toEqual([
      [0, 1],
      [0, 1],
    ])
  })

  it('refuses to turn a flow on whose connection reference is not bound', async () => {
    const inner = innerError(await turnOn(child))
    expect(inner).toEqual({
      code: 'XrmConnectionReferenceMissingConnection',
      message: "Connection Id missing for connection reference logical name 'contoso_Office365Outlook'.",
    })
  })

  it('hides connections that the caller neither owns nor was given', async () => {
    await putConnection('outlook-of-somebody', outlook, [])
    const listed = await connectivity('GET', 'connections?api-version=1')
    expect(listed.json['value']).toEqual([])
    const one = await connectivity('GET', 'connectors/shared_office365/connections/outlook-of-somebody')
    expect(one.status).toBe(404)
    expect(errorOf(one)).toEqual({
      code: 'ConnectionNotFound',
      message: "Could not find connection 'outlook-of-somebody' for API 'shared_office365'.",
    })
  })

  it('refuses to turn a flow on whose connection is not shared with the caller', async () => {
    await bind('contoso_Office365Outlook', 'outlook-of-somebody')
    const answer = await turnOn(child)
    expect(innerError(answer).code).toBe('ConnectionAuthorizationFailed')
    expect(errorOf(answer).message).toContain(
      `Flow client error returned with status code "Forbidden" and details "{"error":{"code":"ConnectionAuthorizationFailed","message":"The caller object id is '${deployer.objectId}'. Connection 'contoso_Office365Outlook' to 'shared_office365'`,
    )
  })

  it('shows who may use a connection, and turns the flow on once it is shared', async () => {
    await putConnection('outlook-of-somebody', outlook, [deployer.objectId])
    const permissions = await connectivity('GET', 'connectors/shared_office365/connections/outlook-of-somebody/permissions')
    const roles = (permissions.json['value'] as { name: string; properties: { roleName: string } }[]).map(
      (item) => item.properties.roleName,
    )
    expect(roles).toEqual(['Owner', 'CanView'])
    expect((await turnOn(parent)).status).toBe(400)
    expect((await turnOn(child)).status).toBe(204)
    const [flow] = rowsOf(await organisation.call('GET', `workflows?$filter=workflowid eq ${child}`))
    expect(flow).toMatchObject({ statecode: 1, statuscode: 2 })
  })

  it('needs a child flow to have been on before its parent can be', async () => {
    const other = await openLocal()
    try {
      await importSolution(other, await sampleSolution())
      await putConnection('d', dataverse, [deployer.objectId], other)
      await bind('contoso_Dataverse', 'd', other)
      const inner = innerError(await other.call('PATCH', `workflows(${parent})`, { body: { statecode: 1 }, headers: { 'if-match': '*' } }))
      expect(inner.code).toBe('ChildFlowNeverPublished')
      expect(inner.message).toContain(child)
    } finally {
      await other.close()
    }
  })

  it('changes owner and state in one call', async () => {
    await putConnection('dataverse-of-somebody', dataverse, [deployer.objectId])
    await bind('contoso_Dataverse', 'dataverse-of-somebody')
    const me = String((await organisation.call('GET', 'WhoAmI()')).json['UserId'])
    const body = { 'ownerid@odata.bind': `systemusers(${me})`, statecode: 1 }
    const answer = await organisation.call('PATCH', `workflows(${parent})`, { body, headers: { 'if-match': '*' } })
    expect(answer.status, answer.text).toBe(204)
    expect((await organisation.call('GET', `workflows(${parent})`)).json).toMatchObject({ statecode: 1, statuscode: 2, _ownerid_value: me })
    expect((await organisation.call('PATCH', `workflows(${parent})`, { body: { statecode: 1, statuscode: 1 } })).status).toBe(400)
  })

  it('lets its owner make a connection with an id of its own, share it and delete it', async () => {
    const id = 'a'.repeat(32)
    const path = `connectors/shared_office365/connections/${id}`
    expect((await connectivity('PUT', `${path}?api-version=1`, { properties: { displayName: 'Mine' } })).status).toBe(201)
    expect((await connectivity('PUT', `${path}?api-version=1`, { properties: { displayName: 'Mine, renamed' } })).status).toBe(200)
    const share = (type: string) => ({
      put: [
        {
          properties: {
            roleName: 'CanView',
            capabilities: [],
            principal: { id: '55555555-5555-4555-8555-555555555555', type, tenantId: null },
          },
        },
      ],
    })
    expect((await connectivity('POST', `${path}/modifyPermissions?api-version=1`, share('User'))).status).toBe(400)
    expect((await connectivity('POST', `${path}/modifyPermissions?api-version=1`, share('ServicePrincipal'))).status).toBe(200)
    expect((await connectivity('GET', `${path}/permissions`)).json['value']).toHaveLength(2)
    const unshare = { delete: [{ id: `${outlook}/connections/${id}/permissions/55555555-5555-4555-8555-555555555555` }] }
    expect((await connectivity('POST', `${path}/modifyPermissions?api-version=1`, unshare)).status).toBe(200)
    expect((await connectivity('GET', `${path}/permissions`)).json['value']).toHaveLength(1)
    expect((await connectivity('DELETE', path)).status).toBe(200)
    expect((await connectivity('GET', path)).status).toBe(404)
  })

  it('keeps one value of an environment variable, as a row that anybody may read', async () => {
    const [definition] = rowsOf(
      await organisation.call('GET', "environmentvariabledefinitions?$filter=schemaname eq 'contoso_InspectionMailbox'"),
    )
    const bound = {
      'EnvironmentVariableDefinitionId@odata.bind': `/environmentvariabledefinitions(${String(definition?.['environmentvariabledefinitionid'])})`,
    }
    const body = { value: 'inspections@example.com', ...bound }
    expect((await organisation.call('POST', 'environmentvariablevalues', { body })).status).toBe(204)
    expect((await organisation.call('POST', 'environmentvariablevalues', { body })).status).toBe(412)
    const expanded = rowsOf(
      await organisation.call(
        'GET',
        "environmentvariabledefinitions?$filter=schemaname eq 'contoso_InspectionMailbox'&$select=schemaname&$expand=environmentvariabledefinition_environmentvariablevalue($select=value)",
      ),
    )
    expect(expanded[0]?.['environmentvariabledefinition_environmentvariablevalue']).toMatchObject([{ value: 'inspections@example.com' }])
  })

  it('keeps rows of an imported table', async () => {
    const made = await organisation.call('POST', 'contoso_permits', {
      body: { contoso_name: 'P-1' },
      headers: { prefer: 'return=representation' },
    })
    expect(made.status, made.text).toBe(201)
    const id = String(made.json['contoso_permitid'])
    expect((await organisation.call('PATCH', `contoso_permits(${id})`, { body: { contoso_name: 'P-2' } })).status).toBe(204)
    expect(rowsOf(await organisation.call('GET', "contoso_permits?$select=contoso_name&$filter=contoso_name eq 'P-2'"))).toHaveLength(1)
    expect((await organisation.call('POST', 'contoso_permits', { body: { contoso_nonsense: 1 } })).status).toBe(400)
    expect((await organisation.call('DELETE', `contoso_permits(${id})`)).status).toBe(204)
  })

  it('closes the control address to everybody without the admin secret', async () => {
    const root = new URL(organisation.url).origin
    expect((await send(`${root}/_emulator/environments`, { method: 'GET' })).status).toBe(401)
    expect((await send(`${root}/_emulator/environments`, { method: 'GET', headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    const listed = await send(`${root}/_emulator/environments`, { method: 'GET', headers: { authorization: `Bearer ${adminSecret}` } })
    expect(listed.json['environments']).toEqual(['dev', 'test'])
  })

  function turnOn(id: string): Promise<Answer> {
    return organisation.call('PATCH', `workflows(${id})`, { body: { statecode: 1, statuscode: 2 }, headers: { 'if-match': '*' } })
  }

  function connectivity(method: string, path: string, body?: unknown): Promise<Answer> {
    return organisation.call(method, `${organisation.connectivityUrl}/${path}`, body === undefined ? {} : { body })
  }

  async function putConnection(id: string, connectorId: string, sharedWith: readonly string[], into = organisation): Promise<void> {
    const answer = await into.control?.('PUT', `environments/dev/connections/${id}`, {
      id,
      connectorId,
      displayName: id,
      ownerName: 'Somebody',
      sharedWith,
    })
    expect(answer?.status, answer?.text).toBe(204)
  }

  async function bind(reference: string, connectionId: string, into = organisation): Promise<void> {
    const [row] = rowsOf(await into.call('GET', `connectionreferences?$filter=connectionreferencelogicalname eq '${reference}'`))
    const answer = await into.call('PATCH', `connectionreferences(${String(row?.['connectionreferenceid'])})`, {
      body: { connectionid: connectionId },
    })
    expect(answer.status, answer.text).toBe(204)
  }
})

/** The flow service's own error inside the text of 0x80060467. */
function innerError(answer: Answer): { readonly code: string; readonly message: string } {
  const { code, message } = errorOf(answer)
  expect(code).toBe('0x80060467')
  const details = /and details "(.*)"\.$/s.exec(message)?.[1] ?? '{}'
  return (JSON.parse(details) as { error: { code: string; message: string } }).error
}
