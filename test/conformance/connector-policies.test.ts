import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer } from './organisation.ts'
import { errorOf, rowsOf } from './organisation.ts'
import type { LocalTenant } from './tenant.ts'
import { administrator, openTenant } from './tenant.ts'

const version = 'api-version=2024-10-01'
const group = '0c3a1f5e-0000-4000-8000-0000000000aa'
const connectors = '/providers/Microsoft.PowerApps/apis/'

// A tenant's policies are not for tests to change in a live tenant. What they forbid is tested with the forecast of it, beside the adapter.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('rule-based policies (local environments only)', () => {
  let tenant: LocalTenant
  let token: string

  beforeEach(async () => {
    tenant = await openTenant({ tokenLifetimeSeconds: 864_000 })
    token = await tenant.signIn(administrator, 'https://api.powerplatform.com')
  })
  afterEach(() => tenant.close())

  it('are kept, changed by rule set, and deleted with their assignments, by an administrator alone', async () => {
    expect((await tenant.call('GET', `governance/ruleBasedPolicies?${version}`)).status).toBe(403)
    const made = await ask('POST', '', { name: 'Baseline', ruleSets: [listing(['shared_rss']), other] })
    expect(made.status, made.text).toBe(201)
    const id = String(made.json['id'])
    expect(rowsOf(await ask('GET', ''))).toMatchObject([{ id, name: 'Baseline', ruleSetCount: 2 }])
    const changed = await ask('PATCH', `/${id}`, { name: 'Baseline', ruleSets: [listing(['shared_rss', 'shared_sql'])] })
    expect(changed.json['ruleSets']).toEqual([other, listing(['shared_rss', 'shared_sql'])])
    const without = await ask('PATCH', `/${id}/removeRule`, { name: 'Baseline', ruleSets: [{ id: 'BlockUnmanagedCustomization' }] })
    expect(without.json['ruleSets']).toEqual([listing(['shared_rss', 'shared_sql'])])
    expect((await ask('PUT', `/${id}`, { name: 'Renamed', ruleSets: [other] })).json).toMatchObject({ name: 'Renamed', ruleSets: [other] })
    await ask('POST', `/${id}/environmentGroups/${group}/assignments`, {})
    expect((await ask('DELETE', `/${id}`)).status).toBe(200)
    expect((await ask('GET', `/${id}`)).status).toBe(404)
    expect(rowsOf(await ask('GET', '/assignments'))).toEqual([])
  })

  it('are assigned, and listed by environment, by environment group, by policy and of the whole tenant', async () => {
    const id = String((await ask('POST', '', { name: 'Baseline', ruleSets: [listing([])] })).json['id'])
    const environment = await environmentId()
    const ofGroup = { policyId: id, resourceType: 'EnvironmentGroup', resourceId: group, ruleSetCount: 1 }
    const own = { policyId: id, resourceType: 'Environment', resourceId: environment }
    expect((await ask('POST', `/${id}/environmentGroups/${group}/assignments`, {})).json).toMatchObject(ofGroup)
    expect((await ask('POST', `/${id}/environments/${environment}/assignments`, { assignmentOverrides: [] })).json).toMatchObject(own)
    expect(rowsOf(await ask('GET', `/environments/${environment}/assignments`))).toMatchObject([own])
    expect(rowsOf(await ask('GET', `/environmentGroups/${group}/assignments`))).toMatchObject([ofGroup])
    expect(rowsOf(await ask('GET', `/${id}/assignments`))).toHaveLength(2)
    expect(rowsOf(await ask('GET', '/assignments'))).toHaveLength(2)
    expect((await ask('DELETE', `/${id}/environmentGroups/${group}/assignments`)).status).toBe(200)
    expect(rowsOf(await ask('GET', `/environmentGroups/${group}/assignments`))).toEqual([])
    expect((await ask('GET', `/environments/${group}/assignments`)).status, 'no such environment').toBe(404)
  })

  it('are refused by name where they say what is not served, and where they cannot be read', async () => {
    const id = String((await ask('POST', '', { name: 'Baseline', ruleSets: [] })).json['id'])
    const overrides = [{ behaviorType: 'Exclude', resourceType: 'Environment', resourceId: group }]
    const narrowed = await ask('POST', `/${id}/environmentGroups/${group}/assignments`, { assignmentOverrides: overrides })
    expect([narrowed.status, errorOf(narrowed).message]).toEqual([501, expect.stringContaining('overrides')])
    const mode = (more: object): Promise<Answer> =>
      ask('PATCH', `/${id}`, { name: 'Baseline', ruleSets: [rule([{ AllowedConnector: `${connectors}shared_rss`, ...more }])] })
    expect((await mode({ AllowedConnectionTypesMode: 'SomeAllowed' })).status).toBe(501)
    expect((await mode({ AllowedActionsMode: 'Whatever' })).status).toBe(400)
    expect((await ask('GET', `/${id}`)).json['ruleSets'], 'nothing of that was kept').toEqual([])
    expect((await ask('GET', `/${id}/simulations`)).status).toBe(501)
  })

  function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return tenant.call(method, `governance/ruleBasedPolicies${path}?${version}`, { token, ...(body === undefined ? {} : { body }) })
  }

  async function environmentId(): Promise<string> {
    const path = 'providers/Microsoft.BusinessAppPlatform/scopes/admin/environments?api-version=2023-06-01'
    const [first] = rowsOf(await tenant.call('GET', path, { token: await tenant.signIn(administrator, 'https://service.powerapps.com/') }))
    return String(first?.['name'])
  }
})

const other = { id: 'BlockUnmanagedCustomization', version: '1.0', inputs: { IsLockdownOfUnmanagedCustomizationEnabled: true } }

function rule(AllowedConnectorList: readonly object[]): object {
  return { id: 'ConnectorManagement', version: '1.0', inputs: { AllowedConnectorList } }
}

function listing(names: readonly string[]): object {
  return rule(names.map((name) => ({ AllowedConnector: connectors + name, AllowedActionsMode: 'AllAllowed' })))
}
