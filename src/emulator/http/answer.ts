import { findCaller } from '../auth/application-users.ts'
import type { Identity } from '../auth/bearer.ts'
import { verifyBearer } from '../auth/bearer.ts'
import { answerAdminPlane } from '../admin-plane/answer.ts'
import { answerControl } from '../admin/control-api.ts'
import { syntaxError, unknownSegment } from '../odata/refuse.ts'
import type { OperationContext } from '../operations/operation.ts'
import { openCall } from './api-call.ts'
import { settlePolicies } from '../policies/enforce.ts'
import { answerConnectivity } from './connectivity.ts'
import type { Emulator } from './emulator.ts'
import { answerSignIn, environmentsOf, unauthorized } from './sign-in.ts'
import type { Reply } from './reply.ts'
import type { HttpRequest } from './server.ts'
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
  return signIn ?? (await answerAdminPlane(emulator, request)) ?? answerEnvironment(emulator, request)
}

async function answerEnvironment(emulator: Emulator, request: HttpRequest): Promise<Reply> {
  await settlePolicies(emulator.store, emulator.now())
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
  const call = openCall({
    method: request.method,
    path: place.rest,
    url: request.url,
    headers: request.headers,
    serviceRoot: `${place.root}/api/data/${place.version}`,
    context,
    readText: request.readText,
  })
  return answerWebApi(call)
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

function contextOf(emulator: Emulator, place: Place, identity: Identity): OperationContext {
  const env = emulator.store.environment(place.environment)
  return {
    env,
    tenant: emulator.store.tenant(),
    caller: findCaller(env, identity),
    now: emulator.now,
    guid: emulator.guid,
    jobs: emulator.jobs,
    clock: emulator.clock,
  }
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw syntaxError(`The path segment '${text}' is not correctly encoded.`)
  }
}
