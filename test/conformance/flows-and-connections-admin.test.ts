import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { rowsOf } from './organisation.ts'
import type { LocalTenant } from './tenant.ts'
import { administrator, openTenant } from './tenant.ts'

const bap = 'providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2021-04-01'

// Connections of other people cannot be made in a live tenant by these tests.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('connections in the eyes of an administrator (local environments only)', () => {
  let tenant: LocalTenant

  beforeAll(async () => {
    tenant = await openTenant()
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
})
