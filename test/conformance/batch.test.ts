import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer, Organisation } from './organisation.ts'
import { openOrganisation, rowsOf } from './organisation.ts'

// What these cases make would stay behind in a live organisation.
const changing = it.skipIf(process.env['DATAVERSE_URL'] !== undefined)
let organisation: Organisation
let publisherId: string

beforeAll(async () => {
  organisation = await openOrganisation()
  if (organisation.isLive) return
  const body = { uniquename: 'makers', friendlyname: 'Makers', customizationprefix: 'mak', customizationoptionvalueprefix: 23456 }
  const made = await organisation.call('POST', 'publishers', { body, headers: { prefer: 'return=representation' } })
  publisherId = String(made.json['publisherid'])
})
afterAll(() => organisation.close())

interface Part {
  readonly method: string
  readonly url: string
  readonly body?: unknown
  readonly headers?: readonly string[]
  readonly contentId?: string
}

function part({ method, url, body, headers = [], contentId }: Part): string {
  return [
    'Content-Type: application/http',
    'Content-Transfer-Encoding: binary',
    ...(contentId === undefined ? [] : [`Content-ID: ${contentId}`]),
    '',
    `${method} ${url} HTTP/1.1`,
    ...(body === undefined ? [] : ['Content-Type: application/json']),
    ...headers,
    '',
    body === undefined ? '' : JSON.stringify(body),
  ].join('\r\n')
}

function changeSet(name: string, parts: readonly Part[]): string {
  return [`Content-Type: multipart/mixed; boundary=${name}`, '', ...parts.map((item) => `--${name}\r\n${part(item)}`), `--${name}--`].join(
    '\r\n',
  )
}

async function batch(items: readonly string[], headers: Record<string, string> = {}): Promise<Answer> {
  const body = [...items.map((item) => `--batch_1\r\n${item}`), '--batch_1--', ''].join('\r\n')
  return sendText(body, headers)
}

async function sendText(body: string, headers: Record<string, string>): Promise<Answer> {
  return organisation.call('POST', '$batch', { body, headers: { 'content-type': 'multipart/mixed; boundary=batch_1', ...headers } })
}

/** Status lines of the inner replies, in order. */
function statuses(answer: Answer): number[] {
  return [...answer.text.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map((match) => Number(match[1]))
}

const root = (): string => `${organisation.url}/api/data/v9.2`

function newSolution(uniquename: string): Record<string, unknown> {
  return { uniquename, friendlyname: uniquename, version: '1.0.0.0', 'publisherid@odata.bind': `/publishers(${publisherId})` }
}

async function solutionsNamed(prefix: string): Promise<unknown[]> {
  const rows = rowsOf(
    await organisation.call('GET', `solutions?$select=uniquename&$filter=startswith(uniquename,'${prefix}')&$orderby=uniquename`),
  )
  return rows.map((row) => row['uniquename'])
}

describe('a batch of requests', () => {
  it('answers each, addressed absolutely, by path or relatively, in a multipart reply', async () => {
    const path = new URL(root()).pathname
    const answer = await batch([
      part({ method: 'GET', url: `${root()}/WhoAmI()` }),
      part({ method: 'GET', url: `${path}/solutions?$select=uniquename&$top=1` }),
      part({ method: 'GET', url: "solutions?$filter=uniquename%20eq%20'Default'&$select=version" }),
      part({ method: 'GET', url: '/api/data/v9.2/RetrieveVersion()' }),
    ])
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^multipart\/mixed; boundary=batchresponse_/)
    expect(statuses(answer)).toEqual([200, 200, 200, 200])
    expect(answer.text).toContain('"UserId"')
    expect(answer.text.split('\r\n')[0]).toMatch(/^--batchresponse_/)
  })

  changing('stops at the first failure with an outer 400, and keeps what was done before', async () => {
    const answer = await batch([
      part({ method: 'POST', url: 'solutions', body: newSolution('stopping1') }),
      part({ method: 'GET', url: 'solutions(00000000-0000-0000-0000-000000000001)' }),
      part({ method: 'POST', url: 'solutions', body: newSolution('stopping2') }),
    ])
    expect(answer.status).toBe(400)
    expect(statuses(answer)).toEqual([204, 404])
    expect(answer.text).toMatch(/REQ_ID: [0-9a-f-]{36}/)
    expect(await solutionsNamed('stopping')).toEqual(['stopping1'])
  })

  it('goes on with an outer 200 when the client prefers so', async () => {
    const answer = await batch(
      [part({ method: 'GET', url: 'nothings' }), part({ method: 'GET', url: 'WhoAmI' }), part({ method: 'GET', url: 'solutions?$top=x' })],
      { prefer: 'odata.continue-on-error' },
    )
    expect(answer.status).toBe(200)
    expect(statuses(answer)).toEqual([404, 200, 400])
  })

  changing('gives Location and OData-EntityId of a created row, and honours the headers of each part', async () => {
    const answer = await batch([
      part({ method: 'POST', url: 'solutions', body: newSolution('located') }),
      part({ method: 'POST', url: 'solutions?$select=version', body: newSolution('returned'), headers: ['Prefer: return=representation'] }),
    ])
    expect(statuses(answer)).toEqual([204, 201])
    expect(answer.text).toMatch(new RegExp(`OData-EntityId: ${root()}/solutions\\([0-9a-f-]{36}\\)`))
    expect(answer.text).toMatch(new RegExp(`Location: ${root()}/solutions\\([0-9a-f-]{36}\\)`))
  })

  it.each([
    ['lines that end in LF alone', (body: string) => body.replaceAll('\r\n', '\n'), 'CR LF'],
    ['a body that is not closed', (body: string) => body.replace('--batch_1--', ''), 'closing delimiter'],
    ['a batch inside', (body: string) => body.replace('WhoAmI', '$batch'), 'another batch'],
  ])('refuses %s', async (_what, spoil, message) => {
    const answer = await sendText(spoil(`--batch_1\r\n${part({ method: 'GET', url: 'WhoAmI' })}\r\n--batch_1--\r\n`), {})
    expect(answer.status).toBe(400)
    expect(answer.text).toContain(message)
  })

  it('takes a thousand requests and not one more', async () => {
    const many = (count: number): string[] => Array.from({ length: count }, () => part({ method: 'GET', url: 'RetrieveVersion()' }))
    expect((await batch(many(1000))).status).toBe(200)
    const over = await batch([
      ...many(999),
      changeSet(
        'cs',
        ['a', 'b'].map((contentId) => ({ method: 'DELETE', url: 'x', contentId })),
      ),
    ])
    expect(over.status).toBe(400)
    expect(over.text).toContain("maximum number of '1000'")
  })
})

describe('a change set', () => {
  changing('echoes the Content-IDs and refers to earlier rows in addresses and bodies', async () => {
    const answer = await batch([
      changeSet('cs', [
        {
          method: 'POST',
          url: 'publishers',
          contentId: '1',
          body: { uniquename: 'batchers', friendlyname: 'Batchers', customizationprefix: 'bat', customizationoptionvalueprefix: 45678 },
        },
        { method: 'POST', url: 'solutions', contentId: '2', body: { ...newSolution('referring'), 'publisherid@odata.bind': '$1' } },
        { method: 'PATCH', url: '$2', contentId: '3', body: { description: 'changed in the same set' } },
      ]),
    ])
    expect(answer.text).toMatch(/Content-ID: 1[\s\S]*Content-ID: 2[\s\S]*Content-ID: 3/)
    expect(statuses(answer)).toEqual([204, 204, 204])
    const [row] = rowsOf(
      await organisation.call(
        'GET',
        "solutions?$filter=uniquename eq 'referring'&$select=description&$expand=publisherid($select=uniquename)",
      ),
    )
    expect(row).toMatchObject({ description: 'changed in the same set', publisherid: { uniquename: 'batchers' } })
  })

  changing('leaves nothing when one of its requests fails, and says which', async () => {
    const answer = await batch([
      part({ method: 'POST', url: 'solutions', body: newSolution('whole1') }),
      changeSet('cs', [
        { method: 'POST', url: 'solutions', contentId: '7', body: newSolution('whole2') },
        { method: 'PATCH', url: 'solutions(00000000-0000-0000-0000-000000000001)', contentId: '8', headers: ['If-Match: *'], body: {} },
        { method: 'POST', url: 'solutions', contentId: '9', body: newSolution('whole3') },
      ]),
    ])
    expect(answer.status).toBe(400)
    expect(statuses(answer)).toEqual([204, 404])
    expect(answer.text).toContain('Content-ID: 8')
    expect(await solutionsNamed('whole')).toEqual(['whole1'])
  })

  changing('undoes an update and a deletion too', async () => {
    await batch([part({ method: 'POST', url: 'solutions', body: newSolution('undone') })])
    const [row] = rowsOf(await organisation.call('GET', "solutions?$filter=uniquename eq 'undone'"))
    const url = `solutions(${String(row?.['solutionid'])})`
    await batch([
      changeSet('cs', [
        { method: 'PATCH', url, contentId: '1', body: { description: 'never seen' } },
        { method: 'DELETE', url, contentId: '2' },
        { method: 'DELETE', url, contentId: '3' },
      ]),
    ])
    const after = await organisation.call('GET', url)
    expect(after.json).toMatchObject({ uniquename: 'undone', description: row?.['description'], '@odata.etag': row?.['@odata.etag'] })
  })

  it('refuses a reference to what comes later', async () => {
    const answer = await batch([
      changeSet('cs', [
        { method: 'POST', url: 'solutions', contentId: '2', body: { ...newSolution('later'), 'publisherid@odata.bind': '$5' } },
      ]),
    ])
    expect(answer.status).toBe(400)
    expect(answer.text).toContain("Content-ID Reference: '$5' does not exist in the batch context.")
  })

  it('takes no GET and no request without a Content-ID', async () => {
    const withGet = await batch([changeSet('cs', [{ method: 'GET', url: 'WhoAmI', contentId: '1' }])])
    expect([withGet.status, withGet.text]).toEqual([400, expect.stringContaining("HTTP method 'GET'")])
    const nameless = await batch([changeSet('cs', [{ method: 'POST', url: 'solutions', body: newSolution('nameless') }])])
    expect([nameless.status, nameless.text]).toEqual([400, expect.stringContaining('Content-ID')])
  })
})
