import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handMade } from './hand-made.ts'
import type { Answer } from './organisation.ts'
import { deployer, errorOf, rowsOf } from './organisation.ts'
import type { LocalTenant } from './tenant.ts'
import { administrator, openTenant } from './tenant.ts'

const inspectors = '00000000-0000-4000-8000-00000000e001'
const pia = '00000000-0000-4000-8000-00000000f001'
const other = {
  tenantId: deployer.tenantId,
  clientId: '77777777-0000-4777-8777-777777777777',
  objectId: '77777777-1111-4777-8777-777777777777',
  name: 'No administrator',
  clientSecret: 'of another',
}

// With whom the apps of a live tenant are shared is not for tests to change.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('sharing of canvas apps by an administrator (local environments only)', () => {
  let tenant: LocalTenant
  let token: string
  let environment: string
  let app: string

  beforeAll(async () => {
    tenant = await openTenant({ clients: [other], clockScale: 60, tokenLifetimeSeconds: 864_000 })
    token = await tenant.signIn(administrator, 'https://service.powerapps.com/')
    const seen = rowsOf(await tenant.call('GET', 'providers/Microsoft.BusinessAppPlatform/scopes/admin/environments', { token }))
    environment = String(seen.find((each) => JSON.stringify(each).includes(`${tenant.url}/dev`))?.['name'])
    app = await install()
  })
  afterAll(() => tenant.close())

  async function install(): Promise<string> {
    const canvasApps = [{ name: 'hand_inspections_1a2b3', title: 'Inspections', tables: ['hand_boat'] }]
    const zip = await handMade({ name: 'Boats', version: '1.0.0.0', isManaged: true, tables: [{ name: 'hand_boat' }], canvasApps })
    const body = {
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      CustomizationFile: Buffer.from(zip).toString('base64'),
    }
    const started = await tenant.call('POST', 'dev/api/data/v9.2/ImportSolution', {
      body: { ...body, ImportJobId: crypto.randomUUID() },
    })
    expect(started.status, started.text).toBe(204)
    const [row] = rowsOf(await tenant.call('GET', 'dev/api/data/v9.2/canvasapps?$select=canvasappid'))
    return String(row?.['canvasappid'])
  }

  function at(what: string, of: { readonly app?: string } = {}): string {
    return `providers/Microsoft.PowerApps/scopes/admin/environments/${environment}/apps/${of.app ?? app}/${what}?api-version=2022-11-01`
  }

  function put(id: string, roleName: string, type = 'Group'): Promise<Answer> {
    const properties = { roleName, principal: { id, type }, NotifyShareTargetOption: 'DoNotNotify' }
    return tenant.call('POST', at('modifyPermissions'), { token, body: { put: [{ properties }] } })
  }

  async function shares(): Promise<unknown[][]> {
    return rowsOf(await tenant.call('GET', at('permissions'), { token })).map((each) => {
      const { roleName, principal } = each['properties'] as { roleName: string; principal: { id: string; type: string } }
      return [roleName, principal.type, principal.id]
    })
  }

  it('begins with its owner; who is put gets that role, also a lower one, and all others keep theirs', async () => {
    const owner = ['Owner', 'User', deployer.objectId]
    expect(await shares()).toEqual([owner])
    expect((await put(pia, 'CanEdit', 'User')).status).toBe(200)
    expect((await put(inspectors, 'CanEdit')).status).toBe(200)
    expect((await put(inspectors, 'CanView')).status).toBe(200)
    expect(await shares()).toEqual([owner, ['CanEdit', 'User', pia], ['CanView', 'Group', inspectors]])
  })

  it('is refused for another role, the owner, an app that is not there, and whoever may not administer', async () => {
    const before = await shares()
    expect((await put(inspectors, 'Owner')).status).toBe(400)
    expect((await put(deployer.objectId, 'CanView', 'User')).status).toBe(400)
    const nowhere = await tenant.call('GET', at('permissions', { app: '00000000-0000-4000-8000-000000000000' }), { token })
    expect([nowhere.status, errorOf(nowhere).code]).toEqual([404, 'AppNotFound'])
    expect((await tenant.call('POST', at('modifyPermissions'), { token, body: { delete: [{ id: inspectors }] } })).status).toBe(501)
    const no = await tenant.tokenOf(other, 'https://service.powerapps.com/')
    expect((await tenant.call('GET', at('permissions'), { token: no })).status).toBe(403)
    expect(await shares()).toEqual(before)
  })
})
