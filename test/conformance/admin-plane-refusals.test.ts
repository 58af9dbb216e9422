import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from './organisation.ts'
import { deployer, errorOf, rowsOf, sampleSolution } from './organisation.ts'
import type { LocalTenant } from './tenant.ts'
import { administrator, openTenant } from './tenant.ts'

// A live tenant has no environments to spare, and its administration stands at other hosts.
const skipped = process.env['DATAVERSE_URL'] !== undefined
const bap = 'providers/Microsoft.BusinessAppPlatform'
const admin = `${bap}/scopes/admin/environments`
const second = '88888888-8888-4888-8888-888888888888'

let tenant: LocalTenant
let token: string
let platformToken: string

const asPerson = (method: string, path: string, body?: object): Promise<Answer> =>
  tenant.call(method, path, {
    token: path.startsWith('environmentmanagement') ? platformToken : token,
    ...(body === undefined ? {} : { body }),
  })

async function idOf(name: string): Promise<string> {
  const rows = rowsOf(await asPerson('GET', admin))
  return String(rows.find((row) => JSON.stringify(row).includes(`"domainName":"${name}"`))?.['name'])
}

async function pass(minutes: number): Promise<void> {
  await tenant.control('POST', 'clock/jump', { seconds: minutes })
}

describe.skipIf(skipped)('the administration of environments refuses', () => {
  beforeAll(async () => {
    // The clock goes 60 times faster, so that a second is a minute of the service; tokens outlive its jumps.
    tenant = await openTenant({ tokenLifetimeSeconds: 30 * 24 * 3600, environments: ['dev', 'test', { name: 'lab', kind: 'Developer' }] })
    token = await tenant.signIn(administrator, 'https://service.powerapps.com/')
    platformToken = await tenant.signIn(administrator, 'https://api.powerplatform.com')
  })
  afterAll(() => tenant.close())

  it('an application that would register another one, and what is no application', async () => {
    expect((await asPerson('PUT', `${bap}/adminApplications/${deployer.clientId}`)).status).toBe(200)
    const refused = await tenant.call('PUT', `${bap}/adminApplications/${second}`)
    expect([refused.status, errorOf(refused).code]).toEqual([403, 'Forbidden'])
    expect((await asPerson('GET', `${bap}/adminApplications/${second}`)).status).toBe(404)
    expect((await asPerson('PUT', `${bap}/adminApplications/somebody`)).status).toBe(400)
  })

  it('to make production of a developer environment', async () => {
    const refused = await asPerson('POST', `${admin}/${await idOf('lab')}/modifySku`, { environmentSku: 'Production' })
    expect([refused.status, errorOf(refused).code]).toEqual([400, 'InvalidEnvironmentSku'])
  })

  it('everything while a solution operation, or another operation, has the environment', async () => {
    const id = await idOf('test')
    await tenant.control('POST', 'environments/test/writer', { holder: 'Import', seconds: 600 })
    for (const refused of [
      await asPerson('POST', `environmentmanagement/environments/${id}/backups`, { label: 'x' }),
      await asPerson('DELETE', `${admin}/${id}`),
    ])
      expect([refused.status, errorOf(refused).code]).toEqual([409, 'OperationNotStartable'])
    await pass(11)
    expect((await asPerson('PATCH', `${admin}/${id}`, { properties: { displayName: 'Renamed' } })).status).toBe(202)
    expect((await asPerson('DELETE', `${admin}/${id}`)).status).toBe(409)
    expect(await idOf('test')).toBe(id)
    await pass(2)
  })

  it('to let anybody in while a copy runs', async () => {
    const body = { sourceEnvironmentId: await idOf('dev'), copyType: 'FullCopy' }
    const who = (): Promise<Answer> => tenant.call('GET', 'test/api/data/v9.2/WhoAmI')
    expect((await who()).status).toBe(200)
    const path = `environmentmanagement/environments/${await idOf('test')}/copy`
    expect((await asPerson('POST', path, body)).status).toBe(202)
    expect((await who()).status).toBe(403)
    await pass(21)
    expect((await who()).status).toBe(200)
  })

  it('an import whose only result was made with other rules, or without some files', async () => {
    const id = await idOf('dev')
    const settings = { extendedSettings: { solutionCheckerMode: 'block' } }
    expect((await asPerson('POST', `${admin}/${id}/governanceConfiguration`, { protectionLevel: 'Standard', settings })).status).toBe(202)
    const zip = await sampleSolution()
    const result = (more: object): Promise<Answer> =>
      asPerson('PUT', `providers/Drover.Emulator/checkerResults/${createHash('sha256').update(zip).digest('hex')}`, {
        criticalViolations: 0,
        ...more,
      })
    const order = () => ({
      OverwriteUnmanagedCustomizations: false,
      PublishWorkflows: false,
      ImportJobId: crypto.randomUUID(),
      CustomizationFile: Buffer.from(zip).toString('base64'),
    })
    for (const more of [{ ruleset: 'AppSource Certification' }, { hasFileExclusions: true }, { hasRuleOverrides: true }]) {
      expect((await result(more)).status).toBe(204)
      const refused = await tenant.call('POST', 'dev/api/data/v9.2/ImportSolution', { body: order() })
      expect(errorOf(refused).message).toContain('Solution is blocked from importing due to critical violations')
    }
    expect((await result({})).status).toBe(204)
    expect((await tenant.call('POST', 'dev/api/data/v9.2/ImportSolution', { body: order() })).status).toBe(204)
  })

  it('an application in an environment of somebody else until it is added, and gives it no role then', async () => {
    const linkedEnvironmentMetadata = { baseLanguage: 1033, currency: { code: 'EUR' }, domainName: 'annas' }
    const properties = { displayName: 'Of Anna', environmentSku: 'Sandbox', linkedEnvironmentMetadata }
    expect((await asPerson('POST', `${bap}/environments`, { location: 'europe', properties })).status).toBe(202)
    await pass(5)
    const read = (path: string): Promise<Answer> => tenant.call('GET', `annas/api/data/v9.2/${path}`)
    expect(errorOf(await read('WhoAmI')).code).toBe('0x80072560')
    const body = { servicePrincipalAppId: deployer.clientId }
    expect((await asPerson('POST', `${admin}/${await idOf('annas')}/addAppUser`, body)).status).toBe(200)
    expect((await read('WhoAmI')).status).toBe(200)
    expect(errorOf(await read('solutions')).code).toBe('0x80040220')
  })
})
