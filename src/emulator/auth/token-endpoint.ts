import { randomUUID, timingSafeEqual } from 'node:crypto'
import { SignJWT } from 'jose'
import type { ClientRegistration } from './registration.ts'
import type { SigningKey } from './signing-key.ts'

export interface TokenIssuer {
  readonly key: SigningKey
  readonly clients: readonly ClientRegistration[]
  /** Life of an access token in seconds. */
  readonly lifetimeSeconds: number
  /** Whether the resource (the scope without `/.default`) is an environment of this process. */
  isKnownResource(resource: string): boolean
  now(): Date
}

export interface TokenReply {
  readonly status: number
  readonly body: Record<string, unknown>
}

export interface TokenRequest {
  readonly tenant: string
  readonly form: URLSearchParams
  /** The Authorization header, in which a client may send its id and secret instead of in the form. */
  readonly authorization: string | undefined
  /** `http://host:port`, for the issuer claim. */
  readonly origin: string
}

/** Answers `POST /<tenant>/oauth2/v2.0/token` for client credentials, with the error bodies of Entra. */
export async function issueToken(issuer: TokenIssuer, request: TokenRequest): Promise<TokenReply> {
  const asked = readRequest(request)
  const now = issuer.now()
  const refusal = refuseRequest(issuer, request, asked)
  if (refusal !== undefined) return errorReply(refusal, now)
  const client = issuer.clients.find((known) => known.tenantId === request.tenant && known.clientId === asked.clientId)
  if (client === undefined) return errorReply(unknownClient(asked.clientId, request.tenant), now)
  if (asked.secret === undefined) return errorReply(missing("'client_assertion' or 'client_secret'", 7000218), now)
  if (!isSameSecret(asked.secret, client.clientSecret)) return errorReply(wrongSecret(client.clientId), now)
  return { status: 200, body: await accessToken(issuer, request, client) }
}

interface Asked {
  readonly clientId: string
  readonly secret: string | undefined
  readonly resource: string | undefined
}

interface TokenRefusal {
  readonly status: number
  readonly error: string
  readonly code: number
  readonly text: string
}

function readRequest(request: TokenRequest): Asked {
  const basic = /^Basic\s+(.+)$/i.exec(request.authorization ?? '')?.[1]
  const [basicId, basicSecret] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s)
  const scope = request.form.get('scope') ?? undefined
  const scopeResource = scope?.endsWith('/.default') === true ? scope.slice(0, -'/.default'.length) : undefined
  return {
    clientId: request.form.get('client_id') ?? (basicId === undefined ? '' : decodeURIComponent(basicId)),
    secret: request.form.get('client_secret') ?? (basicSecret === undefined ? undefined : decodeURIComponent(basicSecret)),
    resource: scopeResource,
  }
}

function refuseRequest(issuer: TokenIssuer, request: TokenRequest, asked: Asked): TokenRefusal | undefined {
  const grant = request.form.get('grant_type')
  if (grant === null) return missing("'grant_type'", 900144)
  if (!issuer.clients.some((client) => client.tenantId === request.tenant)) return unknownTenant(request.tenant)
  if (grant !== 'client_credentials') {
    const text = `The app requested an unsupported grant type '${grant}'. This local tenant offers client_credentials only.`
    return { status: 400, error: 'unsupported_grant_type', code: 70003, text }
  }
  if (asked.clientId === '') return missing("'client_id'", 900144)
  const scope = request.form.get('scope')
  if (scope === null) return missing("'scope'", 900144)
  if (asked.resource === undefined) {
    const text = `The provided value for scope ${scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI).`
    return { status: 400, error: 'invalid_scope', code: 1002012, text }
  }
  if (!issuer.isKnownResource(asked.resource)) {
    const text = `The resource principal named ${asked.resource} was not found in the tenant named ${request.tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant.`
    return { status: 400, error: 'invalid_resource', code: 500011, text }
  }
  return undefined
}

async function accessToken(issuer: TokenIssuer, request: TokenRequest, client: ClientRegistration): Promise<Record<string, unknown>> {
  const issuedAt = Math.floor(issuer.now().getTime() / 1000)
  const resource = (request.form.get('scope') ?? '').slice(0, -'/.default'.length)
  const claims = {
    appid: client.clientId,
    appidacr: '1',
    idtyp: 'app',
    oid: client.objectId,
    sub: client.objectId,
    tid: client.tenantId,
    ver: '1.0',
  }
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: issuer.key.id })
    .setAudience(resource)
    .setIssuer(`${request.origin}/${client.tenantId}/`)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + issuer.lifetimeSeconds)
    .setJti(randomUUID())
    .sign(issuer.key.privateKey)
  return { token_type: 'Bearer', expires_in: issuer.lifetimeSeconds, ext_expires_in: issuer.lifetimeSeconds, access_token: token }
}

function isSameSecret(offered: string, wanted: string): boolean {
  const left = Buffer.from(offered)
  const right = Buffer.from(wanted)
  return left.length === right.length && timingSafeEqual(left, right)
}

function missing(what: string, code: number): TokenRefusal {
  const isSecret = code === 7000218
  const text = `The request body must contain the following parameter: ${what}.`
  return { status: isSecret ? 401 : 400, error: isSecret ? 'invalid_client' : 'invalid_request', code, text }
}

function unknownTenant(tenant: string): TokenRefusal {
  const text = `Tenant '${tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant.`
  return { status: 400, error: 'invalid_request', code: 90002, text }
}

function unknownClient(clientId: string, tenant: string): TokenRefusal {
  const text = `Application with identifier '${clientId}' was not found in the directory '${tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant.`
  return { status: 400, error: 'unauthorized_client', code: 700016, text }
}

function wrongSecret(clientId: string): TokenRefusal {
  const text = `Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '${clientId}'.`
  return { status: 401, error: 'invalid_client', code: 7000215, text }
}

// Body as recorded in public issue trackers: {"error":"invalid_client","error_description":"AADSTS7000215: …","error_codes":[7000215],…}.
function errorReply(refusal: TokenRefusal, now: Date): TokenReply {
  const timestamp = `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`
  const trace = randomUUID()
  const correlation = randomUUID()
  const description = `AADSTS${refusal.code}: ${refusal.text} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`
  return {
    status: refusal.status,
    body: {
      error: refusal.error,
      error_description: description,
      error_codes: [refusal.code],
      timestamp,
      trace_id: trace,
      correlation_id: correlation,
      error_uri: `https://login.microsoftonline.com/error?code=${refusal.code}`,
    },
  }
}
