import { issueToken } from '../auth/token-endpoint.ts'
import type { Emulator } from './emulator.ts'
import type { Reply } from './reply.ts'
import type { HttpRequest } from './server.ts'

/** The sign-in addresses of the local tenants; undefined for any other address. */
export async function answerSignIn(emulator: Emulator, request: HttpRequest, path: string): Promise<Reply | undefined> {
  const [, tenant = '', rest = ''] =
    /^\/([^/]+)\/(oauth2\/v2\.0\/token|discovery\/v2\.0\/keys|v2\.0\/\.well-known\/openid-configuration)$/.exec(path) ?? []
  const { origin } = request.url
  if (rest === 'oauth2/v2.0/token' && request.method === 'POST') {
    const form = new URLSearchParams(await request.readText())
    const { key, clients, now } = emulator
    const issuer = {
      key,
      clients,
      now,
      lifetimeSeconds: emulator.tokenLifetimeSeconds,
      isKnownResource: (resource: string) => environmentsOf(emulator, request, resource) !== undefined,
    }
    const token = await issueToken(issuer, { tenant, form, authorization: request.headers.authorization, origin })
    return { ...token, headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store, no-cache' } }
  }
  if (request.method !== 'GET' || !emulator.clients.some((client) => client.tenantId === tenant)) return undefined
  const json = { 'content-type': 'application/json; charset=utf-8' }
  if (rest === 'discovery/v2.0/keys') return { status: 200, headers: json, body: { keys: [emulator.key.publicJwk] } }
  if (rest !== 'v2.0/.well-known/openid-configuration') return undefined
  const issuer = `${origin}/${tenant}/`
  const body = {
    issuer,
    token_endpoint: `${issuer}oauth2/v2.0/token`,
    jwks_uri: `${issuer}discovery/v2.0/keys`,
    grant_types_supported: ['client_credentials'],
  }
  return { status: 200, headers: json, body }
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
