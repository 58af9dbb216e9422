import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EmulatorOptions, PersonRegistration } from '#emulator'
import { startEmulator } from '#emulator'
import type { Answer } from './organisation.ts'
import { adminSecret, deployer, send, tenantId } from './organisation.ts'

export interface LocalTenant {
  /** `http://host:port`. */
  readonly url: string
  /** Issuer of the tenant's discovery document. */
  readonly issuer: string
  /** Sends a request with a token for the resource that the address belongs to, as the application unless a token is given. */
  call(method: string, path: string, more?: TenantCall): Promise<Answer>
  /** A token of an application. */
  tokenOf(client: { readonly clientId: string; readonly clientSecret: string }, resource: string): Promise<string>
  /** A person signs in by a device code. */
  signIn(person: PersonRegistration, resource: string): Promise<string>
  control(method: string, path: string, body?: unknown): Promise<Answer>
  close(): Promise<void>
}

export interface TenantCall {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Bearer token; one of the deployer for the address unless given. */
  readonly token?: string
}

export const publicClient = {
  tenantId,
  clientId: '51f81489-12ee-4a9e-aaae-a2591f45987d',
  objectId: '51f81489-0000-4a9e-aaae-a2591f45987d',
  name: 'Command line',
  isPublic: true,
}

export const administrator: PersonRegistration = {
  tenantId,
  objectId: '33333333-0000-4333-8333-333333333333',
  name: 'Anna Administrator',
  userPrincipalName: 'anna@contoso.example',
  password: 'a password of the tests',
  roles: ['System Administrator'],
  isAdministrator: true,
}

/** A local tenant with environments `dev` and `test`, a client `deployer`, a public client and an administrator. */
export async function openTenant(options: Partial<EmulatorOptions> = {}): Promise<LocalTenant> {
  const dataDir = mkdtempSync(join(tmpdir(), 'drover-tenant-'))
  const { clients = [], people = [], ...more } = options
  const emulator = await startEmulator({
    port: 0,
    dataDir,
    environments: ['dev', 'test'],
    clients: [deployer, publicClient, ...clients],
    people: [administrator, ...people],
    adminSecret,
    clockScale: 60,
    // A clock this fast makes short requests long ones.
    limits: 'off',
    ...more,
  })
  const { url } = emulator
  const tokens = new Map<string, Promise<string>>()
  const tokenOf: LocalTenant['tokenOf'] = async ({ clientId, clientSecret }, resource) => {
    const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: `${resource}/.default` }
    return tokenIn(await send(`${url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', form }))
  }
  return {
    url,
    issuer: `${url}/${tenantId}/v2.0`,
    tokenOf,
    async call(method, path, given = {}) {
      const resource = resourceOf(url, path)
      if (!tokens.has(resource)) tokens.set(resource, tokenOf(deployer, resource))
      const headers = { authorization: `Bearer ${given.token ?? String(await tokens.get(resource))}`, ...given.headers }
      return send(`${url}/${path}`, { method, headers, ...(given.body === undefined ? {} : { body: given.body }) })
    },
    async signIn(person, resource) {
      const client_id = publicClient.clientId
      const started = await send(`${url}/${tenantId}/oauth2/v2.0/devicecode`, {
        method: 'POST',
        form: { client_id, scope: `${resource}/.default` },
      })
      const form = { user_code: String(started.json['user_code']), username: person.userPrincipalName, password: person.password }
      await send(`${url}/${tenantId}/oauth2/deviceauth`, { method: 'POST', form })
      const grant_type = 'urn:ietf:params:oauth:grant-type:device_code'
      const redeem = { grant_type, client_id, device_code: String(started.json['device_code']) }
      return tokenIn(await send(`${url}/${tenantId}/oauth2/v2.0/token`, { method: 'POST', form: redeem }))
    },
    control: (method, path, body) =>
      send(`${url}/_emulator/${path}`, {
        method,
        headers: { authorization: `Bearer ${adminSecret}` },
        ...(body === undefined ? {} : { body }),
      }),
    async close() {
      await emulator.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function resourceOf(url: string, path: string): string {
  if (path.startsWith('providers/')) return 'https://service.powerapps.com/'
  if (/^(environmentmanagement|environments|governance)\//.test(path)) return 'https://api.powerplatform.com'
  return url
}

function tokenIn(answer: Answer): string {
  if (answer.status !== 200) throw new Error(`No token: ${answer.text}`)
  return String(answer.json['access_token'])
}
