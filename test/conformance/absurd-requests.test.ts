import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { errorOf, openLocal, rowsOf } from './organisation.ts'

// Nobody tries these on a live organisation of somebody's.
describe.skipIf(process.env['DATAVERSE_URL'] !== undefined)('requests of absurd size', () => {
  let organisation: Organisation

  beforeAll(async () => {
    organisation = await openLocal()
    const contacts = Array.from({ length: 70 }, (_, at) => ({ lastname: `${'a'.repeat(40)} ${at}` }))
    const made = await organisation.call('POST', 'accounts', { body: { name: 'Many', contact_customer_accounts: contacts } })
    expect(made.status, made.text).toBe(204)
  })
  afterAll(() => organisation.close())

  /** Sends an address in a batch, where it may be longer, and gives the reply inside. */
  async function get(address: string): Promise<Answer> {
    const part = ['--b', 'Content-Type: application/http', '', `GET ${address.replaceAll(' ', '%20')} HTTP/1.1`, '', '', '--b--', ''].join(
      '\r\n',
    )
    const headers = { 'content-type': 'multipart/mixed; boundary=b' }
    const answer = await organisation.call('POST', '$batch', { body: part, headers })
    const [, status, text = ''] = /HTTP\/1\.1 (\d+)[^\r]*\r\n(?:[^\r]+\r\n)*\r\n(.*)\r\n--batchresponse/s.exec(answer.text) ?? []
    return { ...answer, status: Number(status), text, json: JSON.parse(text) as Record<string, unknown> }
  }
  const fetched = (xml: string): Promise<Answer> => get(`contacts?fetchXml=${xml.replaceAll('%', '%25')}`)
  const values = (count: number): string => Array.from({ length: count }, (_, at) => `'${at}'`).join(',')
  const expandedThrough = (names: readonly string[], options: string): string =>
    names.reduceRight((inner, name) => `${name}(${options}${inner === '' ? '' : `;$expand=${inner}`})`, '')
  const link = (at: number, inside = ''): string =>
    `<link-entity name="contact" from="statecode" to="statecode" alias="c${at}">${inside}</link-entity>`

  it.each<[string, () => Promise<Answer>, string, string]>([
    [
      'a thousand parentheses',
      () => get(`contacts?$filter=${'('.repeat(1000)}lastname eq 'a'${')'.repeat(1000)}`),
      '0x80060888',
      'Recursion depth exceeded',
    ],
    [
      'more than 500 conditions',
      () => get(`contacts?$filter=${Array.from({ length: 501 }, () => 'lastname eq null').join(' or ')}`),
      '0x8004430C',
      'Number of conditions in query exceeded maximum limit.',
    ],
    [
      'more than 500 conditions of FetchXML',
      () =>
        fetched(
          `<fetch><entity name="contact"><filter>${'<condition attribute="fax" operator="null"/>'.repeat(501)}</filter></entity></fetch>`,
        ),
      '0x8004430C',
      'Number of conditions in query exceeded maximum limit.',
    ],
    [
      'more than 15 links',
      () => fetched(`<fetch><entity name="contact">${Array.from({ length: 16 }, (_, at) => link(at)).join('')}</entity></fetch>`),
      '0x8004430D',
      'Number of link entities in query exceeded maximum limit.',
    ],
    [
      'joins that make millions of rows',
      () => fetched(`<fetch top="1"><entity name="contact">${link(1)}${link(2)}${link(3)}</entity></fetch>`),
      '0x80044151',
      'SQL timeout expired.',
    ],
    [
      'expansions without end',
      () => get(`contacts?$expand=${expandedThrough(Array<string>(1200).fill('parentcustomerid_account'), '$select=name')}`),
      '0x80060888',
      'exceeds the limit of 15',
    ],
    [
      'expansions that go in circles',
      () => {
        const circle = ['contact_customer_accounts', 'parentcustomerid_account']
        return get(`accounts?$select=name&$expand=${expandedThrough([...circle, ...circle, ...circle, ...circle], '$select=createdon')}`)
      },
      '0x80044151',
      'SQL timeout expired.',
    ],
    [
      'a date that no calendar has',
      () => get('contacts?$filter=createdon gt 2026-02-30T00:00:00Z'),
      '0x80060888',
      "Unrecognized 'Edm.DateTimeOffset' literal",
    ],
    [
      'a count of days beyond all dates',
      () => get("contacts?$filter=Microsoft.Dynamics.CRM.LastXDays(PropertyName='createdon',PropertyValue=99999999999999)"),
      '0x80060888',
      'is not a valid count',
    ],
    [
      'a day that is no date',
      () => get("contacts?$filter=Microsoft.Dynamics.CRM.On(PropertyName='createdon',PropertyValue='xyz')"),
      '0x80060888',
      'is not a valid date',
    ],
    [
      'a body that nests a hundred thousand levels',
      () => organisation.call('POST', 'contacts', { body: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` }),
      '0x80048d19',
      'nests deeper than',
    ],
  ])('are refused: %s', async (_name, send, code, message) => {
    const answer = await send()
    expect(answer.status).toBe(400)
    expect(errorOf(answer)).toMatchObject({ code, message: expect.stringContaining(message) })
  })

  it('have addresses of 32 KB at most outside a batch', async () => {
    const selecting = (length: number): string => `contacts?$top=1&$select=lastname${',lastname'.repeat(length / 9)}`
    expect((await organisation.call('GET', selecting(32_000))).status).toBe(200)
    const refused = await organisation.call('GET', selecting(33_000))
    expect([refused.status, errorOf(refused).code]).toEqual([414, '0x80060888'])
  })

  it('are answered where the service takes them', async () => {
    const all = await get(
      `contacts?$select=lastname&$filter=Microsoft.Dynamics.CRM.NotIn(PropertyName='lastname',PropertyValues=[${values(8000)}])`,
    )
    expect(rowsOf(all)).toHaveLength(70)
    expect(rowsOf(await get(`contacts?$orderby=${Array<string>(3500).fill('lastname desc').join(',')}`))).toHaveLength(70)
    const [row] = rowsOf(await get(`contacts?$top=1&$select=${Array<string>(5000).fill('lastname').join(',')}`))
    expect(Object.keys(row ?? {}).sort()).toEqual(['@odata.etag', 'contactid', 'lastname'])
    // As a regular expression this pattern takes longer than anybody waits.
    const pattern = `${'%a'.repeat(25)}b`
    const like = `<condition attribute="lastname" operator="like" value="${pattern}"/>`
    expect(rowsOf(await fetched(`<fetch><entity name="contact"><filter>${like}</filter></entity></fetch>`))).toEqual([])
  })

  it('delete a chain of thousands of rows with its first', async () => {
    const label = (text: string): unknown => ({ LocalizedLabels: [{ Label: text, LanguageCode: 1033 }] })
    const type = (name: string): string => `Microsoft.Dynamics.CRM.${name}`
    const name = {
      '@odata.type': type('StringAttributeMetadata'),
      SchemaName: 'new_Name',
      IsPrimaryName: true,
      MaxLength: 100,
      DisplayName: label('Name'),
    }
    const table = {
      SchemaName: 'new_Link',
      DisplayName: label('Link'),
      DisplayCollectionName: label('Links'),
      OwnershipType: 'UserOwned',
      Attributes: [name],
    }
    const relationship = {
      '@odata.type': type('OneToManyRelationshipMetadata'),
      SchemaName: 'new_link_link',
      ReferencedEntity: 'new_link',
      ReferencingEntity: 'new_link',
      Lookup: { '@odata.type': type('LookupAttributeMetadata'), SchemaName: 'new_BeforeId', DisplayName: label('Before') },
      CascadeConfiguration: { Delete: 'Cascade' },
    }
    for (const [path, body] of [
      ['EntityDefinitions', table],
      ['RelationshipDefinitions', relationship],
    ] as const) {
      const made = await organisation.call('POST', path, { body })
      expect(made.status, made.text).toBe(204)
    }
    const ids = Array.from({ length: 8000 }, () => crypto.randomUUID())
    for (let at = 0; at < ids.length; at += 1000) await createLinks(ids, at)
    expect((await organisation.call('DELETE', `new_links(${ids[0]})`)).status).toBe(204)
    expect((await organisation.call('GET', 'new_links/$count')).text).toBe('0')
  })

  /** Makes a thousand rows in one change set, each pointing to the one before. */
  async function createLinks(ids: readonly string[], from: number): Promise<void> {
    const rows = ids.slice(from, from + 1000).map((id, at) => ({
      new_linkid: id,
      ...(from + at === 0 ? {} : { 'new_BeforeId@odata.bind': `new_links(${ids[from + at - 1]})` }),
    }))
    const head = 'Content-Type: application/http\r\nContent-ID: '
    const parts = rows.map(
      (row, at) => `--cs\r\n${head}${at}\r\n\r\nPOST new_links HTTP/1.1\r\nContent-Type: application/json\r\n\r\n${JSON.stringify(row)}`,
    )
    const body = ['--b', 'Content-Type: multipart/mixed; boundary=cs', '', ...parts, '--cs--', '--b--', ''].join('\r\n')
    const answer = await organisation.call('POST', '$batch', { body, headers: { 'content-type': 'multipart/mixed; boundary=b' } })
    expect(answer.status, answer.text.slice(0, 500)).toBe(200)
  }

  it('harm nobody else', async () => {
    expect((await organisation.call('GET', 'WhoAmI()')).status).toBe(200)
  })
})
