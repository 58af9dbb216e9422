import { administrationResource } from '../auth/administration.ts'
import { findCaller } from '../auth/application-users.ts'
import type { Identity } from '../auth/bearer.ts'
import { verifyBearer } from '../auth/bearer.ts'
import { answerAdminPlane } from '../admin-plane/answer.ts'
import { requireOpen } from '../admin-plane/environment-access.ts'
import { answerControl } from '../admin/control-api.ts'
import type { FaultyRequest } from '../faults/request-faults.ts'
import { refusesToken, strikeBefore } from '../faults/request-faults.ts'
import { syntaxError, unknownSegment } from '../odata/refuse.ts'
import type { OperationContext } from '../operations/operation.ts'
import { openCall } from './api-call.ts'
import { policiesWait, settlePolicies } from '../policies/enforce.ts'
import { answerConnectivity } from './connectivity.ts'
import type { Emulator } from './emulator.ts'
import { answerProtected } from './protected.ts'
import { answerSignIn, environmentsOf, unauthorized } from './sign-in.ts'
import type { Place } from './place.ts'
import { findPlace } from './place.ts'
import type { Reply } from './reply.ts'
import type { HttpRequest } from './server.ts'
import type { Bearer, BearerCheck, TokenUse } from './verified-tokens.ts'
import { answerWebApi } from './web-api.ts'

/** Routes a request: the control address, an environment, the tenants' sign-in addresses, or the administration of environments. */
export function answer(emulator: Emulator, request: HttpRequest): Promise<Reply> {
  const path = request.url.pathname
  if (path === '/_emulator' || path.startsWith('/_emulator/')) return answerControlAddress(emulator, request)
  const place = findPlace(emulator.store, request.url)
  if (place !== undefined) return answerEnvironment(emulator, request, place)
  return answerTenant(emulator, request, path)
}

async function answerTenant(emulator: Emulator, request: HttpRequest, path: string): Promise<Reply> {
  const other = (await answerSignIn(emulator, request, path)) ?? (await answerAdminPlane(emulator, request))
  return other ?? { status: 404, headers: { 'content-type': 'text/plain' }, body: 'There is no such local environment or address.' }
}

async function answerControlAddress(emulator: Emulator, request: HttpRequest): Promise<Reply> {
  const { status, body } = await answerControl(emulator.control, {
    method: request.method,
    segments: request.url.pathname.split('/').filter(Boolean).slice(1).map(decodeSegment),
    authorization: request.headers.authorization,
    readText: request.readText,
    readBytes: request.readBytes,
  })
  if (body === undefined) return { status }
  return { status, body, headers: { 'content-type': body instanceof Uint8Array ? 'application/octet-stream' : 'application/json' } }
}

function answerEnvironment(emulator: Emulator, request: HttpRequest, place: Place): Promise<Reply> {
  const known = policiesWait(emulator.store) ? undefined : knownBearer(emulator, request, place)
  return known === undefined ? answerUnknown(emulator, request, place) : answerKnown(emulator, request, { place, identity: known.identity })
}

/** A request whose token is still to be checked, or before which something else is to be done. */
async function answerUnknown(emulator: Emulator, request: HttpRequest, place: Place): Promise<Reply> {
  if (policiesWait(emulator.store)) await settlePolicies(emulator.store, emulator.now())
  const { faults } = emulator
  if (!faults.isEmpty && place.area === 'api') strikeBefore(faults, emulator.clock, faultyRequest(request, place))
  const checked = await checkToken(emulator, request, place)
  if (!checked.ok) return unauthorized(emulator, request, { root: place.root, reason: checked.reason })
  return answerKnown(emulator, request, { place, identity: checked.bearer.identity })
}

function answerKnown(
  emulator: Emulator,
  request: HttpRequest,
  { place, identity }: { readonly place: Place; readonly identity: Identity },
): Promise<Reply> {
  const context = contextOf(emulator, place, identity)
  if (place.area === 'connectivity') {
    const { tenantId } = identity
    return answerConnectivity({ request, segments: place.rest.split('/').filter(Boolean).map(decodeSegment), context, tenantId })
  }
  if (!/^v9\.[0-2]$/.test(place.version)) throw unknownSegment(place.version)
  const asked = { ...faultyRequest(request, place), user: context.caller.userId, headers: request.headers }
  return answerProtected(emulator, asked, () =>
    answerWebApi(
      openCall({
        method: request.method,
        path: place.rest,
        url: request.url,
        headers: request.headers,
        serviceRoot: `${place.root}/api/data/${place.version}`,
        context,
        readText: request.readText,
        readBytes: request.readBytes,
      }),
    ),
  )
}

function faultyRequest(request: HttpRequest, place: Place): FaultyRequest {
  return { environment: place.environment, method: request.method, path: plainText(place.rest) }
}

/** Who brings a token that was found good before; undefined while faults are in force, which may have a say in it. */
function knownBearer(emulator: Emulator, request: HttpRequest, place: Place): Bearer | undefined {
  return emulator.faults.isEmpty ? emulator.tokens.find(tokenUse(emulator, request, place)) : undefined
}

function tokenUse(emulator: Emulator, request: HttpRequest, place: Place): TokenUse {
  const address = `${request.url.host} ${place.environment} ${place.area}`
  return { address, authorization: request.headers.authorization, now: emulator.now() }
}

async function checkToken(emulator: Emulator, request: HttpRequest, place: Place): Promise<BearerCheck> {
  const use = tokenUse(emulator, request, place)
  const { authorization, now } = use
  // Clients of the connectivity API bring tokens of the Power Platform API (facts-2 §3.1).
  const isAudience = (audience: string): boolean =>
    environmentsOf(emulator, request, audience)?.includes(place.environment) === true ||
    (place.area === 'connectivity' && administrationResource(audience) === 'https://api.powerplatform.com')
  const known = emulator.tokens.find(use)
  const checked: BearerCheck =
    known === undefined
      ? await emulator.tokens.check(use, () => verifyBearer(emulator.key, authorization, { isAudience, now }))
      : { ok: true, bearer: known }
  if (!checked.ok || emulator.faults.isEmpty) return checked
  const age = now.getTime() / 1000 - checked.bearer.issuedAt
  return refusesToken(emulator.faults, place.environment, age) ? { ok: false, reason: 'the token has expired' } : checked
}

function contextOf(emulator: Emulator, place: Place, identity: Identity): OperationContext {
  const env = emulator.store.environment(place.environment)
  const tenant = emulator.store.tenant()
  const caller = findCaller(env, identity)
  requireOpen(tenant, place.environment, caller, emulator.now())
  return {
    env,
    tenant,
    caller,
    now: emulator.now,
    guid: emulator.guid,
    jobs: emulator.jobs,
    clock: emulator.clock,
  }
}

/** For faults, which name addresses as people write them; what cannot be decoded is refused where it is read. */
function plainText(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

function decodeSegment(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw syntaxError(`The path segment '${text}' is not correctly encoded.`)
  }
}
