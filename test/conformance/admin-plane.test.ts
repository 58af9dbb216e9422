import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from './organisation.ts'
import { handMade } from './hand-made.ts'
import { deployer, errorOf, rowsOf, sampleSolution } from './organisation.ts'
import type { LocalTenant } from './tenant.ts'
import { administrator, openTenant } from './tenant.ts'

// A live tenant has no environments to spare, and its administration stands at other hosts.
const skipped = process.env['DATAVERSE_URL'] !== undefined
const bap = 'providers/Microsoft.BusinessAppPlatform'
const admin = `${bap}/scopes/admin/environments`
const clerk = { tenantId: administrator.tenantId, objectId: '66666666-0000-4666-8666-666666666666', name: 'Carl Clerk' }
const carl = { ...clerk, userPrincipalName: 'carl@contoso.example', password: 'another of the tests', roles: ['Basic User'] }

type Json = Record<string, never> & Record<string, unknown>

let tenant: LocalTenant

/** A tenant whose deployer is registered for administration. */
async function openAdministered(): Promise<LocalTenant> {
  // Tokens outlive the jumps of the clock.
  const opened = await openTenant({ people: [carl], tokenLifetimeSeconds: 30 * 24 * 3600 })
  const token = await opened.signIn(administrator, 'https://service.powerapps.com/')
  const done = await opened.call('PUT', `${bap}/adminApplications/${deployer.clientId}?api-version=2020-10-01`, { token })
  if (done.status !== 200) throw new Error(done.text)
  return opened
}

function at(json: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (Object(value) as Json)[name], json)
}

/** Lets minutes of the service's time pass. */
async function pass(of: LocalTenant, minutes: number): Promise<void> {
  await of.control('POST', 'clock/jump', { seconds: minutes })
}

/** Follows the address of an accepted operation until it has succeeded. */
async function follow(of: LocalTenant, answer: Answer): Promise<Answer> {
  expect([answer.status, answer.text]).toEqual([202, expect.any(String)])
  const address = answer.headers.get('location') ?? answer.headers.get('operation-location') ?? ''
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
  const path = address.slice(of.url.length + 1)
  expect(stateOf(await of.call('GET', path))).toBe('Running')
  for (let minute = 0; minute < 30; minute += 1) {
    await pass(of, 1)
    const done = await of.call('GET', path)
    if (stateOf(done) === 'Succeeded') return done
  }
  throw new Error(`The operation did not end: ${address}`)
}

const stateOf = (answer: Answer): unknown => at(answer.json, 'state.id') ?? answer.json['status']

async function idOf(of: LocalTenant, name: string): Promise<string> {
  const { json } = await of.call('GET', `${admin}?api-version=2023-06-01`)
  const found = (json['value'] as Json[]).find((each) => at(each, 'properties.linkedEnvironmentMetadata.domainName') === name)
  return String(found?.['name'])
}

async function become(of: LocalTenant, name: string, environmentSku: string): Promise<string> {
  const id = await idOf(of, name)
  await follow(of, await of.call('POST', `${admin}/${id}/modifySku?api-version=2021-04-01`, { body: { environmentSku } }))
  return id
}

const make = (changes: object = {}, linked: object = {}) => ({
  location: 'europe',
  properties: {
    displayName: 'Made here',
    environmentSku: 'Sandbox',
    databaseType: 'CommonDataService',
    linkedEnvironmentMetadata: { baseLanguage: 1033, currency: { code: 'EUR' }, domainName: 'madehere', ...linked },
    ...changes,
  },
})

describe.skipIf(skipped)('the administration of environments', () => {
  beforeAll(async () => {
    tenant = await openAdministered()
  })
  afterAll(() => tenant.close())

  describe('lets in', () => {
    it('nobody without a token for it', async () => {
      expect((await tenant.call('GET', admin, { token: 'none' })).status).toBe(401)
      const elsewhere = await tenant.tokenOf(deployer, tenant.url)
      expect((await tenant.call('GET', admin, { token: elsewhere })).status).toBe(401)
    })

    it('no token of the other one of its two APIs', async () => {
      const tokenFor = (resource: string): Promise<string> => tenant.signIn(administrator, resource)
      const ofPlatform = await tenant.call('GET', admin, { token: await tokenFor('https://api.powerplatform.com') })
      const backups = `environmentmanagement/environments/${await idOf(tenant, 'dev')}/backups`
      const ofBap = await tenant.call('GET', backups, { token: await tokenFor('https://service.powerapps.com/') })
      expect([ofPlatform.status, ofBap.status]).toEqual([401, 401])
      expect(errorOf(ofBap)).toEqual({
        code: 'InvalidAuthenticationAudience',
        message: expect.stringContaining("wrong audience or resource 'https://service.powerapps.com"),
      })
    })

    it('an application only once a person has registered it', async () => {
      const plain = await openTenant()
      try {
        const refused = await plain.call('GET', `${admin}?api-version=2023-06-01`)
        expect(refused.status).toBe(403)
        expect(errorOf(refused)).toMatchObject({
          code: 'Forbidden',
          message: expect.stringContaining(`for application ${deployer.clientId} does not have permission`),
        })
        expect((await plain.call('PUT', `${bap}/adminApplications/${deployer.clientId}`)).status).toBe(403)
        const token = await plain.signIn(administrator, 'https://service.powerapps.com/')
        expect((await plain.call('PUT', `${bap}/adminApplications/${deployer.clientId}`, { token })).status).toBe(200)
        expect((await plain.call('GET', admin)).status).toBe(200)
        expect((await plain.call('DELETE', `${bap}/adminApplications/${deployer.clientId}`, { token })).status).toBe(200)
        expect((await plain.call('GET', admin)).status).toBe(403)
      } finally {
        await plain.close()
      }
    })

    it('no person without the role', async () => {
      const token = await tenant.signIn(carl, 'https://service.powerapps.com/')
      expect((await tenant.call('GET', admin, { token })).status).toBe(403)
    })
  })

  // The requests of Microsoft's Terraform provider for an environment, in its order.
  it('makes an environment, changes and deletes it as Terraform asks for', async () => {
    const locations = await tenant.call('GET', `${bap}/locations?api-version=2023-06-01`)
    expect((locations.json['value'] as Json[]).map((each) => each['name'])).toContain('europe')
    for (const [what, wanted] of [
      ['environmentCurrencies', 'EUR'],
      ['environmentLanguages', '1033'],
    ] as const) {
      const choices = await tenant.call('GET', `${bap}/locations/europe/${what}?api-version=2023-06-01`)
      expect((choices.json['value'] as Json[]).map((each) => each['name'])).toContain(wanted)
    }
    const details = { domainName: 'madehere', environmentLocation: 'europe' }
    expect((await tenant.call('POST', `${bap}/validateEnvironmentDetails?api-version=2021-04-01`, { body: details })).status).toBe(200)

    const started = await tenant.call('POST', `${bap}/environments?api-version=2023-06-01`, { body: make() })
    const created = await follow(tenant, started)
    expect(created.json).toMatchObject({ type: { id: 'Create' }, state: { id: 'Succeeded' } })
    expect((created.json['stages'] as Json[]).map((stage) => [stage['id'], at(stage, 'state.id')])).toEqual([
      ['Validate', 'Succeeded'],
      ['Prepare', 'Succeeded'],
      ['Run', 'Succeeded'],
      ['Finalize', 'Succeeded'],
    ])
    const id = String(at(created.json, 'links.environment.path')).split('/').at(-1) ?? ''
    const expand = '$expand=permissions,properties.capacity,properties/billingPolicy&api-version=2023-06-01'
    const shown = await tenant.call('GET', `${admin}/${id}?${expand}`)
    expect(shown.json).toMatchObject({
      name: id,
      location: 'europe',
      properties: {
        azureRegion: 'westeurope',
        environmentSku: 'Sandbox',
        provisioningState: 'Succeeded',
        linkedEnvironmentMetadata: { domainName: 'madehere', instanceUrl: `${tenant.url}/madehere/`, backgroundOperationsState: 'Enabled' },
        states: { management: { id: 'Ready' }, runtime: { id: 'Enabled' } },
        governanceConfiguration: { protectionLevel: 'Basic' },
      },
    })
    expect((await tenant.call('POST', `${bap}/validateEnvironmentDetails`, { body: details })).status).toBe(400)
    expect((await tenant.call('POST', `${bap}/environments`, { body: make() })).status).toBe(400)

    // The creator becomes a user some time after the end; until then Dataverse refuses it.
    const mine = async () => (await tenant.call('GET', 'madehere/api/data/v9.2/WhoAmI()')).status
    expect(await mine()).toBe(403)
    await pass(tenant, 2)
    expect(await mine()).toBe(200)
    const carls = await tenant.signIn(carl, `${tenant.url}/madehere`)
    expect((await tenant.call('GET', 'madehere/api/data/v9.2/WhoAmI()', { token: carls })).status).toBe(403)

    const changes = { properties: { displayName: 'Renamed', linkedEnvironmentMetadata: { domainName: 'madehere' } } }
    await follow(tenant, await tenant.call('PATCH', `${admin}/${id}?api-version=2022-05-01`, { body: changes }))
    expect(at((await tenant.call('GET', `${admin}/${id}`)).json, 'properties.displayName')).toBe('Renamed')

    await follow(tenant, await tenant.call('DELETE', `${admin}/${id}?api-version=2023-06-01`, { body: { code: '7', message: 'x' } }))
    expect((await tenant.call('GET', `${admin}/${id}`)).status).toBe(404)
    expect((await tenant.call('GET', 'madehere/api/data/v9.2/WhoAmI()')).status).toBe(404)
  })

  it.each([
    ['an unknown region', make({}, { domainName: 'elsewhere' }), { location: 'moon' }, 400],
    ['a kind that cannot be made', make({ environmentSku: 'Default' }, { domainName: 'elsewhere' }), {}, 400],
    ['an environment without a database', make({ linkedEnvironmentMetadata: undefined }), {}, 501],
    ['a name that is an address of ours', make({}, { domainName: 'providers' }), {}, 400],
  ])('does not make %s', async (_, body, changes, status) => {
    expect((await tenant.call('POST', `${bap}/environments`, { body: { ...body, ...changes } })).status).toBe(status)
  })

  it('says by name what it does not have', async () => {
    const answer = await tenant.call('POST', `${bap}/environments/${await idOf(tenant, 'dev')}/provisionInstance`, { body: {} })
    expect(answer.status).toBe(501)
    expect(errorOf(answer).message).toContain('provisionInstance')
  })

  it('makes a Managed Environment of one and an ordinary one again', async () => {
    const id = await idOf(tenant, 'dev')
    const address = `${bap}/environments/${id}/governanceConfiguration?api-version=2021-04-01`
    const extendedSettings = { maxLimitUserSharing: '10', limitSharingMode: 'excludeSharingToSecurityGroups', solutionCheckerMode: 'warn' }
    await follow(tenant, await tenant.call('POST', address, { body: { protectionLevel: 'Standard', settings: { extendedSettings } } }))
    const shown = async () => at((await tenant.call('GET', `${admin}/${id}`)).json, 'properties.governanceConfiguration')
    expect(await shown()).toMatchObject({
      protectionLevel: 'Standard',
      settings: { extendedSettings: { ...extendedSettings, isGroupSharingDisabled: 'false' } },
    })
    const wrong = { protectionLevel: 'Standard', settings: { extendedSettings: { solutionCheckerMode: 'sometimes' } } }
    expect((await tenant.call('POST', address, { body: wrong })).status).toBe(400)
    await follow(tenant, await tenant.call('POST', address, { body: { protectionLevel: 'Basic' } }))
    expect(await shown()).toEqual({ protectionLevel: 'Basic' })
  })

  it('closes an environment in administration mode to all but its administrators', async () => {
    const id = await idOf(tenant, 'test')
    const token = await tenant.signIn(carl, `${tenant.url}/test`)
    const whoAmI = async () => (await tenant.call('GET', 'test/api/data/v9.2/WhoAmI()', { token })).status
    expect(await whoAmI()).toBe(200)
    const mode = (runtime: string) => ({ body: { properties: { states: { runtime: { id: runtime } } } } })
    await follow(tenant, await tenant.call('PATCH', `${admin}/${id}`, mode('AdminMode')))
    expect(await whoAmI()).toBe(403)
    expect((await tenant.call('GET', 'test/api/data/v9.2/WhoAmI()')).status).toBe(200)
    await follow(tenant, await tenant.call('PATCH', `${admin}/${id}`, mode('Enabled')))
    expect(await whoAmI()).toBe(200)
  })

  it('makes an application a user without a role', async () => {
    const id = await idOf(tenant, 'test')
    const body = { servicePrincipalAppId: deployer.clientId }
    expect((await tenant.call('POST', `${admin}/${id}/addAppUser?api-version=2020-10-01`, { body })).status).toBe(200)
    const nobody = { servicePrincipalAppId: '99999999-9999-4999-8999-999999999999' }
    expect((await tenant.call('POST', `${admin}/${id}/addAppUser`, { body: nobody })).status).toBe(400)
  })
})

describe.skipIf(skipped)('an operation on an environment', () => {
  it('keeps any other away while it runs', async () => {
    const slow = await openAdministered()
    try {
      const id = await idOf(slow, 'dev')
      const change = () => slow.call('PATCH', `${admin}/${id}`, { body: { properties: { displayName: 'x' } } })
      const first = await change()
      expect(first.status).toBe(202)
      expect(at((await slow.call('GET', `${admin}/${id}`)).json, 'properties.states.management.id')).toBe('NotReady')
      const second = await change()
      expect([second.status, errorOf(second).code]).toEqual([409, 'OperationNotStartable'])
      expect(second.text).toContain(id)
      const other = await slow.call('PATCH', `${admin}/${await idOf(slow, 'test')}`, { body: { properties: { displayName: 'y' } } })
      expect(other.status).toBe(202)
      await follow(slow, first)
      expect((await change()).status).toBe(202)
    } finally {
      await slow.close()
    }
  })
})

describe.skipIf(skipped)('backups, restores and copies', () => {
  const platform = 'environmentmanagement/environments'
  beforeAll(async () => {
    tenant = await openAdministered()
    await become(tenant, 'dev', 'Production')
  })
  afterAll(() => tenant.close())

  const publisher = async (environment: string, name: string) =>
    tenant.call('POST', `${environment}/api/data/v9.2/publishers`, {
      body: { uniquename: name, friendlyname: name, customizationprefix: 'abc', customizationoptionvalueprefix: 12_345 },
    })
  const publishers = async (environment: string) =>
    rowsOf(await tenant.call('GET', `${environment}/api/data/v9.2/publishers?$select=uniquename`)).map((row) => row['uniquename'])

  it('bring back what was there when the backup was taken, in another environment', async () => {
    const source = await idOf(tenant, 'dev')
    const target = await idOf(tenant, 'test')
    const whoAmI = async () => (await tenant.call('GET', 'test/api/data/v9.2/WhoAmI()')).json['OrganizationId']
    const own = await whoAmI()
    await publisher('dev', 'before')
    await publisher('test', 'lost')
    const backup = await tenant.call('POST', `${platform}/${source}/backups?api-version=2022-03-01-preview`, {
      body: { label: 'Release 1' },
    })
    expect(backup.status).toBe(201)
    expect(backup.json).toMatchObject({
      label: 'Release 1',
      backupPointDateTime: expect.stringMatching(/Z$/),
      backupExpiryDateTime: expect.any(String),
    })
    await publisher('dev', 'after')
    const body = { sourceEnvironmentId: source, restorePointDateTime: String(backup.json['backupPointDateTime']) }
    const restore = () => tenant.call('POST', `${platform}/${target}/restore?api-version=2024-10-01`, { body })
    const early = await restore()
    expect([early.status, at(early.json, 'errorDetail.code')]).toEqual([400, 'BackupNotReady'])
    await pass(tenant, 15)
    const answer = await restore()
    const done = await follow(tenant, answer)
    expect(done.json).toMatchObject({ name: 'Restore', status: 'Succeeded', updatedEnvironment: { environmentId: target } })
    expect(await publishers('test')).toContain('before')
    expect(await publishers('test')).not.toContain('after')
    expect(await publishers('test')).not.toContain('lost')
    expect(await publishers('dev')).toContain('after')
    expect(await whoAmI()).toBe(own)
    const shown = await tenant.call('GET', `${admin}/${target}`)
    expect(at(shown.json, 'properties.states.runtime.id')).toBe('AdminMode')
    expect(at(shown.json, 'properties.linkedEnvironmentMetadata.backgroundOperationsState')).toBe('Disabled')
  })

  it('are listed, and gone when they are deleted', async () => {
    const source = await idOf(tenant, 'dev')
    const { json } = await tenant.call('GET', `${platform}/${source}/backups`)
    const [first] = json['collection'] as Json[]
    expect(first).toMatchObject({ label: 'Release 1' })
    const address = `${platform}/${source}/backups/${String(first?.['id'])}`
    expect((await tenant.call('DELETE', address)).status).toBe(204)
    expect((await tenant.call('DELETE', address)).status).toBe(404)
    const body = { sourceEnvironmentId: source, restorePointDateTime: String(first?.['backupPointDateTime']) }
    const refused = await tenant.call('POST', `${platform}/${await idOf(tenant, 'test')}/restore`, { body })
    expect(at(refused.json, 'errorDetail.code')).toBe('RestorePointNotFound')
  })

  it('are kept for seven days of the service, and of production only and sandboxes', async () => {
    const take = async (name: string) =>
      tenant.call('POST', `${platform}/${await idOf(tenant, name)}/backups`, { body: { label: 'Short' } })
    const kept = async () => (await tenant.call('GET', `${platform}/${await idOf(tenant, 'dev')}/backups`)).json['collection']
    expect((await take('dev')).status).toBe(201)
    await pass(tenant, 6 * 24 * 60)
    expect(await kept()).toHaveLength(1)
    await pass(tenant, 2 * 24 * 60)
    expect(await kept()).toEqual([])
    const small = make({ environmentSku: 'Developer' }, { domainName: 'small' })
    await follow(tenant, await tenant.call('POST', `${bap}/environments`, { body: small }))
    const refused = await take('small')
    expect([refused.status, errorOf(refused).code]).toEqual([400, 'InvalidEnvironmentSku'])
    await follow(tenant, await tenant.call('DELETE', `${admin}/${await idOf(tenant, 'small')}`))
  })

  it('of production with Dynamics 365 apps are kept for 28 days, and for seven as soon as it becomes a sandbox', async () => {
    await tenant.control('POST', 'environments', { name: 'sales', template: 'sales', kind: 'Production' })
    const id = await idOf(tenant, 'sales')
    const lifetime = async (): Promise<number[]> =>
      ((await tenant.call('GET', `${platform}/${id}/backups`)).json['collection'] as Json[]).map(
        (each) => (Date.parse(String(each['backupExpiryDateTime'])) - Date.parse(String(each['backupPointDateTime']))) * 60,
      )
    const day = 24 * 3_600_000
    expect((await tenant.call('POST', `${platform}/${id}/backups`, { body: { label: 'Long' } })).status).toBe(201)
    expect(await lifetime()).toEqual([28 * day])
    await become(tenant, 'sales', 'Sandbox')
    expect(await lifetime()).toEqual([7 * day])
    await become(tenant, 'sales', 'Production')
    expect(await lifetime()).toEqual([7 * day])
    await tenant.control('DELETE', 'environments/sales')
  })

  it('never go into production, into another region, or from a Managed Environment into one that is none', async () => {
    const source = await idOf(tenant, 'test')
    const production = await idOf(tenant, 'dev')
    const judge = async (target: string, from = source) => {
      const body = { sourceEnvironmentId: from, copyType: 'FullCopy' }
      const answer = await tenant.call('POST', `${platform}/${target}/copy?ValidateOnly=true`, { body })
      return [answer.status, at(answer.json, 'errorDetail.code')]
    }
    expect(await judge(production)).toEqual([400, 'InvalidEnvironmentSku'])
    expect(await judge(source, production)).toEqual([200, undefined])
    const elsewhere = { ...make({}, { domainName: 'overseas' }), location: 'unitedstates' }
    const made = await follow(tenant, await tenant.call('POST', `${bap}/environments`, { body: elsewhere }))
    const overseas = String(at(made.json, 'links.environment.path')).split('/').at(-1) ?? ''
    expect(await judge(overseas)).toEqual([400, 'InvalidLocation'])
    const candidates = await tenant.call('GET', `${platform}/${production}/restoreCandidates`)
    expect((candidates.json['collection'] as Json[]).map((each) => each['environmentId'])).toEqual([source])
    await follow(tenant, await tenant.call('POST', `${platform}/${source}/governancesetting/enablemanaged`, { body: {} }))
    expect(await judge(source, production)).toEqual([400, 'InvalidGovernance'])
    await follow(tenant, await tenant.call('POST', `${platform}/${source}/governancesetting/disablemanaged`, { body: {} }))
    expect(await judge(source, production)).toEqual([200, undefined])
  })

  it('copy all of an environment, or it without its rows', async () => {
    const source = await idOf(tenant, 'dev')
    const target = await idOf(tenant, 'test')
    const canvas = [{ name: 'hand_sails_1a2b3', title: 'Sails', tables: [] }]
    for (const file of [await sampleSolution(), await handMade({ name: 'Canvas', version: '1.0.0.0', canvasApps: canvas })]) {
      const order = {
        OverwriteUnmanagedCustomizations: false,
        PublishWorkflows: false,
        ImportJobId: crypto.randomUUID(),
        CustomizationFile: Buffer.from(file).toString('base64'),
      }
      const imported = await tenant.call('POST', 'dev/api/data/v9.2/ImportSolution', { body: order })
      expect([imported.status, imported.text]).toEqual([204, ''])
    }
    const appOf = async (environment: string): Promise<unknown> =>
      rowsOf(await tenant.call('GET', `${environment}/api/data/v9.2/canvasapps?$filter=name eq 'hand_sails_1a2b3'`))[0]?.['canvasappid']
    const layersOf = async (environment: string, app: unknown): Promise<unknown[]> => {
      const filter = `msdyn_solutioncomponentname eq 'CanvasApp' and msdyn_componentid eq '${String(app)}'`
      const layers = await tenant.call('GET', `${environment}/api/data/v9.2/msdyn_componentlayers?$filter=${filter}`)
      return rowsOf(layers).map((row) => row['msdyn_solutionname'])
    }
    const references = async (environment: string) =>
      rowsOf(await tenant.call('GET', `${environment}/api/data/v9.2/connectionreferences?$select=connectionid`))
    const [reference] = await references('dev')
    const bound = await tenant.call('PATCH', `dev/api/data/v9.2/connectionreferences(${String(reference?.['connectionreferenceid'])})`, {
      body: { connectionid: 'of-dev' },
    })
    expect([bound.status, bound.text]).toEqual([204, ''])
    const [table] = rowsOf(
      await tenant.call(
        'GET',
        "dev/api/data/v9.2/EntityDefinitions?$select=EntitySetName,LogicalName&$filter=LogicalName eq 'contoso_inspection'",
      ),
    )
    const set = String(table?.['EntitySetName'])
    const made = await tenant.call('POST', `dev/api/data/v9.2/${set}`, { body: { contoso_name: 'Bridge' } })
    expect([made.status, made.text]).toEqual([204, ''])
    const rows = async (environment: string) => rowsOf(await tenant.call('GET', `${environment}/api/data/v9.2/${set}`)).length
    const copy = async (copyType: string) =>
      follow(tenant, await tenant.call('POST', `${platform}/${target}/copy`, { body: { sourceEnvironmentId: source, copyType } }))
    const named = { sourceEnvironmentId: source, copyType: 'FullCopy', copyOptions: { environmentNameToOverride: 'Copy of dev' } }
    await follow(tenant, await tenant.call('POST', `${platform}/${target}/copy`, { body: named }))
    expect(at((await tenant.call('GET', `${admin}/${target}`)).json, 'properties.displayName')).toBe('Copy of dev')
    expect(await rows('test')).toBe(1)
    // Canvas apps have ids of their own there, by which everything finds them; connections are to be bound anew.
    const [app, copied] = [await appOf('dev'), await appOf('test')]
    expect(copied).not.toBe(app)
    expect([await layersOf('dev', app), await layersOf('test', copied), await layersOf('test', app)]).toEqual([['Active'], ['Active'], []])
    expect((await references('dev')).map((row) => row['connectionid'])).toContain('of-dev')
    expect((await references('test')).map((row) => row['connectionid'])).toEqual((await references('dev')).map(() => null))
    await copy('MinimalCopy')
    expect(await rows('test')).toBe(0)
    expect(await rows('dev')).toBe(1)
    const flows = rowsOf(await tenant.call('GET', 'test/api/data/v9.2/workflows?$select=statecode,category&$filter=category eq 5'))
    expect(flows.filter((row) => row['statecode'] !== 0)).toEqual([])
  })
})

describe.skipIf(skipped)('the enforcement of the solution checker', () => {
  it('blocks a file without a fresh result or with critical violations, and lets a clean one pass', async () => {
    tenant = await openAdministered()
    try {
      const id = await idOf(tenant, 'test')
      const zip = await sampleSolution()
      const mode = async (solutionCheckerMode: string) => {
        const body = { protectionLevel: 'Standard', settings: { extendedSettings: { solutionCheckerMode } } }
        await follow(tenant, await tenant.call('POST', `${bap}/environments/${id}/governanceConfiguration`, { body }))
      }
      const result = (body: object) =>
        tenant.call('PUT', `providers/Drover.Emulator/checkerResults/${createHash('sha256').update(zip).digest('hex')}`, { body })
      const order = () => ({
        OverwriteUnmanagedCustomizations: false,
        PublishWorkflows: false,
        ImportJobId: crypto.randomUUID(),
        CustomizationFile: Buffer.from(zip).toString('base64'),
      })
      const importIt = () => tenant.call('POST', 'test/api/data/v9.2/ImportSolution', { body: order() })
      await mode('block')
      const refused = await importIt()
      expect(refused.status).toBe(400)
      expect(errorOf(refused).message).toContain('Solution is blocked from importing due to critical violations')
      expect(rowsOf(await tenant.call('GET', "test/api/data/v9.2/solutions?$filter=uniquename eq 'ContosoInspection'"))).toEqual([])
      await result({ criticalViolations: 1 })
      expect((await importIt()).status).toBe(400)
      await result({ criticalViolations: 0, hasRuleOverrides: true })
      expect((await importIt()).status).toBe(400)
      await result({ criticalViolations: 0, checkedAt: new Date(Date.now() - 3 * 24 * 3_600_000).toISOString() })
      expect((await importIt()).status).toBe(400)
      await result({ criticalViolations: 0 })
      const passed = await importIt()
      expect([passed.status, passed.text]).toEqual([204, ''])
      await result({ criticalViolations: 3 })
      await mode('warn')
      const warned = await importIt()
      expect([warned.status, warned.text]).toEqual([204, ''])
      const staged = await tenant.call('POST', 'test/api/data/v9.2/StageSolution', {
        body: { CustomizationFile: order().CustomizationFile },
      })
      expect(staged.text).toContain('Warning: There are critical violations in this solution.')
    } finally {
      await tenant.close()
    }
  })
})
