import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RouteName } from '#contract'
import { apiBase, problemSchema, routes, scopeOf } from '#contract'
import type { AccessScope } from '#domain/people'
import { accessScopes } from '#domain/people'
import { shippedPolicy } from '#domain/policy'
import { startServer, type TestServer } from '../../test/web/start-server.ts'

let server: TestServer
let calls = 0
const names = Object.keys(routes) as RouteName[]

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.app.close())

async function call(name: RouteName, headers: Readonly<Record<string, string>>, scopes = accessScopes as readonly AccessScope[]) {
  const { method, path } = routes[name]
  server.engine.scopes = scopes
  const answer = await server.app.inject({
    method,
    // Each call from an address of its own: one alone is told to wait after some that fail.
    remoteAddress: `10.0.${Math.floor(calls / 250)}.${calls++ % 250}`,
    url: path.replace(/:\w+/g, 'x'),
    headers: { ...headers, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) },
    ...(method === 'POST' ? { payload: '{}' } : {}),
  })
  if (answer.statusCode < 300) return `${answer.statusCode} ok`
  return `${answer.statusCode} ${problemSchema.parse(answer.json()).error.code}`
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('the route', () => {
  it.each(names)('%s answers nobody whom it should not', async (name) => {
    const isGet = routes[name].method === 'GET'
    const isLook = scopeOf(name) === 'read'
    const lacking = accessScopes.filter((scope) => scope !== scopeOf(name))
    const answers = {
      'no token': await call(name, {}),
      'a token that nobody issued': await call(name, bearer('nonsense')),
      'an expired token': await call(name, bearer('expired')),
      'a revoked token': await call(name, bearer('revoked')),
      'somebody who is not in the configuration': await call(name, bearer('token-mallory')),
      'every scope but the one that it takes': await call(name, bearer('token-ada'), lacking),
      ...(isLook ? {} : { 'a token that may only look': await call(name, bearer('token-ada'), ['read']) }),
      ...(isGet ? {} : { 'the cookie of a session without its proof': await call(name, { cookie: 'drover_session=token-ada' }) }),
    }
    expect(answers).toEqual({
      'no token': '401 auth.token-missing',
      'a token that nobody issued': '401 auth.token-invalid',
      'an expired token': '401 auth.token-expired',
      'a revoked token': '401 auth.token-revoked',
      'somebody who is not in the configuration': '403 auth.unknown-person',
      'every scope but the one that it takes': '403 auth.scope-missing',
      ...(isLook ? {} : { 'a token that may only look': '403 auth.scope-missing' }),
      ...(isGet ? {} : { 'the cookie of a session without its proof': '403 auth.csrf' }),
    })
  })

  // A stream of events would not end.
  it.each(names.filter((name) => routes[name].method === 'GET' && name !== 'watchEvents'))(
    '%s lets a token that may look do so',
    async (name) => {
      expect(await call(name, bearer('token-ada'), ['read'])).not.toMatch(/^40[13]/)
    },
  )
})

it('an address whose tokens do not hold is told to wait, and holds up neither others nor a token that holds', async () => {
  const ask = (token: string, remoteAddress: string) =>
    server.app.inject({ method: 'GET', url: routes.loadMe.path, remoteAddress, headers: bearer(token) })
  server.engine.scopes = accessScopes
  const { value: most } = shippedPolicy.signIn.failuresPerMinute
  for (let i = 0; i < most; i++) expect((await ask('nonsense', '192.0.2.1')).statusCode).toBe(401)
  const turnedAway = await ask('nonsense', '192.0.2.1')
  expect([turnedAway.statusCode, problemSchema.parse(turnedAway.json()).error.code]).toEqual([429, 'auth.too-many'])
  expect(Number(turnedAway.headers['retry-after'])).toBeGreaterThan(0)
  expect((await ask('token-ada', '192.0.2.1')).statusCode).not.toBe(429)
  expect((await ask('nonsense', '192.0.2.2')).statusCode).toBe(401)
})

describe('the session of a page', () => {
  it('is taken with its proof, and with no other', async () => {
    expect(await call('loadMe', { cookie: 'other=1; drover_session=token-ada' })).toBe('200 ok')
    const forged = await call('prepareRelease', { cookie: 'drover_session=token-ada', 'x-drover-csrf': '0'.repeat(64) })
    expect(forged).toBe('403 auth.csrf')
  })

  it('a bearer token stands before it', async () => {
    const headers = { cookie: 'drover_session=token-ada', ...bearer('token-grace') }
    expect((await server.app.inject({ url: `${apiBase}/me`, headers })).json()).toMatchObject({ id: 'grace' })
  })
})
