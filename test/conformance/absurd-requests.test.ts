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

  it('are answered where the service takes them, in short time', async () => {
    const start = performance.now()
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
    expect(performance.now() - start).toBeLessThan(5_000)
  })

  it('harm nobody else', async () => {
    expect((await organisation.call('GET', 'WhoAmI()')).status).toBe(200)
  })
})
