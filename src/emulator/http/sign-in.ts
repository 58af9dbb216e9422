import { administrationResource } from '../auth/administration.ts'
import { confirmDeviceCode } from '../auth/device-codes.ts'
import { confirmationPage } from '../auth/device-page.ts'
import { SignInRefusal } from '../auth/refusal.ts'
import type { TokenIssuer } from '../auth/token-endpoint.ts'
import { grantTypes, issueDeviceCode, issueToken } from '../auth/token-endpoint.ts'
import { v2Issuer } from '../auth/tokens.ts'
import type { Emulator } from './emulator.ts'
import type { Reply } from './reply.ts'
import type { HttpRequest } from './server.ts'

const json = { 'content-type': 'application/json; charset=utf-8' }
const neverCached = { ...json, 'cache-control': 'no-store, no-cache' }

/** The sign-in addresses of the local tenants; undefined for any other address. */
export async function answerSignIn(emulator: Emulator, request: HttpRequest, path: string): Promise<Reply | undefined> {
  const [, name = '', rest = ''] =
    /^\/([^/]+)\/(oauth2\/.+|discovery\/v2\.0\/keys|v2\.0\/\.well-known\/openid-configuration)$/.exec(path) ?? []
  // Ids of tenants are guids in any letter case.
  const tenant = name.toLowerCase()
  switch (`${request.method} ${rest}`) {
    case 'POST oauth2/v2.0/token':
      return { ...(await issueToken(issuerOf(emulator, request), await tokenRequest(request, tenant))), headers: neverCached }
    case 'POST oauth2/v2.0/devicecode':
      return { ...(await issueDeviceCode(issuerOf(emulator, request), await tokenRequest(request, tenant))), headers: neverCached }
    case 'GET oauth2/deviceauth':
      return page(200, confirmationPage())
    case 'POST oauth2/deviceauth':
      return confirm(emulator, request, tenant)
    case 'GET discovery/v2.0/keys':
      return hasTenant(emulator, tenant) ? { status: 200, headers: json, body: { keys: [emulator.key.publicJwk] } } : undefined
    case 'GET v2.0/.well-known/openid-configuration':
      return hasTenant(emulator, tenant) ? { status: 200, headers: json, body: discovery(request.url.origin, tenant) } : undefined
    default:
      return rest.startsWith('oauth2/') ? notServed(request, path) : undefined
  }
}

function notServed(request: HttpRequest, path: string): Reply {
  const text = `This local tenant does not support ${request.method} ${path}: it gives tokens at /<tenant>/oauth2/v2.0/token, also for device codes.`
  return { status: 501, headers: json, body: { error: 'not_supported', error_description: text } }
}

function hasTenant(emulator: Emulator, tenant: string): boolean {
  return emulator.clients.some((client) => client.tenantId === tenant)
}

// What is served, and no more: no authorization endpoint, since nobody signs in with a browser here.
function discovery(origin: string, tenant: string): Record<string, unknown> {
  const issuer = `${origin}/${tenant}`
  return {
    issuer: v2Issuer(origin, tenant),
    token_endpoint: `${issuer}/oauth2/v2.0/token`,
    device_authorization_endpoint: `${issuer}/oauth2/v2.0/devicecode`,
    jwks_uri: `${issuer}/discovery/v2.0/keys`,
    grant_types_supported: grantTypes,
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt', 'client_secret_basic'],
    id_token_signing_alg_values_supported: ['RS256'],
    scopes_supported: ['openid', 'profile', 'email', 'offline_access'],
    subject_types_supported: ['public'],
  }
}

function issuerOf(emulator: Emulator, request: HttpRequest): TokenIssuer {
  return {
    key: emulator.key,
    clients: emulator.clients,
    people: emulator.people,
    clock: emulator.clock,
    tenant: emulator.store.tenant(),
    // Each reading is for one token, so only who makes one reads it.
    get lifetimeSeconds() {
      return emulator.tokenLifetimeSeconds
    },
    isKnownResource: (resource) =>
      administrationResource(resource) !== undefined || environmentsOf(emulator, request, resource) !== undefined,
  }
}

async function tokenRequest(request: HttpRequest, tenant: string): Promise<Parameters<typeof issueToken>[1]> {
  const form = new URLSearchParams(await request.readText())
  return { tenant, form, authorization: request.headers.authorization, origin: request.url.origin }
}

async function confirm(emulator: Emulator, request: HttpRequest, tenant: string): Promise<Reply> {
  const form = new URLSearchParams(await request.readText())
  const name = (form.get('username') ?? '').toLowerCase()
  const person = emulator.people.find((known) => known.tenantId === tenant && known.userPrincipalName.toLowerCase() === name)
  const given = { person, userCode: form.get('user_code') ?? '', password: form.get('password') ?? '' }
  try {
    await confirmDeviceCode(issuerOf(emulator, request), given)
    return page(200, confirmationPage('You have signed in on your device. You may close this window.'))
  } catch (error) {
    if (error instanceof SignInRefusal) return page(error.status, confirmationPage(`AADSTS${error.code}: ${error.message}`))
    throw error
  }
}

function page(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body }
}

/**
 * The environments that a resource (token audience) stands for. A client that makes its scope from scheme and host alone, as clients
 * of the service may, gets a token for all environments of that address.
 */
export function environmentsOf(emulator: Emulator, request: HttpRequest, resource: string): readonly string[] | undefined {
  let url: URL
  try {
    url = new URL(resource)
  } catch {
    return undefined
  }
  const names = emulator.store.environments()
  const byHost = names.find((name) => url.hostname === `${name}.localhost`)
  const isOurs =
    url.host === request.url.host || (url.port === request.url.port && isLoopback(url.hostname) && isLoopback(request.url.hostname))
  if (!isOurs && byHost === undefined) return undefined
  if (byHost !== undefined) return url.port === request.url.port ? [byHost] : undefined
  const path = url.pathname.replace(/^\/|\/$/g, '')
  if (path === '') return names
  return names.includes(path) ? [path] : undefined
}

function isLoopback(hostname: string): boolean {
  return hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]' || hostname.endsWith('.localhost')
}

/** 401 with the challenge of the service. */
export function unauthorized(emulator: Emulator, request: HttpRequest, why: { readonly root: string; readonly reason: string }): Reply {
  const tenant = emulator.clients[0]?.tenantId ?? 'common'
  const challenge = `Bearer authorization_uri="${request.url.origin}/${tenant}/oauth2/authorize", resource_id="${why.root}/", error="invalid_token", error_description="${why.reason.replace(/[^\x20-\x7e]|["\\]/g, '')}"`
  return {
    status: 401,
    headers: { 'www-authenticate': challenge, 'content-type': 'text/html' },
    body: 'HTTP Error 401 - Unauthorized: Access is denied',
  }
}
