import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SignJWT, decodeJwt, decodeProtectedHeader, generateKeyPair } from 'jose'
import type { Organisation } from './organisation.ts'
import { deployer, errorOf, openLocal, openOrganisation, send, tenantId } from './organisation.ts'

let organisation: Organisation

beforeAll(async () => {
  organisation = await openOrganisation()
})
afterAll(() => organisation.close())

function ask(changes: Record<string, string | undefined>, tokenUrl = organisation.tokenUrl) {
  const form = {
    grant_type: 'client_credentials',
    client_id: organisation.clientId,
    client_secret: organisation.clientSecret,
    scope: `${new URL(organisation.url).origin}/.default`,
    ...changes,
  }
  return send(tokenUrl, {
    method: 'POST',
    form: Object.fromEntries(Object.entries(form).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  })
}

describe('the token endpoint', () => {
  it('gives a signed bearer token that says who, for whom and until when', async () => {
    const { status, json } = await ask({})
    expect(status).toBe(200)
    expect(json).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number) })
    const claims = decodeJwt(String(json['access_token']))
    expect(claims).toMatchObject({
      appid: organisation.clientId,
      aud: new URL(organisation.url).origin,
      oid: expect.any(String),
      tid: expect.any(String),
    })
    expect(decodeProtectedHeader(String(json['access_token'])).alg).toBe('RS256')
  })

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client', 7000215],
    ['no secret', { client_secret: undefined }, 401, 'invalid_client', 7000218],
    ['an unknown client', { client_id: '99999999-9999-4999-8999-999999999999' }, 400, 'unauthorized_client', 700016],
    ['no grant type', { grant_type: undefined }, 400, 'invalid_request', 900144],
    ['a scope that does not end in /.default', { scope: 'https://example.com/read' }, 400, 'invalid_scope', 1002012],
    ['a resource that is not there', { scope: 'https://nowhere.example.com/.default' }, 400, 'invalid_resource', 500011],
  ])('refuses %s with the code of Entra', async (_, changes, status, error, code) => {
    const answer = await ask(changes)
    expect(answer.status).toBe(status)
    expect(answer.json).toMatchObject({ error, error_codes: [code], error_description: expect.stringContaining(`AADSTS${code}`) })
    expect(Object.keys(answer.json).sort()).toEqual([
      'correlation_id',
      'error',
      'error_codes',
      'error_description',
      'error_uri',
      'timestamp',
      'trace_id',
    ])
  })

  it('refuses an unknown tenant', async (test) => {
    if (organisation.isLive) test.skip('the tenant of a live organisation is not ours to rename')
    const answer = await ask({}, organisation.tokenUrl.replace(tenantId, '77777777-7777-4777-8777-777777777777'))
    expect(answer.json).toMatchObject({ error: 'invalid_request', error_codes: [90002] })
  })
})

describe('the Web API without a good token', () => {
  const url = (): string => `${organisation.url}/api/data/v9.2/WhoAmI()`

  it.each([
    ['no token', undefined],
    ['garbage', 'Bearer abc.def.ghi'],
    ['another scheme', 'Basic abc'],
  ])('answers 401 with a challenge to %s', async (_, authorization) => {
    const answer = await send(url(), { method: 'GET', ...(authorization === undefined ? {} : { headers: { authorization } }) })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer authorization_uri=/)
  })

  it('answers 401 to a token that somebody else signed', async () => {
    const { privateKey } = await generateKeyPair('RS256')
    const claims = { appid: organisation.clientId, oid: deployer.objectId, tid: tenantId }
    const forged = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256' })
      .setAudience(new URL(organisation.url).origin)
      .setExpirationTime('1h')
      .sign(privateKey)
    expect((await send(url(), { method: 'GET', headers: { authorization: `Bearer ${forged}` } })).status).toBe(401)
  })

  it('answers 401 to a token for another environment, and to an expired one', async (test) => {
    if (organisation.isLive) test.skip('needs a second environment and short-lived tokens')
    const other = await ask({ scope: `${organisation.url.replace(/dev$/, 'test')}/.default` })
    const headers = { authorization: `Bearer ${String(other.json['access_token'])}` }
    expect((await send(url(), { method: 'GET', headers })).status).toBe(401)
    expect((await send(url().replace('/dev/', '/test/'), { method: 'GET', headers })).status).not.toBe(401)
    const brief = await openLocal({ tokenLifetimeSeconds: -1 })
    try {
      const answer = await brief.call('GET', 'WhoAmI()')
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toContain('expired')
    } finally {
      await brief.close()
    }
  })

  it('answers 403 0x80072560 to an application that is no user of the environment', async (test) => {
    if (organisation.isLive) test.skip('would need to switch off a user of a live organisation')
    const users = await organisation.call('GET', `systemusers?$filter=applicationid eq ${deployer.clientId}&$select=systemuserid`)
    const id = String((users.json['value'] as { systemuserid: string }[])[0]?.systemuserid)
    const off = await openLocal()
    try {
      const me = await off.call('GET', `systemusers?$filter=applicationid eq ${deployer.clientId}`)
      const mine = String((me.json['value'] as { systemuserid: string }[])[0]?.systemuserid)
      expect(mine).not.toBe(id)
      expect((await off.call('PATCH', `systemusers(${mine})`, { body: { isdisabled: true } })).status).toBe(204)
      const answer = await off.call('GET', 'WhoAmI()')
      expect(answer.status).toBe(403)
      expect(errorOf(answer).code).toBe('0x80072560')
    } finally {
      await off.close()
    }
  })
})

describe('the address of an environment', () => {
  it('may name it by host instead of by path, with tokens for that host', async (test) => {
    if (organisation.isLive) test.skip('a live organisation has one address')
    const { port } = new URL(organisation.url)
    const host = `dev.localhost:${port}`
    const token = String((await ask({ scope: `http://${host}/.default` })).json['access_token'])
    const body = await getWithHost(Number(port), { host, authorization: `Bearer ${token}` })
    expect(body).toMatchObject({ '@odata.context': `http://${host}/api/data/v9.2/$metadata#Microsoft.Dynamics.CRM.WhoAmIResponse` })
  })

  it('is unknown for a name that is no environment, and for a version that the service does not have', async (test) => {
    if (organisation.isLive) test.skip('a live organisation has one address')
    expect((await send(`${new URL(organisation.url).origin}/nowhere/api/data/v9.2/WhoAmI()`, { method: 'GET' })).status).toBe(404)
    expect((await organisation.call('GET', `${organisation.url}/api/data/v8.0/WhoAmI()`)).status).toBe(404)
  })
})

// A name below localhost is not resolvable everywhere, so the header is sent to the known address.
function getWithHost(port: number, headers: Record<string, string>): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: '/api/data/v9.2/WhoAmI()', headers }, (answer) => {
      let text = ''
      answer.setEncoding('utf8')
      answer.on('data', (chunk: string) => (text += chunk))
      answer.on('end', () => resolve(JSON.parse(text)))
    })
    sent.on('error', reject)
    sent.end()
  })
}
