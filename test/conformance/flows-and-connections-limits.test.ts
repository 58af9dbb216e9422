import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { deployer, errorOf, importSolution, openLocal, rowsOf, sampleSolution } from './organisation.ts'

const api = '/providers/Microsoft.PowerApps/apis/'
const parent = '6d1dcc7e-d4bf-555b-951f-362fb92d7def'
const child = '91983bc7-6cb7-561b-9543-fe635bcad031'
const customConnector = 'shared_contoso-5fpermits-5f0123456789abcdef'

// Connections of other people cannot be made in a live organisation by these tests.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('what flows and connections refuse (local environments only)', () => {
  let organisation: Organisation

  beforeAll(async () => {
    organisation = await openLocal()
    const done = await importSolution(organisation, await sampleSolution())
    expect(done['statuscode'], String(done['message'])).toBe(30)
    await putConnection('outlook', 'shared_office365', {})
    await bind('contoso_Office365Outlook', 'outlook')
  })
  afterAll(() => organisation.close())

  it('refuses a flow whose connection is in error, whoever owns it', async () => {
    await putConnection('outlook', 'shared_office365', { status: 'Error' })
    const shown = await connectivity('GET', 'connectors/shared_office365/connections/outlook')
    expect(shown.json['properties']).toMatchObject({ statuses: [{ status: 'Error' }] })
    expect(innerCode(await turn(child, 1))).toBe('ConnectionAuthorizationFailed')
    await putConnection('outlook', 'shared_office365', {})
    expect((await turn(child, 1)).status).toBe(204)
  })

  it('makes a connection without credentials in error, and a sound one when it gets some', async () => {
    const path = `connectors/shared_sql/connections/${'b'.repeat(32)}`
    const made = await connectivity('PUT', path, { properties: { displayName: 'SQL' } })
    expect([made.status, statusOf(made)]).toEqual([201, 'Error'])
    const given = await connectivity('PUT', path, { properties: { connectionParameters: { server: 's', password: 'p' } } })
    expect([given.status, statusOf(given)]).toEqual([200, 'Connected'])
    expect(given.json['properties']).toMatchObject({ displayName: 'SQL', createdBy: { type: 'ServicePrincipal' } })
  })

  it('answers for its own environment alone when a filter names one', async () => {
    const path = 'connectors/shared_office365/connections/outlook/permissions'
    const asked = (environment: string): Promise<Answer> =>
      organisation.call('GET', `${organisation.connectivityUrl}/${path}?api-version=1&$filter=environment eq '${environment}'`)
    expect((await asked('dev')).status).toBe(200)
    const other = await asked('44444444-4444-4444-8444-444444444444')
    expect([other.status, errorOf(other).code]).toEqual([404, 'EnvironmentNotFound'])
  })

  it('shows a share of a principal that is gone without a name', async () => {
    const gone = '99999999-9999-4999-8999-999999999999'
    await putConnection('shared', 'shared_sql', { sharedWith: [deployer.objectId, gone] })
    const permissions = await connectivity('GET', 'connectors/shared_sql/connections/shared/permissions')
    const principals = (permissions.json['value'] as { properties: { principal: { id: string; displayName: string } } }[]).map(
      (each) => each.properties.principal,
    )
    expect(principals.find(({ id }) => id === gone)?.displayName).toBe('')
    expect(principals.find(({ id }) => id === deployer.objectId)?.displayName).toBe(deployer.name)
  })

  it('refuses to change the definition of a flow that is on, and to take one that is none', async () => {
    const { clientdata } = (await organisation.call('GET', `workflows(${child})`)).json
    const published = await patch(child, { clientdata })
    expect(errorOf(published)).toEqual({
      code: '0x80060466',
      message: 'Cannot update property "clientdata" on a published Modern Flow process.',
    })
    expect((await turn(child, 0)).status).toBe(204)
    expect(errorOf(await patch(child, { clientdata: '{"properties":{}}' })).code).toBe('0x80060468')
    expect(errorOf(await patch(child, { clientdata: 'no JSON' })).code).toBe('0x80060468')
    expect((await patch(child, { clientdata })).status).toBe(204)
  })

  it('refuses a flow that uses a custom connector which is not there, and one that runs itself', async () => {
    const { clientdata } = (await organisation.call('GET', `workflows(${child})`)).json
    const text = String(clientdata)
    await patch(child, { clientdata: text.replaceAll('"shared_office365"', `"${customConnector}"`) })
    expect(innerCode(await turn(child, 1))).toBe('InvalidOpenApiFlow')
    await putConnection('custom', customConnector, {})
    expect((await turn(child, 1)).status).toBe(204)
    await turn(child, 0)
    const own = `{"Again":{"type":"Workflow","inputs":{"host":{"workflowReferenceName":"${child}"}}}}`
    await patch(child, { clientdata: text.replace('"actions":', `"own":${own},"actions":`) })
    expect(innerCode(await turn(child, 1))).toBe('FlowCannotInvokeItself')
    expect((await patch(child, { clientdata: text })).status).toBe(204)
  })

  it('takes no state that only the platform sets, and no stale ETag', async () => {
    expect((await patch(child, { statecode: 2, statuscode: 3 })).status).toBe(400)
    const stale = await organisation.call('PATCH', `workflows(${child})`, { body: { statecode: 1 }, headers: { 'if-match': 'W/"1"' } })
    expect(stale.status).toBe(412)
  })

  it('deletes an unmanaged flow only when no other flow runs it', async () => {
    const needed = await organisation.call('DELETE', `workflows(${child})`)
    expect([needed.status, errorOf(needed).code]).toEqual([400, '0x8004F01F'])
    expect((await organisation.call('DELETE', `workflows(${parent})`)).status).toBe(204)
    expect((await organisation.call('DELETE', `workflows(${child})`)).status).toBe(204)
    expect(rowsOf(await organisation.call('GET', 'workflows?$filter=category eq 5'))).toEqual([])
    expect(rowsOf(await organisation.call('GET', `solutioncomponents?$filter=objectid eq ${child}`))).toEqual([])
  })

  function patch(id: string, body: object): Promise<Answer> {
    return organisation.call('PATCH', `workflows(${id})`, { body, headers: { 'if-match': '*' } })
  }

  function turn(id: string, statecode: 0 | 1): Promise<Answer> {
    return patch(id, { statecode })
  }

  function connectivity(method: string, path: string, body?: unknown): Promise<Answer> {
    return organisation.call(method, `${organisation.connectivityUrl}/${path}?api-version=1`, body === undefined ? {} : { body })
  }

  async function putConnection(id: string, connector: string, more: object): Promise<void> {
    const body = { connectorId: `${api}${connector}`, displayName: id, ownerName: 'Somebody', sharedWith: [deployer.objectId], ...more }
    const answer = await organisation.control?.('PUT', `environments/dev/connections/${id}`, body)
    expect(answer?.status, answer?.text).toBe(204)
  }

  async function bind(reference: string, connectionid: string): Promise<void> {
    const [row] = rowsOf(await organisation.call('GET', `connectionreferences?$filter=connectionreferencelogicalname eq '${reference}'`))
    const answer = await organisation.call('PATCH', `connectionreferences(${String(row?.['connectionreferenceid'])})`, {
      body: { connectionid },
    })
    expect(answer.status, answer.text).toBe(204)
  }
})

function statusOf(answer: Answer): unknown {
  return (answer.json['properties'] as { statuses: { status: string }[] }).statuses[0]?.status
}

/** Code of the flow service's own error inside the text of 0x80060467. */
function innerCode(answer: Answer): unknown {
  const { code, message } = errorOf(answer)
  expect(code, message).toBe('0x80060467')
  const details = /and details "(.*)"\.$/s.exec(message)?.[1] ?? '{}'
  return (JSON.parse(details) as { error: { code: string } }).error.code
}
