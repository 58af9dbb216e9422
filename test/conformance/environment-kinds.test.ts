import { afterEach, describe, expect, it } from 'vitest'
import { errorOf } from './organisation.ts'
import type { LocalTenant } from './tenant.ts'
import { administrator, openTenant } from './tenant.ts'

// Which kinds its environments have is settled when an emulator starts; a live tenant's are not ours to choose.
const skipped = process.env['DATAVERSE_URL'] !== undefined
const admin = 'providers/Microsoft.BusinessAppPlatform/scopes/admin/environments'

interface Listed {
  readonly name: string
  readonly properties: {
    readonly environmentSku: string
    readonly isDefault: boolean
    readonly states: { readonly runtime: { readonly id: string } }
    readonly linkedEnvironmentMetadata: { readonly domainName: string }
  }
}

let tenant: LocalTenant
afterEach(() => tenant.close())

const tokenFor = (resource: string): Promise<string> => tenant.signIn(administrator, resource)

async function listed(name: string): Promise<Listed | undefined> {
  const { json } = await tenant.call('GET', admin, { token: await tokenFor('https://service.powerapps.com/') })
  return (json['value'] as Listed[]).find((each) => each.properties.linkedEnvironmentMetadata.domainName === name)
}

describe.skipIf(skipped)('the kinds of environments', () => {
  it('are those that they are started with, sandboxes unless something else is said, and decide what may be done', async () => {
    tenant = await openTenant({
      environments: ['dev', { name: 'prod', kind: 'Production' }, { name: 'common-one', kind: 'default' }],
    })
    const kindOf = async (name: string): Promise<unknown> => (await listed(name))?.properties
    expect(await kindOf('dev')).toMatchObject({ environmentSku: 'Sandbox', isDefault: false })
    expect(await kindOf('prod')).toMatchObject({ environmentSku: 'Production', isDefault: false })
    expect(await kindOf('common-one')).toMatchObject({ environmentSku: 'Default', isDefault: true })

    const token = await tokenFor('https://api.powerplatform.com')
    const [dev, prod, common] = await Promise.all(['dev', 'prod', 'common-one'].map(async (name) => (await listed(name))?.name ?? ''))
    const copied = { copyType: 'FullCopy', sourceEnvironmentId: dev }
    for (const target of [prod, common]) {
      const path = `environmentmanagement/environments/${target}/copy?ValidateOnly=true`
      expect((await tenant.call('POST', path, { token, body: copied })).status).toBe(400)
    }
    const backups = (id: string | undefined): string => `environmentmanagement/environments/${id}/backups`
    expect(errorOf(await tenant.call('POST', backups(common), { token, body: { label: 'mine' } })).code).toBe('InvalidEnvironmentSku')
    expect((await tenant.call('POST', backups(prod), { token, body: { label: 'mine' } })).status).toBe(201)
    const bap = await tokenFor('https://service.powerapps.com/')
    expect(errorOf(await tenant.call('DELETE', `${admin}/${common}`, { token: bap })).code).toBe('InvalidEnvironmentSku')
  })

  it('can be chosen at the control address, and begin anew with an environment of the same name', async () => {
    tenant = await openTenant()
    expect((await tenant.control('POST', 'environments', { name: 'uat', kind: 'Production' })).status).toBe(201)
    const unknown = errorOf(await tenant.control('POST', 'environments', { name: 'uat2', kind: 'Splendid' }))
    expect([unknown.code, await listed('uat2')]).toEqual(['emulator.environment-kind', undefined])
    const found = await listed('uat')
    expect(found?.properties.environmentSku).toBe('Production')
    const token = await tokenFor('https://service.powerapps.com/')
    const body = { properties: { states: { runtime: { id: 'AdminMode' } } } }
    expect((await tenant.call('PATCH', `${admin}/${found?.name ?? ''}`, { token, body })).status).toBe(202)
    expect((await listed('uat'))?.properties.states.runtime.id).toBe('AdminMode')
    await tenant.control('DELETE', 'environments/uat')
    await tenant.control('POST', 'environments', { name: 'uat' })
    expect((await listed('uat'))?.properties).toMatchObject({ environmentSku: 'Sandbox', states: { runtime: { id: 'Enabled' } } })
  })

  it('refuse at start what is no kind', async () => {
    await expect(openTenant({ environments: [{ name: 'dev', kind: 'Splendid' }] })).rejects.toMatchObject({
      code: 'emulator.environment-kind',
    })
    tenant = await openTenant()
  })
})
