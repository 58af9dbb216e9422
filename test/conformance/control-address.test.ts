import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { adminSecret, errorOf, importSolution, openLocal, rowsOf, sampleSolution, send } from './organisation.ts'

// The control address is the emulator's own: nothing of it exists in the service.

let target: Organisation
beforeEach(async () => {
  target = await openLocal()
})
afterEach(() => target.close())

function control(method: string, path: string, body?: unknown): Promise<Answer> {
  return target.control?.(method, path, body) ?? Promise.reject(new Error('There is no control address.'))
}
const address = (path: string): string => `${new URL(target.url).origin}/_emulator/${path}`
const inEnvironment = (name: string, path: string): string => `${new URL(target.url).origin}/${name}/api/data/v9.2/${path}`
const authorization = `Bearer ${adminSecret}`

async function sampleIsThere(name: string): Promise<boolean> {
  const found = await target.call('GET', inEnvironment(name, "solutions?$filter=uniquename eq 'ContosoInspection'"))
  return rowsOf(found).length === 1
}

describe('the control address', () => {
  it('answers those who have the secret only, and says what it has not', async () => {
    expect((await send(address('environments'), { method: 'GET' })).status).toBe(401)
    const unknown = await control('POST', 'environments/dev/nothing', {})
    expect([unknown.status, errorOf(unknown)]).toEqual([
      404,
      { code: 'emulator.not-found', message: 'The control address has no POST /_emulator/environments/dev/nothing.' },
    ])
    expect((await control('GET', 'nothing')).status).toBe(404)
  })

  it('creates an environment that is served at once, and deletes it with all its rows', async () => {
    expect((await target.call('GET', inEnvironment('uat', 'WhoAmI'))).status).toBe(404)
    expect((await control('POST', 'environments', { name: 'uat' })).status).toBe(201)
    expect((await target.call('GET', inEnvironment('uat', 'WhoAmI'))).status).toBe(200)
    expect(errorOf(await control('POST', 'environments', { name: 'uat' })).code).toBe('emulator.environment-exists')
    expect(errorOf(await control('POST', 'environments', { name: 'Not Good' })).code).toBe('emulator.environment-name')
    const unknown = errorOf(await control('POST', 'environments', { name: 'other', template: 'unheard' }))
    expect([unknown.code, unknown.message]).toEqual([
      'emulator.template-unknown',
      expect.stringContaining('dataverse, sales, customer-service'),
    ])
    expect((await control('GET', 'environments')).json).toEqual({ environments: ['dev', 'test', 'uat'] })
    await target.call('POST', inEnvironment('uat', 'publishers'), { body: { uniquename: 'kept', customizationprefix: 'kept' } })
    expect((await control('DELETE', 'environments/uat')).status).toBe(204)
    expect((await target.call('GET', inEnvironment('uat', 'WhoAmI'))).status).toBe(404)
    await control('POST', 'environments', { name: 'uat' })
    expect(rowsOf(await target.call('GET', inEnvironment('uat', "publishers?$filter=uniquename eq 'kept'")))).toEqual([])
  })

  it('makes an environment of a template: its solutions are there', async () => {
    await control('POST', 'environments', { name: 'crm', template: 'sales' })
    const sales = "solutions?$filter=uniquename eq 'msdynce_Sales'&$select=ismanaged,version"
    expect(rowsOf(await target.call('GET', inEnvironment('crm', sales)))).toMatchObject([{ ismanaged: true }])
    expect(rowsOf(await target.call('GET', inEnvironment('dev', sales)))).toEqual([])
    await control('POST', 'environments/crm/reset', {})
    expect(rowsOf(await target.call('GET', inEnvironment('crm', sales))), 'emptied, as new').toMatchObject([{ ismanaged: true }])
  })

  it('gives an environment as one file, and takes it back as a whole, there or elsewhere', async () => {
    await importSolution(target, await sampleSolution())
    const taken = await fetch(address('environments/dev/snapshot'), { headers: { authorization } })
    const file = Buffer.from(await taken.arrayBuffer())
    const put = (name: string, body: Buffer): Promise<Response> =>
      fetch(address(`environments/${name}/snapshot`), { method: 'PUT', headers: { authorization }, body: new Uint8Array(body) })
    await control('POST', 'environments/dev/reset', {})
    expect(await sampleIsThere('dev')).toBe(false)
    expect((await put('dev', file.subarray(0, file.length / 2))).status).toBe(409)
    expect(await sampleIsThere('dev')).toBe(false)
    expect((await put('dev', file)).status).toBe(204)
    expect((await put('copy', file)).status).toBe(204)
    expect([await sampleIsThere('dev'), await sampleIsThere('copy'), await sampleIsThere('test')]).toEqual([true, true, false])
    const exported = await target.call('POST', inEnvironment('copy', 'ExportSolution'), {
      body: { SolutionName: 'ContosoInspection', Managed: false },
    })
    expect(exported.status, exported.text.slice(0, 300)).toBe(200)
  })

  it('leaves an environment alone while an operation runs in it', async () => {
    await control('POST', 'faults', { kind: 'slow-operation', seconds: 10 })
    const CustomizationFile = Buffer.from(await sampleSolution()).toString('base64')
    const order = { OverwriteUnmanagedCustomizations: false, PublishWorkflows: false, CustomizationFile, ImportJobId: crypto.randomUUID() }
    await target.call('POST', 'ImportSolutionAsync', { body: order })
    for (const [method, path] of [
      ['POST', 'environments/dev/reset'],
      ['DELETE', 'environments/dev'],
    ] as const) {
      const refused = await control(method, path, {})
      expect([refused.status, errorOf(refused).message]).toEqual([409, expect.stringContaining('busy with [Import]')])
    }
  })

  it('keeps the writer’s place for somebody else', async () => {
    expect((await control('POST', 'environments/dev/writer', { holder: 'PublishAll', seconds: 5 })).status).toBe(204)
    const refused = await target.call('POST', 'PublishAllXml', { body: {} })
    expect(errorOf(refused).message).toContain('Cannot start another [PublishAll] because there is a previous [PublishAll]')
    await control('POST', 'clock/jump', { seconds: 1 })
    expect((await target.call('POST', 'PublishAllXml', { body: {} })).status).toBe(204)
  })

  it('sets switches: no unmanaged customizations, lower versions by managed updates', async () => {
    const set = (name: string, value: boolean): Promise<Answer> => control('PUT', `environments/dev/switches/${name}`, { value })
    expect((await set('blockUnmanagedCustomizations', true)).status).toBe(204)
    expect(await importSolution(target, await sampleSolution())).toMatchObject({
      statuscode: 31,
      message: expect.stringContaining("doesn't allow unmanaged"),
    })
    await set('blockUnmanagedCustomizations', false)
    expect(await importSolution(target, await sampleSolution())).toMatchObject({ statuscode: 30 })
    expect((await set('managedUpdateMayFall', true)).status).toBe(204)
    expect(errorOf(await set('unknown', true)).message).toContain('managedUpdateMayFall, blockUnmanagedCustomizations')
  })

  it('lets somebody else save work without publishing it: publishing all publishes it, too', async () => {
    await importSolution(target, await sampleSolution())
    await target.call('POST', 'PublishAllXml', { body: {} })
    await control('POST', 'environments/dev/users', { name: 'Ana Maker' })
    const [form] = rowsOf(await target.call('GET', "systemforms?$select=name,formid&$filter=objecttypecode eq 'contoso_inspection'"))
    const id = String(form?.['formid'])
    const edits = [{ table: 'systemform', id, values: { name: 'Renamed by Ana' } }]
    expect(errorOf(await control('POST', 'environments/dev/pending-work', { by: 'Nobody', edits })).code).toBe('emulator.not-found')
    const made = await control('POST', 'environments/dev/pending-work', { by: 'Ana Maker', edits })
    expect(made.status, made.text).toBe(204)
    const name = async (): Promise<unknown> => (await target.call('GET', `systemforms(${id})?$select=name`)).json['name']
    expect(await name()).toBe(form?.['name'])
    await target.call('POST', 'PublishAllXml', { body: {} })
    expect(await name()).toBe('Renamed by Ana')
  })

  it('gives managed components Active rows that change nothing, as real environments are full of', async () => {
    await importSolution(target, await sampleSolution())
    const exported = await target.call('POST', 'ExportSolution', { body: { SolutionName: 'ContosoInspection', Managed: true } })
    const managed = Buffer.from(String(exported.json['ExportSolutionFile']), 'base64')
    await control('POST', 'environments', { name: 'uat' })
    const uat = {
      ...target,
      call: (method: string, path: string, more?: Parameters<Organisation['call']>[2]) =>
        target.call(method, path.startsWith('http') ? path : inEnvironment('uat', path), more),
    }
    expect(await importSolution(uat, managed)).toMatchObject({ statuscode: 30 })
    const made = await control('POST', 'environments/uat/phantom-rows', {})
    const components = made.json['components'] as string[]
    expect(components).toContain('Entity:contoso_inspection')
    const table = await uat.call('GET', "EntityDefinitions(LogicalName='contoso_inspection')?$select=MetadataId")
    const layers = `msdyn_componentlayers?$filter=msdyn_componentid eq '${String(table.json['MetadataId'])}' and msdyn_solutioncomponentname eq 'Entity'`
    const active = rowsOf(await uat.call('GET', layers)).find((row) => row['msdyn_solutionname'] === 'Active')
    expect(JSON.parse(String(active?.['msdyn_changes']))).toMatchObject({ Attributes: [] })
    expect((await control('POST', 'environments/uat/phantom-rows', {})).json).toEqual({ components: [] })
  })
})
