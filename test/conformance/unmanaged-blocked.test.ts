import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HandMade } from './hand-made.ts'
import { handMade } from './hand-made.ts'
import * as life from './life-of-solutions.ts'
import type { Answer, Organisation } from './organisation.ts'
import { errorOf, importSolution, openLocal, rowsOf } from './organisation.ts'

// The setting "block unmanaged customizations" (facts-2 §6.4). It is switched at the control address, so a live organisation cannot be asked.

const view = '1b0a1c2d-0000-4000-8000-000000000001'
const flow = '1b0a1c2d-0000-4000-8000-000000000002'
const boats: HandMade = {
  name: 'Boats',
  version: '1.0.0.0',
  isManaged: true,
  tables: [{ name: 'hand_boat', columns: [{ name: 'hand_note' }], views: [{ id: view, name: 'Boats at sea', columns: ['hand_note'] }] }],
  flows: [{ id: flow, name: 'Tell', says: 'ahoy' }],
  variables: [{ name: 'hand_harbour', default: 'north' }],
}

describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('an environment that blocks unmanaged customizations', () => {
  let organisation: Organisation
  let page = ''
  const call = (method: string, path: string, body?: unknown): Promise<Answer> =>
    organisation.call(method, path, body === undefined ? {} : { body })
  const nameOfView = async (): Promise<unknown> => (await call('GET', `savedqueries(${view})?$select=name`)).json['name']
  const idIn = (answer: Answer): string => /\(([0-9a-f-]{36})\)/.exec(answer.headers.get('odata-entityid') ?? '')?.[1] ?? ''
  const members = async (solution: string): Promise<number> => {
    const [row] = rowsOf(await call('GET', `solutions?$select=solutionid&$filter=uniquename eq '${solution}'`))
    return rowsOf(await call('GET', `solutioncomponents?$filter=_solutionid_value eq ${String(row?.['solutionid'])}`)).length
  }

  beforeAll(async () => {
    organisation = await openLocal()
    await life.bring(organisation, boats)
    expect((await call('PATCH', `savedqueries(${view})`, { name: 'By hand' })).status).toBe(204)
    page = idIn(await call('POST', 'webresourceset', { name: 'hand_/page.htm', displayname: 'Page', webresourcetype: 1, content: '' }))
    expect((await call('POST', 'PublishAllXml', {})).status).toBe(204)
    expect(await nameOfView()).toBe('By hand')
    const blocked = await organisation.control?.('PUT', 'environments/dev/switches/blockUnmanagedCustomizations', { value: true })
    expect(blocked?.status).toBe(204)
  })
  afterAll(() => organisation.close())

  it('refuses edits of components, new and deleted ones, what is unmanaged in solutions, and unmanaged imports', async () => {
    const add = { ComponentId: page, ComponentType: 61, SolutionUniqueName: 'Default', AddRequiredComponents: false }
    const refused = [
      await call('PATCH', `savedqueries(${view})`, { name: 'Again' }),
      await call('PATCH', `webresourceset(${page})`, { displayname: 'Other' }),
      await call('POST', 'webresourceset', { name: 'hand_/other.htm', displayname: 'Other', webresourcetype: 1, content: '' }),
      await call('DELETE', `webresourceset(${page})`),
      await call('POST', 'AddSolutionComponent', add),
    ]
    expect(refused.map((answer) => errorOf(answer).code)).toEqual(refused.map(() => '0x80072042'))
    const unmanaged = await importSolution(
      organisation,
      await handMade({ name: 'Mine', version: '1.0.0.0', tables: [{ name: 'hand_mine' }] }),
    )
    expect(unmanaged).toMatchObject({ statuscode: 31, message: expect.stringContaining("doesn't allow unmanaged") })
    expect(await nameOfView()).toBe('By hand')
  })

  it('lets values of variables, flows, owners and shares through', async () => {
    const [variable] = rowsOf(await call('GET', "environmentvariabledefinitions?$filter=schemaname eq 'hand_harbour'"))
    const definition = `/environmentvariabledefinitions(${String(variable?.['environmentvariabledefinitionid'])})`
    const valued = await call('POST', 'environmentvariablevalues', {
      value: 'south',
      'EnvironmentVariableDefinitionId@odata.bind': definition,
    })
    expect([valued.status, valued.text]).toEqual([204, ''])
    for (const statecode of [1, 0]) expect((await call('PATCH', `workflows(${flow})`, { statecode })).status).toBe(204)
    const other = String((await organisation.control?.('POST', 'environments/dev/users', { name: 'Olga Owner' }))?.json['systemuserid'])
    const Principal = { systemuserid: other, '@odata.type': 'Microsoft.Dynamics.CRM.systemuser' }
    const share = { Target: { '@odata.id': `workflows(${flow})` }, PrincipalAccess: { Principal, AccessMask: 'ReadAccess' } }
    expect((await call('POST', 'GrantAccess', share)).status).toBe(204)
    expect((await call('PATCH', `workflows(${flow})`, { 'ownerid@odata.bind': `systemusers(${other})` })).status).toBe(204)
    expect((await call('POST', 'hand_boats', { hand_name: 'Rows are no customization' })).status).toBe(204)
  })

  it('lets unmanaged layers go, and solutions for transport be made, filled with what is managed, and exported', async () => {
    const gone = await call('GET', `RemoveActiveCustomizations(SolutionComponentName='SavedQuery',ComponentId=${view})`)
    expect([gone.status, await nameOfView()]).toEqual([204, 'Boats at sea'])
    const own = idIn(await call('POST', 'publishers', { uniquename: 'carriers', friendlyname: 'Carriers', customizationprefix: 'carr' }))
    const solution = {
      uniquename: 'Transport',
      friendlyname: 'Transport',
      version: '1.0.0.0',
      'publisherid@odata.bind': `/publishers(${own})`,
    }
    expect((await call('POST', 'solutions', solution)).status).toBe(204)
    const add = { ComponentId: view, ComponentType: 26, SolutionUniqueName: 'Transport', AddRequiredComponents: true }
    const added = await call('POST', 'AddSolutionComponent', add)
    expect([added.status, added.text]).toEqual([200, expect.any(String)])
    expect(await members('Transport')).toBeGreaterThan(0)
    expect((await call('POST', 'ExportSolution', { SolutionName: 'Transport', Managed: false })).status).toBe(200)
  })

  it('lets managed solutions come and rise', async () => {
    expect(await life.upgrade(organisation, { ...boats, version: '2.0.0.0' })).toMatchObject({ statuscode: 30 })
  })
})
