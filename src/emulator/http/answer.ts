import { findCaller } from '../auth/application-users.ts'
import type { Identity } from '../auth/bearer.ts'
import { verifyBearer } from '../auth/bearer.ts'
import { issueToken } from '../auth/token-endpoint.ts'
import { answerControl } from '../admin/control-api.ts'
import { parseQuery } from '../odata/query.ts'
import { parseResourcePath } from '../odata/resource-path.ts'
import { syntaxError, unknownSegment } from '../odata/refuse.ts'
import type { OperationContext } from '../operations/operation.ts'
import { answerConnectivity } from './connectivity.ts'
import type { Emulator } from './emulator.ts'
import { parsePreferences } from './preferences.ts'
import { payloadError } from './payload.ts'
import type { Reply } from './reply.ts'
import type { HttpRequest } from './server.ts'
import { single } from './server.ts'
import { answerWebApi } from './web-api.ts'

/** Routes a request: the control address, the tenants' sign-in addresses, or an environment. */
export async function answer(emulator: Emulator, request: HttpRequest): Promise<Reply> {
  const path = request.url.pathname
  const segments = path.split('/').filter((part) => part !== '')
  if (segments[0] === '_emulator') {
    const control = await answerControl(emulator.control, {
      method: request.method,
      segments: segments.slice(1).map(decodeSegment),
      authorization: request.headers.authorization,
      readText: request.readText,
    })
    return control.body === undefined ? { status: control.status } : { ...control, headers: { 'content-type': 'application/json' } }
  }
  const signIn = await answerSignIn(emulator, request, path)
  return signIn ?? answerEnvironment(emulator, request)
}

async function answerSignIn(emulator: Emulator, request: HttpRequest, path: string): Promise<Reply | undefined> {
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

async function answerEnvironment(emulator: Emulator, request: HttpRequest): Promise<Reply> {
  const place = findPlace(emulator, request.url)
  if (place === undefined)
    return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'There is no such local environment or address.' }
  const check = {
    isAudience: (audience: string) => environmentsOf(emulator, request, audience)?.includes(place.environment) === true,
    now: emulator.now(),
  }
  const bearer = await verifyBearer(emulator.key, request.headers.authorization, check)
  if (!bearer.ok) return unauthorized(emulator, request, { root: place.root, reason: bearer.reason })
  const context = contextOf(emulator, place, bearer.identity)
  if (place.area === 'connectivity') {
    const { tenantId } = bearer.identity
    return answerConnectivity({ request, segments: place.rest.split('/').filter(Boolean).map(decodeSegment), context, tenantId })
  }
  if (!/^v9\.[0-2]$/.test(place.version)) throw unknownSegment(place.version)
  return answerWebApi({
    method: request.method,
    segments: parseResourcePath(place.rest),
    query: parseQuery(request.url.searchParams),
    headers: request.headers,
    preferences: parsePreferences(single(request.headers['prefer'])),
    serviceRoot: `${place.root}/api/data/${place.version}`,
    url: request.url,
    context: { ...context, solution: single(request.headers['mscrm.solutionuniquename']) },
    readBody: () => readJsonObject(request),
  })
}

interface Place {
  readonly environment: string
  /** `http://host/<env>`, or `http://<env>.localhost`. */
  readonly root: string
  readonly area: 'api' | 'connectivity'
  readonly version: string
  readonly rest: string
}

// Environments are told apart by the first path segment, or by a host name <env>.localhost.
function findPlace(emulator: Emulator, url: URL): Place | undefined {
  const names = emulator.store.environments()
  const byHost = /^(.+)\.localhost$/.exec(url.hostname)?.[1]
  const isByHost = byHost !== undefined && names.includes(byHost)
  const [, first = '', behind = ''] = /^\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? []
  const environment = isByHost ? byHost : names.find((name) => name === first)
  if (environment === undefined) return undefined
  const root = isByHost ? url.origin : `${url.origin}/${environment}`
  const path = isByHost ? url.pathname : behind
  const api = /^\/api\/data\/(v[\d.]+)(?:\/(.*))?$/.exec(path)
  if (api !== null) return { environment, root, area: 'api', version: api[1] ?? '', rest: api[2] ?? '' }
  const connectivity = /^\/connectivity\/(.*)$/.exec(path)
  return connectivity === null ? undefined : { environment, root, area: 'connectivity', version: '', rest: connectivity[1] ?? '' }
}

/**
 * The environments that a resource (token audience) stands for. A client that makes its scope from scheme and host alone, as clients
 * of the service may, gets a token for all environments of that address.
 */
function environmentsOf(emulator: Emulator, request: HttpRequest, resource: string): readonly string[] | undefined {
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

function contextOf(emulator: Emulator, place: Place, identity: Identity): OperationContext {
  const env = emulator.store.environment(place.environment)
  return { env, caller: findCaller(env, identity), now: emulator.now, guid: emulator.guid, jobs: emulator.jobs }
}

function unauthorized(emulator: Emulator, request: HttpRequest, why: { readonly root: string; readonly reason: string }): Reply {
  const tenant = emulator.clients[0]?.tenantId ?? 'common'
  const challenge = `Bearer authorization_uri="${request.url.origin}/${tenant}/oauth2/authorize", resource_id="${why.root}/", error="invalid_token", error_description="${why.reason.replace(/[^\x20-\x7e]|["\\]/g, '')}"`
  return {
    status: 401,
    headers: { 'www-authenticate': challenge, 'content-type': 'text/html' },
    body: 'HTTP Error 401 - Unauthorized: Access is denied',
  }
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw syntaxError(`The path segment '${text}' is not correctly encoded.`)
  }
}

async function readJsonObject(request: HttpRequest): Promise<Record<string, unknown>> {
  const text = await request.readText()
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw payloadError('', 'Invalid JSON. A token was not recognized in the JSON content.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw syntaxError('The request body must be a JSON object.')
  return Object.fromEntries(Object.entries(value))
}
