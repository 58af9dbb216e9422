import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as oauth from 'oauth4webapi'
import { SignJWT, decodeJwt, exportJWK, generateKeyPair } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { selfSigned } from '../support/self-signed.ts'
import { deployer, send, tenantId } from './organisation.ts'
import type { LocalTenant } from './tenant.ts'
import { administrator, openTenant, publicClient } from './tenant.ts'

// Flows that an organisation cannot show by itself: they need a tenant whose applications and people are ours.
const skipped = process.env['DATAVERSE_URL'] !== undefined
const insecure = { [oauth.allowInsecureRequests]: true } as const
const signer = selfSigned()
const expired = selfSigned(0)
const stranger = selfSigned()
const certified = {
  tenantId,
  clientId: '44444444-4444-4444-8444-444444444444',
  objectId: '44444444-0000-4444-8444-444444444444',
  name: 'Certified',
  certificates: [signer.certificate, expired.certificate],
}
const secondPublic = {
  ...publicClient,
  clientId: '77777777-7777-4777-8777-777777777777',
  objectId: '77777777-0000-4777-8777-777777777777',
}
const subject = 'repo:contoso/app:environment:test'

let tenant: LocalTenant
let server: oauth.AuthorizationServer
let workload: Awaited<ReturnType<typeof openIssuer>>

describe.skipIf(skipped)('a local tenant', () => {
  beforeAll(async () => {
    workload = await openIssuer()
    const federated = {
      tenantId,
      clientId: '55555555-5555-4555-8555-555555555555',
      objectId: '55555555-0000-4555-8555-555555555555',
      name: 'Workload',
      federatedCredentials: [
        { issuer: workload.url, subject },
        { issuer: 'http://127.0.0.1:1', subject },
      ],
    }
    tenant = await openTenant({ clients: [certified, federated, secondPublic] })
    const issuer = new URL(tenant.issuer)
    server = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
  })
  afterAll(async () => {
    await tenant.close()
    await workload.close()
  })

  const scope = (): { scope: string } => ({ scope: `${tenant.url}/dev/.default` })
  const whoAmI = (token: string) => tenant.call('GET', 'dev/api/data/v9.2/WhoAmI()', { token })

  it('knows tenants and applications in any letter case, and refuses by name what else a tenant offers in the service', async () => {
    const upper = 'ABCDEFAB-1111-4111-8111-ABCDEFABCDEF'
    const maker = { ...deployer, tenantId: upper, clientId: upper, objectId: upper }
    const other = await openTenant({ clients: [maker] })
    try {
      const ask = (tenant: string, path: string) =>
        send(`${other.url}/${tenant}/oauth2/${path}`, {
          method: 'POST',
          form: {
            grant_type: 'client_credentials',
            client_id: upper,
            client_secret: maker.clientSecret,
            scope: `${other.url}/dev/.default`,
          },
        })
      for (const tenant of [upper, upper.toLowerCase()]) {
        const answer = await ask(tenant, 'v2.0/token')
        expect([answer.status, answer.text]).toEqual([200, expect.any(String)])
        const who = await other.call('GET', 'dev/api/data/v9.2/WhoAmI', { token: String(answer.json['access_token']) })
        expect(who.status).toBe(200)
      }
      for (const path of ['token', 'v2.0/authorize']) {
        const answer = await ask(upper, path)
        expect([answer.status, answer.json['error']]).toEqual([501, 'not_supported'])
      }
    } finally {
      await other.close()
    }
  })

  it('gives a client of another maker a token for its secret, in the form and in the header', async () => {
    for (const proof of [oauth.ClientSecretPost(deployer.clientSecret), oauth.ClientSecretBasic(deployer.clientSecret)]) {
      const client = { client_id: deployer.clientId }
      const reply = await oauth.clientCredentialsGrantRequest(server, client, proof, scope(), insecure)
      const { access_token } = await oauth.processClientCredentialsResponse(server, client, reply)
      expect((await whoAmI(access_token)).status).toBe(200)
    }
  })

  describe('asked with a certificate', () => {
    type Change = (header: Record<string, oauth.JsonValue | undefined>, payload: Record<string, oauth.JsonValue | undefined>) => void

    async function ask(change: Change, by: { readonly key?: typeof signer; readonly alg?: string } = {}) {
      const { key = signer, alg = 'RS256' } = by
      const format = { type: 'pkcs8', format: 'der' } as const
      const name = alg === 'RS256' ? 'RSASSA-PKCS1-v1_5' : 'RSA-PSS'
      const pkcs8 = new Uint8Array(key.privateKey.export(format))
      const imported = await crypto.subtle.importKey('pkcs8', pkcs8, { name, hash: 'SHA-256' }, false, ['sign'])
      const proof = oauth.PrivateKeyJwt(imported, { [oauth.modifyAssertion]: change })
      const client = { client_id: certified.clientId }
      return oauth.clientCredentialsGrantRequest(server, client, proof, scope(), insecure)
    }
    const codeOf = async (reply: Response): Promise<[number, unknown]> => {
      const body = (await reply.json()) as { error_codes: number[] }
      return [reply.status, body.error_codes[0]]
    }

    it.each([
      ['RS256', 'x5t', signer.x5t],
      ['PS256', 'x5t#S256', signer.x5tS256],
    ])('takes an assertion signed with %s that names it by %s', async (alg, name, thumbprint) => {
      const reply = await ask((header) => void (header[name] = thumbprint), { alg })
      const { access_token } = await oauth.processClientCredentialsResponse(server, { client_id: certified.clientId }, reply)
      expect(decodeJwt(access_token)).toMatchObject({ appid: certified.clientId, appidacr: '2' })
      expect((await whoAmI(access_token)).status).toBe(200)
    })

    it('refuses an unknown certificate, one that has run out, a wrong key and a wrong audience, each with its code', async () => {
      expect(await codeOf(await ask((header) => void (header['x5t'] = stranger.x5t), { key: stranger }))).toEqual([401, 700027])
      expect(await codeOf(await ask((header) => void (header['x5t'] = expired.x5t), { key: expired }))).toEqual([401, 700027])
      expect(await codeOf(await ask((header) => void (header['x5t'] = signer.x5t), { key: stranger }))).toEqual([401, 700027])
      const elsewhere: Change = (header, payload) => {
        header['x5t'] = signer.x5t
        payload['aud'] = 'https://example.com/'
      }
      expect(await codeOf(await ask(elsewhere))).toEqual([401, 700023])
      const late: Change = (header, payload) => {
        header['x5t'] = signer.x5t
        payload['exp'] = Math.floor(Date.now() / 1000) - 3600
      }
      expect(await codeOf(await ask(late))).toEqual([401, 700024])
    })
  })

  describe('asked with a token of another issuer', () => {
    const ask = async (assertion: string) =>
      send(String(server.token_endpoint), {
        method: 'POST',
        form: {
          grant_type: 'client_credentials',
          client_id: '55555555-5555-4555-8555-555555555555',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: assertion,
          ...scope(),
        },
      })

    it('takes it when issuer, subject and audience match, with the keys of the issuer', async () => {
      const reply = await ask(await workload.sign({}))
      expect(reply.status).toBe(200)
      expect((await whoAmI(String(reply.json['access_token']))).status).toBe(200)
    })

    it.each([
      ['another issuer', { iss: 'https://other.example' }, 700211],
      ['a subject in other letter case', { sub: subject.toUpperCase() }, 700213],
      ['another audience', { aud: 'api://other' }, 700212],
      ['a time that has passed', { exp: 1_000_000 }, 700024],
      ['an issuer that does not answer', { iss: 'http://127.0.0.1:1' }, 90061],
    ])('refuses %s', async (_, changes, code) => {
      const reply = await ask(await workload.sign(changes))
      expect(reply.json['error_codes']).toEqual([code])
    })

    it('refuses what another key signed, and what is no token', async () => {
      expect((await ask(await workload.sign({}, (await generateKeyPair('RS256')).privateKey))).json['error_codes']).toEqual([50013])
      expect((await ask('nothing')).json['error_codes']).toEqual([50027])
    })
  })

  describe('asked with a device code', () => {
    const client = { client_id: publicClient.clientId }

    it('lets a person sign in on another device, and renews the token without the person', async () => {
      const asked = { scope: `${tenant.url}/dev/.default openid offline_access` }
      const started = await oauth.deviceAuthorizationRequest(server, client, oauth.None(), asked, insecure)
      const code = await oauth.processDeviceAuthorizationResponse(server, client, started)
      const poll = async () => {
        const reply = await oauth.deviceCodeGrantRequest(server, client, oauth.None(), code.device_code, insecure)
        return oauth.processDeviceCodeResponse(server, client, reply)
      }
      await expect(poll()).rejects.toMatchObject({ error: 'authorization_pending', status: 400 })
      const wrong = { user_code: code.user_code, username: administrator.userPrincipalName, password: 'wrong' }
      expect((await send(code.verification_uri, { method: 'POST', form: wrong })).status).toBe(400)
      expect((await send(code.verification_uri, { method: 'GET' })).text).toContain('<form method="post">')
      const right = { ...wrong, password: administrator.password }
      expect((await send(code.verification_uri, { method: 'POST', form: right })).status).toBe(200)
      const tokens = await poll()
      expect(oauth.getValidatedIdTokenClaims(tokens)).toMatchObject({ preferred_username: administrator.userPrincipalName })
      expect(decodeJwt(tokens.access_token)).toMatchObject({ idtyp: 'user', oid: administrator.objectId })
      expect((await whoAmI(tokens.access_token)).status).toBe(200)
      await expect(poll()).rejects.toMatchObject({ error: 'bad_verification_code' })

      const refresh = (token: string) =>
        oauth.refreshTokenGrantRequest(server, client, oauth.None(), token, {
          ...insecure,
          additionalParameters: { scope: `${tenant.url}/test/.default` },
        })
      const renewed = await oauth.processRefreshTokenResponse(server, client, await refresh(String(tokens.refresh_token)))
      expect(decodeJwt(renewed.access_token).aud).toBe(`${tenant.url}/test`)
      expect((await refresh(tokens.access_token)).status).toBe(400)
      const otherClient = { client_id: secondPublic.clientId, grant_type: 'refresh_token', scope: `${tenant.url}/dev/.default` }
      const taken = { ...otherClient, refresh_token: String(tokens.refresh_token) }
      expect((await send(String(server.token_endpoint), { method: 'POST', form: taken })).json['error']).toBe('invalid_grant')
      expect((await whoAmI(String(tokens.refresh_token))).status).toBe(401)
    })

    it('asks a client that polls too often to slow down, and forgets a code that nobody confirmed', async () => {
      const slow = await openTenant({ clockScale: 1 })
      try {
        const ask = (path: string, form: Record<string, string>) =>
          send(`${slow.url}/${tenantId}/oauth2/v2.0/${path}`, { method: 'POST', form: { ...client, ...form } })
        const { json } = await ask('devicecode', { scope: `${slow.url}/.default` })
        expect(json).toMatchObject({ expires_in: 900, interval: 5 })
        const poll = () =>
          ask('token', { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: String(json['device_code']) })
        expect((await poll()).json).toMatchObject({ error: 'authorization_pending', error_codes: [70016] })
        expect((await poll()).json).toMatchObject({ error: 'slow_down' })
      } finally {
        await slow.close()
      }
      const brief = await openTenant({ clockScale: 1_000_000 })
      try {
        const ask = (path: string, form: Record<string, string>) =>
          send(`${brief.url}/${tenantId}/oauth2/v2.0/${path}`, { method: 'POST', form: { ...client, ...form } })
        const { json } = await ask('devicecode', { scope: `${brief.url}/.default` })
        const poll = () =>
          ask('token', { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', device_code: String(json['device_code']) })
        await expect.poll(async () => (await poll()).json['error_codes']).toEqual([70020])
      } finally {
        await brief.close()
      }
    })

    it('is refused to an application that is not public, and for credentials of an application', async () => {
      const form = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: deployer.clientId, device_code: 'x' }
      const reply = await send(String(server.token_endpoint), { method: 'POST', form })
      expect(reply.json['error_codes']).toEqual([7000218])
      const alone = { grant_type: 'client_credentials', ...client, ...scope() }
      expect((await send(String(server.token_endpoint), { method: 'POST', form: alone })).json['error_codes']).toEqual([7000218])
    })
  })
})

// An issuer of workload tokens, as a build service is one.
async function openIssuer() {
  const { privateKey, publicKey } = await generateKeyPair('RS256')
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }]
  const issuer = createServer((request, answer) => {
    const body = request.url === '/keys' ? { keys } : { issuer: url, jwks_uri: `${url}/keys` }
    answer.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`
  return {
    url,
    sign: (changes: Record<string, unknown>, key = privateKey) => {
      const now = Math.floor(Date.now() / 1000)
      const claims = { iss: url, sub: subject, aud: 'api://AzureADTokenExchange', iat: now, exp: now + 300, ...changes }
      return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'one' }).sign(key)
    },
    close: () => new Promise((resolve) => issuer.close(resolve)),
  }
}
