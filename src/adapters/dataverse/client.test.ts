import { afterEach, describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import type { Instant } from '#domain/kernel'
import { createEnvironments } from './environments.ts'
import type { Asked, LocalServer, Told } from './testing/local-server.ts'
import { api, dependencies, environmentAt, failureOf, openAt, secretText, startLocalServer } from './testing/local-server.ts'

let server: LocalServer | undefined

afterEach(async () => {
  await server?.close()
})

async function serve(tell: (asked: Asked) => Told | undefined): Promise<LocalServer> {
  server = await startLocalServer(tell)
  return server
}

function askedFor(path: string): readonly Asked[] {
  return (server?.asked ?? []).filter((asked) => asked.path === path)
}

const tokenPath = '/tenant/oauth2/v2.0/token'
const solution = { solutionid: '86928ed8-df37-4ce2-add5-47030a833bff', uniquename: 'Loans', version: '1.1.0.0', ismanaged: false }

describe('signing in', () => {
  it('asks for a token once, by client credentials, and sends it with the headers that OData wants', async () => {
    const { url } = await serve(({ path }) => (path === api('solutions') ? { body: { value: [solution] } } : undefined))
    const open = openAt(url)
    await open.fetchSolution('Loans')
    await open.fetchSolution('Loans')
    expect(askedFor(tokenPath)).toHaveLength(1)
    const form = new URLSearchParams(String(askedFor(tokenPath)[0]?.body))
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: secretText,
      scope: `${url}/.default`,
    })
    const read = askedFor(api('solutions'))[0]
    expect(read?.headers).toMatchObject({
      authorization: 'Bearer token-1',
      'odata-version': '4.0',
      'odata-maxversion': '4.0',
      accept: 'application/json',
    })
    expect(read?.query.get('$filter')).toBe("uniquename eq 'Loans'")
  })

  it('gets a new token shortly before the old one ends', async () => {
    const { url } = await serve(({ path }) => (path === api('solutions') ? { body: { value: [] } } : undefined))
    let now = '2026-11-21T12:00:00.000Z'
    const open = createEnvironments(dependencies({ clock: { now: () => toId<Instant>(now) } })).open(environmentAt(url))
    await open.fetchSolution('Loans')
    now = '2026-11-21T12:57:00.000Z'
    await open.fetchSolution('Loans')
    expect(askedFor(tokenPath)).toHaveLength(1)
    now = '2026-11-21T12:58:30.000Z'
    await open.fetchSolution('Loans')
    expect(askedFor(tokenPath)).toHaveLength(2)
  })

  it('takes a fresh token once when the server does not accept the one it has', async () => {
    let tokens = 0
    const { url } = await serve(({ path, headers }) => {
      if (path === tokenPath) return { body: { expires_in: 3600, access_token: `token-${++tokens}` } }
      return headers.authorization === 'Bearer token-2' ? { body: { value: [solution] } } : { status: 401, body: '' }
    })
    expect(await openAt(url).fetchSolution('Loans')).toEqual({ version: '1.1.0.0', isManaged: false })
    expect(tokens).toBe(2)
  })

  it('says that it is not authorised when the fresh token is refused as well', async () => {
    const { url } = await serve(({ path }) => (path === tokenPath ? undefined : { status: 401, body: '' }))
    expect(await failureOf(openAt(url).fetchSolution('Loans'))).toMatchObject({ code: 'dataverse.unauthorized', isRetryable: false })
    expect(askedFor(tokenPath)).toHaveLength(2)
  })

  it('names the client and where its secret is, never the secret, when signing in is refused', async () => {
    const refusal = { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided.\nTrace ID: 1' }
    const { url } = await serve(({ path }) => (path === tokenPath ? { status: 401, body: refusal } : undefined))
    const error = await failureOf(openAt(url).fetchSolution('Loans'))
    expect(error).toMatchObject({ code: 'dataverse.unauthorized', hint: expect.stringContaining('variable TEST_SECRET') })
    expect(String(error)).toBe(
      'DroverError: Signing in to Test as client client-1 was refused (invalid_client: AADSTS7000215: Invalid client secret provided.).',
    )
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secretText)
  })

  it('never sends the token to another server, also when a page link points there', async () => {
    const { url } = await serve(({ path }) =>
      path === api('solutions') ? { body: { value: [], '@odata.nextLink': 'http://127.0.0.1:9/steal' } } : undefined,
    )
    expect(await failureOf(openAt(url).fetchSolution('Loans'))).toMatchObject({ code: 'dataverse.unexpected' })
  })
})

describe('reading', () => {
  it('follows all pages and repeats the page size with each', async () => {
    const { url } = await serve(({ path, query }) => {
      if (path !== api('solutions')) return undefined
      const row = { ...solution, uniquename: query.has('$skiptoken') ? 'Loans' : 'Other', version: query.has('$skiptoken') ? '2.0' : '1.0' }
      const next = `${server?.url}${api('solutions')}?$skiptoken=${encodeURIComponent('<cookie pagenumber="2" />')}`
      return { body: { value: [row], ...(query.has('$skiptoken') ? {} : { '@odata.nextLink': next }) } }
    })
    expect((await openAt(url, { limits: { pageSize: 1 } }).fetchSolution('Loans'))?.version).toBe('2.0')
    expect(askedFor(api('solutions')).map(({ headers }) => headers.prefer)).toEqual(['odata.maxpagesize=1', 'odata.maxpagesize=1'])
  })

  it('waits as long as the server asks when it is throttled, and reads again', async () => {
    let answers = 0
    const throttled = {
      status: 429,
      headers: { 'retry-after': '0' },
      body: { error: { code: '0x80072322', message: 'Number of requests exceeded the limit of 6000.' } },
    }
    const { url } = await serve(({ path }) =>
      path === api('solutions') ? (++answers < 3 ? throttled : { body: { value: [solution] } }) : undefined,
    )
    expect((await openAt(url).fetchSolution('Loans'))?.version).toBe('1.1.0.0')
    expect(answers).toBe(3)
  })

  it('gives up after four tries and says that it was throttled', async () => {
    const { url } = await serve(({ path }) =>
      path === api('solutions') ? { status: 429, body: { error: { code: '0x80072322', message: 'Too many.' } } } : undefined,
    )
    expect(await failureOf(openAt(url).fetchSolution('Loans'))).toMatchObject({ code: 'dataverse.throttled', isRetryable: true })
    expect(askedFor(api('solutions'))).toHaveLength(4)
  })

  it('does not wait for longer than it should', async () => {
    const { url } = await serve(({ path }) =>
      path === api('solutions') ? { status: 503, headers: { 'retry-after': '3600' }, body: 'down' } : undefined,
    )
    expect(await failureOf(openAt(url).fetchSolution('Loans'))).toMatchObject({ code: 'dataverse.unreachable', isRetryable: true })
    expect(askedFor(api('solutions'))).toHaveLength(1)
  })

  it('reads again when the connection breaks, also where reading is a POST', async () => {
    let answers = 0
    const { url } = await serve(({ path }) => {
      if (path !== api('DownloadSolutionExportData')) return undefined
      return ++answers < 2 ? { isCut: true } : { body: { ExportSolutionFile: Buffer.from('zip').toString('base64') } }
    })
    expect(Buffer.from(await openAt(url).downloadExport('e81e0e4f-9b3b-4d7c-8a6e-0e6a2f9a1b11')).toString()).toBe('zip')
    expect(answers).toBe(2)
  })

  it('ends a request that gets no answer in time', async () => {
    const { url } = await serve(({ path }) =>
      path === tokenPath ? undefined : { status: 200, headers: { 'content-length': '10' }, body: '' },
    )
    const work = openAt(url, { limits: { requestTimeoutMs: 60, readAttempts: 1 } }).fetchSolution('Loans')
    expect(await failureOf(work)).toMatchObject({ code: 'dataverse.unreachable', isRetryable: true })
  })

  it('names the environment when it cannot be reached at all', async () => {
    const gone = await startLocalServer(() => undefined)
    await gone.close()
    const { url } = await serve(() => undefined)
    const environment = environmentAt(gone.url, { credentials: environmentAt(url).credentials })
    const error = await failureOf(createEnvironments(dependencies()).open(environment).fetchSolution('Loans'))
    expect(error).toMatchObject({
      code: 'dataverse.unreachable',
      isRetryable: true,
      message: expect.stringMatching(/^Test cannot be reached \(.*ECONNREFUSED.*\)\. Nothing was sent\.$/),
    })
  })
})

describe('changing', () => {
  const busy = {
    status: 429,
    headers: { 'retry-after': '0' },
    body: { error: { code: '0x80072321', message: 'Combined execution time exceeded.' } },
  }

  it('is sent once, also when it is throttled', async () => {
    const { url } = await serve(({ path, method }) => (method === 'PATCH' && path.startsWith(api('workflows')) ? busy : undefined))
    const work = openAt(url).setFlowState('0f6e2d4a-0000-4000-8000-000000000001', 'on')
    expect(await failureOf(work)).toMatchObject({ code: 'dataverse.throttled', isRetryable: true })
    expect(server?.asked.filter(({ method }) => method === 'PATCH')).toHaveLength(1)
  })

  it('never makes a row that is gone', async () => {
    const { url } = await serve(({ path }) => (path.startsWith(api('workflows')) ? { status: 204 } : undefined))
    await openAt(url).setFlowState('0f6e2d4a-0000-4000-8000-000000000001', 'on')
    const patch = server?.asked.find(({ method }) => method === 'PATCH')
    expect(patch?.headers['if-match']).toBe('*')
    expect(patch?.body).toEqual({ statecode: 1, statuscode: 2 })
  })

  it('says in plain words which connection keeps a flow from being switched on', async () => {
    const inner = `{"error":{"code":"ConnectionAuthorizationFailed","message":"The caller object id is 'x'. Connection 'drv_sharepoint' to 'shared_sharepointonline' cannot be used to activate this flow."}}`
    const message = `Flow client error returned with status code "Forbidden" and details "${inner}".`
    const { url } = await serve(({ path }) =>
      path.startsWith(api('workflows')) ? { status: 403, body: { error: { code: '0x80060467', message } } } : undefined,
    )
    const error = await failureOf(openAt(url).setFlowState('0f6e2d4a-0000-4000-8000-000000000001', 'on'))
    expect(String(error)).toContain(
      '(0x80060467): ConnectionAuthorizationFailed: connection drv_sharepoint to shared_sharepointonline cannot be used.',
    )
  })

  it.each([
    [400, '0x80048d19', 'dataverse.refused', false],
    [400, '0x80071151', 'dataverse.refused', true],
    [403, '0x80040220', 'dataverse.forbidden', false],
    [404, '0x80040217', 'dataverse.not-found', false],
    [501, '0x80060888', 'dataverse.refused', false],
  ] as const)('turns %i %s into %s', async (status, code, expected, isRetryable) => {
    const { url } = await serve(({ path }) =>
      path.startsWith(api('workflows')) ? { status, body: { error: { code, message: 'As the platform says.' } } } : undefined,
    )
    const error = await failureOf(openAt(url).setFlowState('0f6e2d4a-0000-4000-8000-000000000001', 'off'))
    expect(error).toMatchObject({
      code: expected,
      isRetryable,
      message: expect.stringMatching(new RegExp(`Test .*${code}.*As the platform says`, 'i')),
    })
  })

  it('says that a page of something else is not Dataverse', async () => {
    const { url } = await serve(({ path }) => (path === api('solutions') ? { status: 200, body: '<html>Sign in</html>' } : undefined))
    expect(await failureOf(openAt(url).fetchSolution('Loans'))).toMatchObject({
      code: 'dataverse.unexpected',
      hint: expect.stringContaining('drover.yaml'),
    })
  })
})
