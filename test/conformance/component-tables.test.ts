import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { handMade } from './hand-made.ts'
import type { Organisation } from './organisation.ts'
import { importSolution, openLocal, rowsOf, sampleSolution } from './organisation.ts'

// The virtual tables of layers and contents, with the manners that public tools report of them (evidence: web-api B.3, facts-2 §6).

const livesLocally = process.env['DATAVERSE_URL'] === undefined

describe.skipIf(!livesLocally)('virtual tables of components (a live organisation would keep what these cases leave behind)', () => {
  let organisation: Organisation
  let solutionId: string
  beforeAll(async () => {
    organisation = await openLocal()
    const tables = [{ name: 'hand_boat', isWhole: true, columns: [{ name: 'hand_note' }, { name: 'hand_mark' }] }]
    await importSolution(organisation, await handMade({ name: 'First', version: '1.0.0.0', isManaged: true, tables }))
    solutionId = String(rowsOf(await organisation.call('GET', "solutions?$filter=uniquename eq 'First'"))[0]?.['solutionid'])
  })
  afterAll(() => organisation.close())

  const summaries = (more: string): string => `msdyn_solutioncomponentsummaries?$filter=(msdyn_solutionid eq ${solutionId})${more}`
  const tableId = async (): Promise<string> =>
    String(rowsOf(await organisation.call('GET', summaries(' and (msdyn_componenttype eq 1)')))[0]?.['msdyn_objectid'])

  it('give every column of a layer, whatever $select asks for', async () => {
    const filter = `$filter=(msdyn_componentid eq '${await tableId()}' and msdyn_solutioncomponentname eq 'Entity')`
    const [row] = rowsOf(await organisation.call('GET', `msdyn_componentlayers?${filter}&$select=msdyn_name`))
    expect(row).toMatchObject({ msdyn_solutionname: 'First', msdyn_order: 1 })
    expect(String(row?.['msdyn_componentjson'])).toContain('hand_boat')
  })

  it('show layers of one component at a time', async () => {
    expect((await organisation.call('GET', "msdyn_componentlayers?$filter=msdyn_solutionname eq 'Active'")).status).toBe(400)
    expect((await organisation.call('GET', `msdyn_componentlayers?$filter=msdyn_componentid eq '${await tableId()}'`)).status).toBe(400)
  })

  it('have flags that are texts', async () => {
    expect((await organisation.call('GET', summaries(' and msdyn_ismanaged eq true'))).status).toBe(400)
    expect(rowsOf(await organisation.call('GET', summaries(" and msdyn_ismanaged eq 'True'"))).length).toBeGreaterThan(2)
    expect(rowsOf(await organisation.call('GET', summaries(" and msdyn_ismanaged eq 'False'")))).toEqual([])
  })

  it('give contents page by page', async () => {
    const first = await organisation.call('GET', summaries(''), { headers: { Prefer: 'odata.maxpagesize=2' } })
    expect(rowsOf(first)).toHaveLength(2)
    expect(first.json['@odata.nextLink']).toEqual(expect.any(String))
  })

  it('count contents by kind and leave the other columns empty', async () => {
    const rows = rowsOf(await organisation.call('GET', `msdyn_solutioncomponentcountsummaries?$filter=msdyn_solutionid eq ${solutionId}`))
    const columns = rows.find((row) => row['msdyn_componenttype'] === 2)
    const listed = rowsOf(await organisation.call('GET', summaries(' and (msdyn_componenttype eq 2)')))
    expect(columns).toMatchObject({ msdyn_componentlogicalname: 'attribute', msdyn_total: listed.length, msdyn_subtype: null })
    expect(listed.length).toBeGreaterThanOrEqual(2)
  })

  it('stand beside settings that are read by name; one that nobody set is empty text', async () => {
    const read = async (name: string): Promise<unknown> =>
      (await organisation.call('POST', 'GetOrgDbOrgSetting', { body: { SettingName: name } })).json['SettingValue']
    const lockdown = 'IsLockdownOfUnmanagedCustomizationEnabled'
    expect(await read(lockdown)).toBe('false')
    expect(await read('ProjectHostEnvironmentId')).toBe('')
    const [org] = rowsOf(await organisation.call('GET', 'organizations?$select=organizationid'))
    const orgdborgsettings = `<OrgSettings><${lockdown}>true</${lockdown}></OrgSettings>`
    const patched = await organisation.call('PATCH', `organizations(${String(org?.['organizationid'])})`, { body: { orgdborgsettings } })
    expect(patched.status, patched.text).toBe(204)
    expect(await read(lockdown)).toBe('true')
  })
})

describe.skipIf(!livesLocally)('tables of components of which little is told', () => {
  it('list what is there, and let nobody write it', async () => {
    const organisation = await openLocal()
    try {
      expect(await importSolution(organisation, await sampleSolution())).toMatchObject({ statuscode: 30 })
      await organisation.call('POST', 'PublishAllXml', { body: {} })
      expect(rowsOf(await organisation.call('GET', 'sitemaps'))).toMatchObject([{ sitemapname: 'Inspection Desk', ismanaged: false }])
      expect((await organisation.call('GET', 'pluginassemblies?$filter=modifiedon gt 2020-01-01T00:00:00Z')).status).toBe(200)
      expect((await organisation.call('POST', 'pluginassemblies', { body: { name: 'By hand' } })).status).toBe(501)
    } finally {
      await organisation.close()
    }
  })
})
