import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Organisation } from './organisation.ts'
import { errorOf, openOrganisation, rowsOf } from './organisation.ts'

let organisation: Organisation

beforeAll(async () => {
  organisation = await openOrganisation()
})
afterAll(() => organisation.close())

describe('reading rows', () => {
  it('tells who is calling', async () => {
    const { status, json } = await organisation.call('GET', 'WhoAmI()')
    expect(status).toBe(200)
    expect(Object.keys(json).sort()).toEqual(['@odata.context', 'BusinessUnitId', 'OrganizationId', 'UserId'])
    expect(json['@odata.context']).toBe(`${organisation.url}/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse`)
  })

  it('gives selected columns, the id and an ETag', async () => {
    const rows = rowsOf(await organisation.call('GET', "solutions?$select=version,_publisherid_value&$filter=uniquename eq 'Default'"))
    expect(rows).toHaveLength(1)
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual(['@odata.etag', '_publisherid_value', 'solutionid', 'version'])
    expect(rows[0]?.['@odata.etag']).toMatch(/^W\/"\d+"$/)
  })

  it('expands a lookup', async () => {
    const [row] = rowsOf(
      await organisation.call(
        'GET',
        "solutions?$select=version&$expand=publisherid($select=customizationprefix)&$filter=uniquename eq 'Default'",
      ),
    )
    expect(row?.['publisherid']).toMatchObject({ customizationprefix: expect.any(String), publisherid: expect.any(String) })
  })

  it('filters through a lookup, and with In', async () => {
    const [row] = rowsOf(
      await organisation.call('GET', "solutions?$expand=publisherid($select=uniquename)&$filter=uniquename eq 'Default'"),
    )
    const name = String((row?.['publisherid'] as { uniquename: string }).uniquename)
    const through = rowsOf(
      await organisation.call('GET', `solutions?$filter=publisherid/uniquename eq '${name}' and uniquename eq 'default'`),
    )
    expect(through.map((item) => item['uniquename'])).toEqual(['Default'])
    const listed = rowsOf(
      await organisation.call(
        'GET',
        "solutions?$filter=Microsoft.Dynamics.CRM.In(PropertyName='uniquename',PropertyValues=['Default','nothing'])",
      ),
    )
    expect(listed).toHaveLength(1)
  })

  it('pages by odata.maxpagesize, each row once, the same link until the end', async () => {
    const headers = { prefer: 'odata.maxpagesize=3' }
    const all = rowsOf(await organisation.call('GET', 'solutions?$select=uniquename&$orderby=uniquename desc')).map(
      (row) => row['solutionid'],
    )
    const seen: unknown[] = []
    let next: string | undefined = 'solutions?$select=uniquename&$orderby=uniquename desc'
    while (next !== undefined) {
      const page = await organisation.call('GET', next, { headers })
      expect(page.headers.get('preference-applied')).toContain('odata.maxpagesize=3')
      expect(rowsOf(page).length).toBeLessThanOrEqual(3)
      seen.push(...rowsOf(page).map((row) => row['solutionid']))
      next = page.json['@odata.nextLink'] as string | undefined
    }
    expect(all.length).toBeGreaterThan(3)
    expect(seen).toEqual(all)
  })

  it('counts all rows of the filter, also when fewer are sent', async () => {
    const { json } = await organisation.call('GET', 'solutions?$top=1&$count=true')
    expect(json['value']).toHaveLength(1)
    expect(json['@odata.count']).toBeGreaterThan(1)
    expect((await organisation.call('GET', 'solutions/$count')).text).toBe(String(json['@odata.count']))
  })

  it('adds formatted values and the table of a lookup when asked', async () => {
    const headers = { prefer: 'odata.include-annotations="*"' }
    const [row] = rowsOf(
      await organisation.call('GET', "solutions?$select=_publisherid_value&$filter=uniquename eq 'Default'", { headers }),
    )
    expect(row?.['_publisherid_value@Microsoft.Dynamics.CRM.lookuplogicalname']).toBe('publisher')
    expect(row?.['_publisherid_value@OData.Community.Display.V1.FormattedValue']).toEqual(expect.any(String))
  })

  it('answers 304 when the ETag is still the same', async () => {
    const [row] = rowsOf(await organisation.call('GET', "solutions?$filter=uniquename eq 'Default'"))
    const path = `solutions(${String(row?.['solutionid'])})`
    const tag = String(row?.['@odata.etag'])
    expect((await organisation.call('GET', path, { headers: { 'if-none-match': tag } })).status).toBe(304)
    expect((await organisation.call('GET', path, { headers: { 'if-none-match': 'null' } })).status).toBe(200)
  })

  it('follows a lookup as a path, and reads one column', async () => {
    const [row] = rowsOf(await organisation.call('GET', "solutions?$filter=uniquename eq 'Default'"))
    const path = `solutions(${String(row?.['solutionid'])})`
    expect((await organisation.call('GET', `${path}/publisherid`)).json['publisherid']).toBe(row?.['_publisherid_value'])
    expect((await organisation.call('GET', `${path}/uniquename`)).json['value']).toBe('Default')
  })
})

describe('refusing a query', () => {
  it.each([
    ['foos', 404, '0x80060888', "Resource not found for the segment 'foos'."],
    ['solutions(00000000-0000-0000-0000-00000000dead)', 404, '0x80040217', 'Does Not Exist'],
    [
      'solutions?$filter=nonsense eq 1',
      400,
      '0x80060888',
      "Could not find a property named 'nonsense' on type 'Microsoft.Dynamics.CRM.solution'.",
    ],
    ['solutions?$select=nonsense', 400, '0x80060888', "Could not find a property named 'nonsense'"],
    ['solutions?$expand=nonsense', 400, '0x80060888', "Could not find a property named 'nonsense'"],
    ["solutions?$filter=solutionid eq 'x'", 400, '0x80060888', "Found operand types 'Edm.Guid' and 'Edm.String' for operator kind 'Equal'"],
    ["solutions?$filter=uniquename eq 'x", 400, '0x80060888', 'unterminated string literal'],
    ['solutions?$skip=5', 400, '0x80060888', '$skip is not supported'],
    ['solutions?$top=x', 400, '0x80060888', "Invalid value 'x' for $top"],
    ['solutioncomponents/Microsoft.Dynamics.CRM.RetrieveUnpublishedMultiple()', 404, '0x80060888', 'RetrieveUnpublishedMultiple'],
  ])('answers %s with %i %s', async (path, status, code, message) => {
    const answer = await organisation.call('GET', path)
    expect(answer.status).toBe(status)
    expect(errorOf(answer)).toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it.skipIf(process.env['DATAVERSE_URL'] !== undefined).each([
    ['GET', 'audits', "'audits'"],
    ['GET', 'solutions?$search=x', "'$search'"],
    ['GET', "solutions?$filter=Microsoft.Dynamics.CRM.Above(PropertyName='solutionid',PropertyValue='x')", 'Above'],
    ['GET', 'solutions?$expand=publisherid/$ref', "'$ref'"],
    ['GET', 'solutions?$apply=topcount(3,version)', 'topcount'],
    ['GET', "solutions?$filter=tolower(uniquename) eq 'x'", "'tolower'"],
  ])('says by name what a local environment does not support: %s %s', async (method, path, named) => {
    if (organisation.isLive) return
    const answer = await organisation.call(method, path, method === 'POST' ? { body: {} } : {})
    expect(answer.status).toBe(501)
    expect(errorOf(answer).message).toContain(named)
  })

  it('refuses to act for a user that is not there', async () => {
    const answer = await organisation.call('GET', 'WhoAmI()', { headers: { callerobjectid: '00000000-0000-0000-0000-000000000009' } })
    expect(answer.status).toBe(403)
  })

  it('adds details to an error when annotations are asked for', async () => {
    const answer = await organisation.call('GET', 'solutions?$select=nonsense', { headers: { prefer: 'odata.include-annotations="*"' } })
    expect(Object.keys(answer.json['error'] as object)).toContain('@Microsoft.PowerApps.CDS.HelpLink')
  })
})
