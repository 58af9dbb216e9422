import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { deployer, errorOf, rowsOf } from './organisation.ts'
import type { LocalTenant } from './tenant.ts'
import { administrator, openTenant } from './tenant.ts'

const bap = 'providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2021-04-01'

const connection = `dev/connectivity/connectors/shared_sql/connections/${'a'.repeat(32)}`
const other = {
  tenantId: deployer.tenantId,
  clientId: '77777777-7777-4777-8777-777777777777',
  clientSecret: 'another secret of the tests',
  objectId: '77777777-0000-4777-8777-777777777777',
  name: 'Other',
}

// Connections of other people cannot be made in a live tenant by these tests.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('connections in the eyes of an administrator (local environments only)', () => {
  let tenant: LocalTenant

  beforeAll(async () => {
    tenant = await openTenant({ clients: [other] })
  })
  afterAll(() => tenant.close())

  it('are all shown, those too that nobody shared, and to nobody else', async () => {
    const connectorId = '/providers/Microsoft.PowerApps/apis/shared_office365'
    const body = { connectorId, displayName: 'Private', ownerName: 'Somebody' }
    expect((await tenant.control('PUT', 'environments/dev/connections/private', body)).status).toBe(204)
    expect(rowsOf(await tenant.call('GET', 'dev/connectivity/connections'))).toEqual([])
    const token = await tenant.signIn(administrator, 'https://service.powerapps.com/')
    const listed = rowsOf(await tenant.call('GET', bap, { token }))
    const id = String(listed.find((each) => JSON.stringify(each).includes('/dev/'))?.['name'])
    const path = `providers/Microsoft.PowerApps/scopes/admin/environments/${id}/connections?api-version=2016-11-01`
    expect((await tenant.call('GET', path)).status).toBe(403)
    expect(rowsOf(await tenant.call('GET', path, { token }))).toMatchObject([
      { name: 'private', properties: { apiId: connectorId, statuses: [{ status: 'Connected' }], createdBy: { displayName: 'Somebody' } } },
    ])
  })

  it('are reached with tokens of the Power Platform API, as clients of the service bring them, and name their environment by its id', async () => {
    const ofPlatform = await tenant.tokenOf(deployer, 'https://api.powerplatform.com')
    const made = await tenant.call('PUT', connection, {
      token: ofPlatform,
      body: { properties: { displayName: 'Mine', connectionParameters: { server: 's' } } },
    })
    expect(made.status).toBe(201)
    const { environment } = made.json['properties'] as { environment: { name: string } }
    const token = await tenant.signIn(administrator, 'https://service.powerapps.com/')
    expect(rowsOf(await tenant.call('GET', bap, { token })).map((each) => each['name'])).toContain(environment.name)
    expect((await tenant.call('GET', 'dev/api/data/v9.2/WhoAmI', { token: ofPlatform })).status).toBe(401)
    const wrong = await tenant.tokenOf(deployer, 'https://service.powerapps.com/')
    expect((await tenant.call('GET', 'dev/connectivity/connections', { token: wrong })).status).toBe(401)
  })

  it('are shared on by those alone who may, and change for nobody who may only use them', async () => {
    const token = await tenant.tokenOf(other, tenant.url)
    const share = (id: string, roleName: string, by?: string) =>
      tenant.call('POST', `${connection}/modifyPermissions`, {
        ...(by === undefined ? {} : { token: by }),
        body: { put: [{ properties: { roleName, principal: { id, type: 'ServicePrincipal' } } }] },
      })
    const third = '99999999-0000-4999-8999-999999999999'
    expect((await share(third, 'CanView', token)).status).toBe(404)
    expect((await share(other.objectId, 'CanView')).status).toBe(200)
    const refused = await share(third, 'CanView', token)
    expect([refused.status, errorOf(refused).code]).toEqual([403, 'ConnectionAuthorizationFailed'])
    expect((await share(other.objectId, 'CanViewWithShare')).status).toBe(200)
    expect((await share(third, 'CanView', token)).status).toBe(200)
    const rename = () => tenant.call('PUT', connection, { token, body: { properties: { displayName: 'Renamed' } } })
    expect((await rename()).status).toBe(403)
    expect((await share(other.objectId, 'CanEdit')).status).toBe(200)
    expect((await rename()).status).toBe(200)
    expect((await tenant.call('DELETE', connection, { token })).status).toBe(403)
    const permissions = rowsOf(await tenant.call('GET', `${connection}/permissions`))
    expect(permissions.map((each) => each['name']).sort()).toEqual([deployer.objectId, other.objectId, third].sort())
  })
})
