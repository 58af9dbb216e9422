import { createServer as createHttp } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { SignJWT, exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createOpenId } from '#adapters/identity'
import { nodeHashing, randomIds, systemClock } from '#adapters/world'
import { csrf, signInPaths } from '#contract'
import type { Configuration } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { Engine, EngineDependencies } from '#engine'
import { createEngine, projections } from '#engine'
import { buildConfiguration, personId } from '../../test/support/domain-builders.ts'
import { createFakeLedger } from '../../test/support/fake-ledger.ts'
import { createFakeReadModel } from '../../test/support/fake-read-model.ts'
import { granted } from '../../test/support/granted.ts'
import { withMemoryDirectory } from '../../test/support/memory-directory.ts'
import type { Issuer } from '../../test/support/oidc-issuer.ts'
import { closeServer, listenLocally, startIssuer } from '../../test/support/oidc-issuer.ts'
import { createServer } from './create-server.ts'

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }
const clientId = 'drover'

let issuer: Issuer
let hostile: Issuer & { says: Partial<Said> }
let drover: Drover

beforeAll(async () => {
  issuer = await startIssuer(clientId)
  hostile = await startHostile()
})
afterAll(async () => {
  await issuer.close()
  await hostile.close()
})
beforeEach(async () => {
  drover = await startDrover(issuer.url)
  return () => drover.app.close()
})

describe('signing in at an issuer', () => {
  it('makes a session of the person whose subject the account is, which ends with a sign-out', async () => {
    const browser = await signIn('maria-subject')
    expect(await browser.me()).toMatchObject({ status: 200, id: 'maria' })
    expect(await (await browser.go(drover.url + signInPaths.state)).json()).toEqual({ isOffered: true, isSignedIn: true })
    const proof = { [csrf.header]: browser.cookies.get(csrf.cookie) ?? '' }
    expect((await browser.go(`${drover.url}/api/v1/sign-out`, { method: 'POST' })).status).toBe(403)
    expect((await browser.go(`${drover.url}/api/v1/sign-out`, { method: 'POST', headers: proof })).status).toBe(200)
    expect(await browser.me()).toMatchObject({ status: 401, code: 'auth.token-revoked' })
  })

  it('keeps the token of the session from scripts and from other sites', async () => {
    const browser = await signIn('maria-subject')
    const set = browser.seen.find((line) => line.startsWith('drover_session=drv_'))
    expect(set).toMatch(/HttpOnly/)
    expect(set).toMatch(/SameSite=Strict/)
    expect(set).not.toMatch(/Secure/)
  })

  it('refuses an account that is nobody’s, and tells what to write where', async () => {
    const { last } = await signIn('stranger-subject')
    expect(last.status).toBe(403)
    expect((await told(last)).error).toMatchObject({
      code: 'sign-in.not-allowed',
      hint: expect.stringContaining('subject: stranger-subject'),
    })
  })

  it('knows people by the subject alone: the same e-mail address makes nobody somebody else', async () => {
    // The provider gives everybody the address of Pat, and Maria signs in as Maria.
    const browser = await signIn('maria-subject')
    expect(await browser.me()).toMatchObject({ id: 'maria' })
    expect((await signIn('pat@contoso.example')).last.status).toBe(403)
  })

  it('puts somebody out at once who is taken out of the configuration while signed in', async () => {
    const browser = await signIn('maria-subject')
    expect(await browser.me()).toMatchObject({ status: 200 })
    const current = (await drover.engine.loadConfiguration())?.configuration as Configuration
    const people = current.people.filter((person) => person.id !== 'maria')
    granted(await drover.engine.applyConfiguration({ configuration: { ...current, people }, actor: personId('pat') }))
    expect(await browser.me()).toMatchObject({ status: 403, code: 'auth.unknown-person' })
    expect((await signIn('maria-subject')).last.status).toBe(403)
  })

  it('takes a code once, and only in the browser that began', async () => {
    const browser = openBrowser()
    const callback = await browser.walk('maria-subject', { stopBeforeCallback: true })
    expect((await openBrowser().go(callback)).status).toBe(401)
    const cookies = new Map(browser.cookies)
    expect((await browser.go(callback)).status).toBe(302)
    const again = openBrowser(cookies)
    expect(await problem(await again.go(callback))).toBe('401 auth.sign-in-unknown')
  })

  it('that came to nothing is told on a page to a browser, with nothing of the address in it that runs', async () => {
    const url = `${drover.url}${signInPaths.callback}?state=<script>alert(1)</script>`
    const answer = await fetch(url, { headers: { accept: 'text/html,application/xhtml+xml' }, redirect: 'manual' })
    const page = await answer.text()
    expect([answer.status, answer.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8'])
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page).toContain('This sign-in was not begun here')
    expect(page).toContain(`href="${signInPaths.start}"`)
    expect(page).not.toContain('<script')
  })

  it('is begun from one address so often a minute and no more', async () => {
    const begin = () => fetch(drover.url + signInPaths.start, { redirect: 'manual' })
    for (let i = 0; i < shippedPolicy.signIn.startsPerMinute.value; i++) expect((await begin()).status).toBe(302)
    expect((await begin()).status).toBe(429)
  })

  it('refuses a code that the provider has seen already', async () => {
    const first = openBrowser()
    const used = new URL(await first.walk('maria-subject', { stopBeforeCallback: true }))
    await first.go(used.href)
    const second = openBrowser()
    const fresh = new URL(await second.walk('maria-subject', { stopBeforeCallback: true }))
    fresh.searchParams.set('code', used.searchParams.get('code') ?? '')
    expect(await problem(await second.go(fresh.href))).toBe('401 auth.sign-in-refused')
  })

  it('refuses another state', async () => {
    const browser = openBrowser()
    const callback = new URL(await browser.walk('maria-subject', { stopBeforeCallback: true }))
    callback.searchParams.set('state', 'other')
    expect(await problem(await browser.go(callback.href))).toBe('401 auth.sign-in-refused')
  })

  it('is not offered where the configuration names no issuer', async () => {
    await drover.app.close()
    drover = await startDrover(undefined)
    expect(await (await fetch(drover.url + signInPaths.state)).json()).toEqual({ isOffered: false, isSignedIn: false })
    expect((await fetch(drover.url + signInPaths.start)).status).toBe(404)
  })
})

describe('an ID token', () => {
  beforeEach(async () => {
    await drover.app.close()
    drover = await startDrover(hostile.url)
    hostile.says = {}
  })

  async function signInWith(says: Partial<Said>): Promise<string> {
    hostile.says = says
    const browser = openBrowser()
    const started = await browser.go(drover.url + signInPaths.start)
    const asked = new URL(started.headers.get('location') ?? '').searchParams
    hostile.says = { nonce: asked.get('nonce') ?? '', ...says }
    const back = new URL(asked.get('redirect_uri') ?? '')
    back.search = new URLSearchParams({ code: 'any', state: asked.get('state') ?? '' }).toString()
    const answer = await browser.go(back.href)
    return answer.status === 302 ? 'signed in' : problem(answer)
  }

  it('that holds is taken', async () => {
    expect(await signInWith({})).toBe('signed in')
  })

  it.each([
    ['has expired', { exp: Math.floor(Date.now() / 1000) - 120 }],
    ['is for another audience', { aud: 'somebody-else' }],
    ['is of another issuer', { iss: 'https://issuer.example' }],
    ['answers another nonce', { nonce: 'other' }],
    ['is signed by another key', { isForged: true }],
    ['has no subject', { sub: '' }],
  ] as const)('that %s is refused', async (_what, says) => {
    expect(await signInWith(says)).toBe('401 auth.sign-in-refused')
  })
})

describe('signing in on another device', () => {
  it('gives the command line a token once the person has answered', async () => {
    const begun = await told(await fetch(drover.url + signInPaths.device, { method: 'POST' }))
    const poll = async () => told(await fetch(`${drover.url}${signInPaths.device}/${begun.handle}`, { method: 'POST' }))
    expect(await poll()).toEqual({ state: 'pending' })
    await openBrowser().answerDevice(begun.verificationUri ?? '', 'maria-subject')
    const answer = await poll()
    expect(answer).toMatchObject({ state: 'signed-in', personId: 'maria' })
    const me = await fetch(`${drover.url}/api/v1/me`, { headers: { authorization: `Bearer ${answer.token}` } })
    expect(await me.json()).toMatchObject({ id: 'maria' })
    expect((await poll()).error?.code).toBe('auth.sign-in-unknown')
  })
})

interface Told {
  readonly error?: { readonly code: string; readonly hint: string }
  readonly handle?: string
  readonly verificationUri?: string
  readonly state?: string
  readonly token?: string
}

async function told(answer: Response): Promise<Told> {
  return (await answer.json()) as Told // of our own server; each test looks at what it expects
}

async function problem(answer: Response): Promise<string> {
  return `${answer.status} ${(await told(answer)).error?.code}`
}

interface Drover {
  readonly app: FastifyInstance
  readonly engine: Engine
  readonly url: string
}

/** The server and the engine over a ledger in memory; Maria and Pat have accounts. */
async function startDrover(issuerUrl: string | undefined): Promise<Drover> {
  const ledger = createFakeLedger()
  const parts = {
    ledger,
    ...withMemoryDirectory(createFakeReadModel(ledger, projections)),
    ...{ clock: systemClock, ids: randomIds, hashing: nodeHashing, policy: shippedPolicy, log: silent },
  }
  const engine = createEngine(parts as unknown as EngineDependencies) // who people are and how they get in needs nothing else of the world
  const base = buildConfiguration(2)
  const people = base.people.map((person) =>
    person.id === 'maria' || person.id === 'pat' ? { ...person, subject: `${person.id}-subject` } : person,
  )
  const signIn = issuerUrl === undefined ? undefined : { issuer: issuerUrl, clientId, claim: 'sub', scopes: 'openid email' }
  const configuration = { ...base, people, ...(signIn === undefined ? {} : { signIn }) }
  granted(await engine.applyConfiguration({ configuration, actor: personId('pat') }))
  const app = createServer({ engine, openId: createOpenId({ secrets: { resolve: async () => '' } }), log: silent })
  return { app, engine, url: await app.listen({ host: '127.0.0.1', port: 0 }) }
}

async function signIn(account: string) {
  const browser = openBrowser()
  const callback = await browser.walk(account, { stopBeforeCallback: true })
  const last = await browser.go(callback)
  return { ...browser, last }
}

/** As much of a browser as signing in takes: cookies, redirects one at a time, and forms. */
function openBrowser(cookies = new Map<string, string>()) {
  const seen: string[] = []
  async function go(url: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(url, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } })
    for (const line of response.headers.getSetCookie()) {
      seen.push(line)
      const [pair = ''] = line.split(';')
      const at = pair.indexOf('=')
      if (/Max-Age=0|expires=Thu, 01 Jan 1970/i.test(line)) cookies.delete(pair.slice(0, at))
      else cookies.set(pair.slice(0, at), pair.slice(at + 1))
    }
    return response
  }
  /** Follows redirects and answers the provider's forms until it is sent back to Drover, or a page asks nothing more. */
  async function follow(from: Response, url: string, account: string): Promise<{ readonly url: string; readonly page: string }> {
    let [response, at] = [from, url]
    for (let step = 0; step < 20; step += 1) {
      const location = response.headers.get('location')
      if (location !== null) {
        at = new URL(location, at).href
        if (at.startsWith(drover.url)) return { url: at, page: '' }
        response = await go(at)
        continue
      }
      const page = await response.text()
      const action = /<form[^>]*action="([^"]+)"/.exec(page)?.[1]
      if (action === undefined) return { url: at, page }
      at = new URL(action.replaceAll('&amp;', '&'), at).href
      const fields = [...page.matchAll(/<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"/g)].map(
        ([, name = '', value = '']) => [name, value],
      )
      const body = new URLSearchParams({ ...Object.fromEntries(fields), login: account, password: 'x' })
      response = await go(at, { method: 'POST', body })
    }
    throw new Error('The provider never came to an end.')
  }
  return {
    cookies,
    seen,
    go,
    async walk(account: string, _options: { readonly stopBeforeCallback: true }): Promise<string> {
      const start = drover.url + signInPaths.start
      return (await follow(await go(start), start, account)).url
    },
    async answerDevice(url: string, account: string): Promise<void> {
      const { page } = await follow(await go(url), url, account)
      expect(page).toContain('Sign-in Success')
    },
    async me() {
      const response = await go(`${drover.url}/api/v1/me`)
      const body = (await response.json()) as { readonly id?: string; readonly error?: { readonly code: string } }
      return { status: response.status, id: body.id, code: body.error?.code }
    },
  }
}

interface Said {
  readonly iss: string
  readonly aud: string
  readonly sub: string
  readonly nonce: string
  readonly exp: number
  readonly isForged: boolean
}

/** An issuer of our own that says what it is told to say. */
async function startHostile(): Promise<Issuer & { says: Partial<Said> }> {
  const [real, other] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')]
  const http = createHttp()
  const url = await listenLocally(http)
  const jwk = { ...(await exportJWK(real.publicKey)), alg: 'RS256', kid: 'one', use: 'sig' }
  const made = { url, says: {} as Partial<Said>, close: () => closeServer(http) }
  const sign = ({ isForged, sub = 'maria-subject', ...said }: Partial<Said>) =>
    new SignJWT({
      iss: url,
      aud: clientId,
      ...(sub === '' ? {} : { sub }),
      iat: Math.floor(Date.now() / 1000) - 200,
      exp: Math.floor(Date.now() / 1000) + 60,
      ...said,
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .sign(isForged === true ? other.privateKey : real.privateKey)
  const metadata = {
    issuer: url,
    authorization_endpoint: `${url}/authorize`,
    token_endpoint: `${url}/token`,
    jwks_uri: `${url}/jwks`,
    response_types_supported: ['code'],
    id_token_signing_alg_values_supported: ['RS256'],
  }
  http.on('request', (request, response) => {
    void (async () => {
      const path = request.url ?? ''
      const token = async () => ({ access_token: 'x', token_type: 'Bearer', id_token: await sign(made.says) })
      const answer = path === '/jwks' ? { keys: [jwk] } : path === '/token' ? await token() : metadata
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
    })()
  })
  return made
}
