import { request } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { apiBase, createClient, problemSchema, routes } from '#contract'
import { DroverError, toId } from '#domain/kernel'
import { sampleYaml } from '../../test/web/sample-configuration.ts'
import { startServer, type TestServer } from '../../test/web/start-server.ts'
import { errorStatus, refusalStatus } from './problems.ts'

let server: TestServer

beforeEach(async () => {
  server = await startServer()
})

afterEach(() => server.app.close())

function call(path: string, init: RequestInit & { readonly token?: string } = {}): Promise<Response> {
  const { token = 'token-ada', ...rest } = init
  return fetch(`${server.url}${path}`, {
    ...rest,
    headers: { ...(token === '' ? {} : { authorization: `Bearer ${token}` }), ...rest.headers },
  })
}

function post(path: string, body: unknown, token = 'token-ada'): Promise<Response> {
  return call(path, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' }, token })
}

async function problem(response: Response) {
  return problemSchema.parse(await response.json()).error
}

describe('lists', () => {
  it.each(['promotions', 'releases'])('of %s come in pages, each naming where the next one begins', async (name) => {
    const first = await page(`${name}?limit=1`)
    const second = await page(`${name}?limit=1&after=${first['next']}`)
    const whole = await page(name)
    expect([first[name], second[name]].flat()).toEqual(whole[name])
    expect([second['next'], whole['next']]).toEqual([undefined, undefined])
  })

  it.each(['promotions?limit=0', 'releases?limit=501', 'promotions?after=-1', 'releases?after=r-1', 'ledger?limit=501'])(
    'refuse %s',
    async (path) => {
      expect((await call(`${apiBase}/${path}`)).status).toBe(400)
    },
  )

  async function page(path: string): Promise<Readonly<Record<string, unknown>>> {
    return (await (await call(`${apiBase}/${path}`)).json()) as Record<string, unknown>
  }
})

describe('tokens', () => {
  it('are required on every route of the API', async () => {
    for (const [name, route] of Object.entries(routes)) {
      const path = route.path.replace(/:\w+/g, 'x')
      const response = await call(path, { method: route.method, token: '', ...(route.method === 'POST' ? { body: '{}' } : {}) })
      expect([name, response.status, response.headers.get('www-authenticate')]).toEqual([name, 401, 'Bearer realm="drover"'])
      expect((await problem(response)).code).toBe('auth.token-missing')
    }
  })

  it('that are wrong or expired are refused with their own code', async () => {
    const wrong = await call(`${apiBase}/me`, { token: 'nonsense' })
    expect([wrong.status, (await problem(wrong)).code]).toEqual([401, 'auth.token-invalid'])
    const expired = await call(`${apiBase}/me`, { token: 'expired' })
    expect([expired.status, (await problem(expired)).code]).toEqual([401, 'auth.token-expired'])
  })

  it('in the address are not taken', async () => {
    expect((await call(`${apiBase}/me?token=token-ada`, { token: '' })).status).toBe(401)
  })

  it('of somebody who was taken out of the configuration are refused everywhere, though they have not expired', async () => {
    const current = server.engine.configuration
    if (current === undefined) throw new Error('the sample has a configuration')
    const people = current.configuration.people.filter((person) => person.id !== 'ada')
    server.engine.configuration = { ...current, configuration: { ...current.configuration, people } }
    const response = await call(`${apiBase}/me`)
    expect([response.status, (await problem(response)).code]).toEqual([403, 'auth.unknown-person'])
    expect((await post(`${apiBase}/releases`, { solution: 'ContosoExpenses' })).status).toBe(403)
    expect((await call(`${apiBase}/events`)).status).toBe(403)
    expect((await call(`${apiBase}/me`, { token: 'token-grace' })).status).toBe(200)
  })

  it('of anybody are taken before there is a configuration, so that a first one can be applied', async () => {
    server.engine.configuration = undefined
    expect((await call(`${apiBase}/me`)).status).toBe(200)
    expect((await post(`${apiBase}/configuration`, { yaml: sampleYaml })).status).toBe(201)
  })

  it('decide who acts: nobody approves a request of their own', async () => {
    const body = { gate: 'approval', verdict: 'approve', comment: '' }
    const own = await post(`${apiBase}/promotions/p-prod/decisions`, body, 'token-ada')
    expect([own.status, (await problem(own)).code]).toEqual([409, 'approval.own-request'])
    expect((await post(`${apiBase}/promotions/p-prod/decisions`, body, 'token-grace')).status).toBe(201)
  })
})

describe('problems', () => {
  it('carry code, message, hint and every reason of a refusal', async () => {
    const response = await post(`${apiBase}/promotions`, { releaseId: 'r-1', stageId: 'test' })
    expect(response.status).toBe(409)
    expect(await problem(response)).toEqual({
      code: 'promotion.settings-incomplete',
      message: 'Settings are missing for Test.',
      hint: 'Add them to drover.yaml.',
      reasons: [{ subject: 'contoso_ApiUrl', message: 'has no value' }],
    })
  })

  it('answer 404 for what does not exist', async () => {
    for (const path of ['/promotions/p-nix', '/releases/r-nix', '/environments/nix', `/artifacts/sha256:${'0'.repeat(64)}`, '/nix']) {
      expect([path, (await call(`${apiBase}${path}`)).status]).toEqual([path, 404])
    }
  })

  it('answer 400 with the path of what is wrong in a request', async () => {
    const response = await post(`${apiBase}/promotions/p-prod/decisions`, { gate: 'nix', verdict: 'approve' })
    expect(response.status).toBe(400)
    const { code, reasons } = await problem(response)
    expect([code, reasons.map((reason) => reason.subject)]).toEqual(['request.invalid', ['gate']])
    expect((await post(`${apiBase}/releases`, { solution: 'x', extra: 1 })).status).toBe(400)
    expect((await call(`${apiBase}/releases`, { method: 'POST', body: '{', headers: { 'content-type': 'application/json' } })).status).toBe(
      400,
    )
    expect((await call(`${apiBase}/artifacts/sha256:..%2f..%2fetc`)).status).toBe(400)
  })

  it('refuse a body that is too large', async () => {
    const response = await post(`${apiBase}/configuration`, { yaml: 'x'.repeat(2_100_000) })
    expect([response.status, (await problem(response)).code]).toEqual([413, 'request.too-large'])
  })

  it('of an unexpected kind give an id and no stack', async () => {
    server.engine.failWith = new Error('secret detail of the inside')
    const response = await call(`${apiBase}/me`)
    const text = await response.clone().text()
    expect(response.status).toBe(500)
    expect(text).not.toMatch(/secret detail|\.ts:|\\n *at /)
    expect((await problem(response)).id).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('map codes of breakage to a status by family', () => {
    expect(errorStatus(new DroverError('artifact-store.full', ''))).toBe(507)
    expect(errorStatus(new DroverError('store.unreachable', ''))).toBe(503)
    expect(errorStatus(new DroverError('dataverse.unreachable', ''))).toBe(502)
    expect(errorStatus(new DroverError('secret.absent', ''))).toBe(500)
    expect(errorStatus(new DroverError('artifact.tampered', ''))).toBe(500)
    expect(refusalStatus('configuration.not-authorised')).toBe(403)
    expect(refusalStatus('configuration.invalid')).toBe(400)
    expect(refusalStatus('TIER-04')).toBe(409)
  })
})

describe('configuration', () => {
  it('is taken as the text of a drover.yaml, and refused whole with lines when it does not hold', async () => {
    const applied = await post(`${apiBase}/configuration`, { yaml: sampleYaml })
    expect(applied.status).toBe(201)
    const refused = await post(`${apiBase}/configuration`, { yaml: sampleYaml.replace('careClass: pet', 'careClass: dog') })
    expect(refused.status).toBe(400)
    expect((await problem(refused)).reasons).toEqual([
      { subject: 'environments[2].careClass', message: 'line 24, column 16: this must be one of: pet, cattle.' },
    ])
  })

  it('takes no second person by their token: each signs in as themselves and confirms a digest', async () => {
    expect((await post(`${apiBase}/configuration`, { yaml: sampleYaml, confirmationToken: 'token-grace' })).status).toBe(400)
    const digest = `sha256:${'3f9a1c7e'.repeat(8)}`
    const shown = await call(`${apiBase}/configuration/proposals/${digest}`)
    expect([shown.status, ((await shown.json()) as { proposedBy: string }).proposedBy]).toEqual([200, 'ada'])
    expect((await post(`${apiBase}/configuration/confirmations`, { digest })).status).toBe(201)
    expect((await post(`${apiBase}/configuration/confirmations`, { digest: `sha256:${'0'.repeat(64)}` })).status).toBe(404)
    expect((await post(`${apiBase}/configuration/confirmations`, { digest: 'latest' })).status).toBe(400)
  })

  it('comes back in the form of the file, which can be applied again', async () => {
    const client = createClient({ baseUrl: server.url, token: 'token-ada' })
    const shown = await client.loadConfiguration()
    if (!shown.ok) throw new Error(shown.refusal.message)
    expect((await client.applyConfiguration({ configuration: shown.value.configuration })).ok).toBe(true)
  })

  it('shows environments without how Drover signs in', async () => {
    expect(await (await call(`${apiBase}/board`)).text()).not.toMatch(/clientSecret|tokenUrl|DEV_SECRET/)
    expect(await (await call(`${apiBase}/environments/prod`)).text()).not.toMatch(/clientSecret|tokenUrl/)
  })
})

describe('the OpenAPI document', () => {
  it('is public, of version 3.1, and describes every route with its problem', async () => {
    const response = await call(`${apiBase}/openapi.json`, { token: '' })
    expect(response.status).toBe(200)
    const document = (await response.json()) as OpenApi
    expect(document.openapi).toBe('3.1.0')
    expect(document.info.title).toBe('Drover')
    for (const [name, route] of Object.entries(routes)) {
      const operation = document.paths[route.path.replace(/:(\w+)/g, '{$1}')]?.[route.method.toLowerCase()]
      expect(operation?.operationId).toBe(name)
      expect(Object.keys(operation?.responses ?? {})).toEqual([String(route.status), 'default'])
    }
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
    expect(operations).toHaveLength(Object.keys(routes).length)
  })

  it('refers only to schemas that it has, and has none that nothing refers to', async () => {
    const document = (await (await call(`${apiBase}/openapi.json`, { token: '' })).json()) as OpenApi
    const referred = new Set([...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]))
    expect(new Set(Object.keys(document.components.schemas))).toEqual(referred)
    // 3.0 words that 3.1 does not know.
    expect(JSON.stringify(document)).not.toMatch(/"nullable"|"exclusiveMinimum":true/)
  })
})

interface OpenApi {
  readonly openapi: string
  readonly info: { readonly title: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly responses: object }>>>>
  readonly components: { readonly schemas: object }
}

describe('artifacts', () => {
  it('come as their bytes', async () => {
    const client = createClient({ baseUrl: server.url, token: 'token-ada' })
    const answer = await client.loadArtifact({ digest: toId(`sha256:${'3f9a1c7e'.repeat(8)}`) })
    expect(answer).toEqual({ ok: true, value: new Uint8Array([80, 75, 3, 4]) })
  })
})

describe('the stream of events', () => {
  it('begins now, and sends what is recorded from then on', async () => {
    const sequences = collect({ until: 2 })
    await sequences.isOpen
    server.engine.record('promotion/p-prod', 'first', 'ada', {})
    server.engine.record('promotion/p-prod', 'second', 'ada', {})
    expect(await sequences.done).toEqual([3, 4])
  })

  it('goes on without a gap and without a repetition after Last-Event-ID', async () => {
    for (let count = 0; count < 450; count++) server.engine.record('x', 'happened', 'ada', {})
    const sequences = collect({ after: 100, until: 352 })
    expect(await sequences.done).toEqual(Array.from({ length: 352 }, (_, index) => 101 + index))
  })

  it('misses nothing that is recorded while it is catching up', async () => {
    for (let count = 0; count < 300; count++) server.engine.record('x', 'happened', 'ada', {})
    const sequences = collect({
      after: 0,
      until: 402,
      onNotice: (count) => (count <= 100 ? server.engine.record('x', 'meanwhile', 'ada', {}) : undefined),
    })
    expect(await sequences.done).toEqual(Array.from({ length: 402 }, (_, index) => index + 1))
  })

  it('finds the newest entry among many', async () => {
    for (let count = 0; count < 998; count++) server.engine.record('x', 'happened', 'ada', {})
    const sequences = collect({ until: 1 })
    await sequences.isOpen
    server.engine.record('x', 'newest', 'ada', {})
    expect(await sequences.done).toEqual([1001])
  })

  it('refuses a Last-Event-ID that is no sequence', async () => {
    expect((await call(`${apiBase}/events`, { headers: { 'last-event-id': 'abc' } })).status).toBe(400)
  })

  it('ends when its token is no longer accepted, and ends cleanly when the server closes', async () => {
    await server.app.close()
    let isAccepted = true
    server = await startServer({ heartbeatMs: 20 })
    const { verifyToken } = server.engine
    server.engine.verifyToken = (token) =>
      isAccepted ? verifyToken(token) : Promise.reject(new DroverError('auth.token-expired', 'The token has expired.'))
    const raw = await openRawStream(server.url)
    expect(raw.text()).toContain('retry: 2000')
    isAccepted = false
    await raw.ended
    isAccepted = true
    const other = await openRawStream(server.url)
    expect(server.engine.watches).toBe(1)
    await server.app.close()
    await other.ended
    expect(server.engine.watches).toBe(0)
  })
})

/** Reads notices through the client until there are `until` of them. */
function collect(options: { readonly after?: number; readonly until: number; readonly onNotice?: (count: number) => void }) {
  const client = createClient({ baseUrl: server.url, token: 'token-ada' })
  const stop = new AbortController()
  let open: () => void = () => undefined
  const isOpen = new Promise<void>((resolve) => {
    open = resolve
  })
  async function read(): Promise<readonly number[]> {
    const sequences: number[] = []
    const after = options.after === undefined ? {} : { after: options.after }
    for await (const notice of client.watchEvents({ ...after, signal: stop.signal, onOpen: open })) {
      sequences.push(notice.sequence)
      options.onNotice?.(sequences.length)
      if (sequences.length === options.until) return sequences
    }
    return sequences
  }
  return { isOpen, done: read() }
}

function openRawStream(url: string): Promise<{ readonly ended: Promise<void>; text(): string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}${apiBase}/events`, { headers: { authorization: 'Bearer token-ada' } }, (response) => {
      let text = ''
      const ended = new Promise<void>((end) => response.on('end', end))
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
        resolve({ ended, text: () => text })
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}
