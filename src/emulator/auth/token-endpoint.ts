import type { AssertionCheck, ProvedBy } from './client-authentication.ts'
import { authenticateClient } from './client-authentication.ts'
import type { DeviceCodes } from './device-codes.ts'
import { redeemDeviceCode, startDeviceCode } from './device-codes.ts'
import * as refuse from './refusal.ts'
import type { TokenReply } from './refusal.ts'
import { SignInRefusal, refusalReply } from './refusal.ts'
import type { ClientRegistration, PersonRegistration } from './registration.ts'
import type { AskedScope } from './scope.ts'
import { readScope } from './scope.ts'
import type { SigningKey } from './signing-key.ts'
import type { TokenMaking, TokenSubject } from './tokens.ts'
import { readRefreshToken, signAccessToken, signIdToken, signRefreshToken, v2Issuer } from './tokens.ts'

export interface TokenIssuer extends DeviceCodes {
  readonly key: SigningKey
  readonly clients: readonly ClientRegistration[]
  readonly people: readonly PersonRegistration[]
  /** Life of an access token in seconds. */
  readonly lifetimeSeconds: number
  /** Whether the resource (the scope without `/.default`) is an environment of this process or its administration. */
  isKnownResource(resource: string): boolean
}

export interface TokenRequest {
  readonly tenant: string
  readonly form: URLSearchParams
  /** The Authorization header, in which a client may send its id and secret instead of in the form. */
  readonly authorization: string | undefined
  /** `http://host:port`, for the issuer claim. */
  readonly origin: string
}

const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code'

export const grantTypes: readonly string[] = ['client_credentials', 'refresh_token', deviceCodeGrant]

/** Answers `POST /<tenant>/oauth2/v2.0/token` with the error bodies of Entra (web-api D). */
export function issueToken(issuer: TokenIssuer, request: TokenRequest): Promise<TokenReply> {
  return answering(issuer, async () => {
    const grant = required(request, 'grant_type')
    requireTenant(issuer, request)
    if (grant === 'client_credentials') return applicationToken(issuer, request)
    if (grant === deviceCodeGrant) return deviceCodeToken(issuer, request)
    if (grant === 'refresh_token') return refreshedToken(issuer, request)
    const text = `The app requested an unsupported grant type '${grant}'. This local tenant offers ${grantTypes.join(', ')}.`
    throw new SignInRefusal(400, 'unsupported_grant_type', { code: 70003, text })
  })
}

/** Answers `POST /<tenant>/oauth2/v2.0/devicecode`. */
export function issueDeviceCode(issuer: TokenIssuer, request: TokenRequest): Promise<TokenReply> {
  return answering(issuer, async () => {
    requireTenant(issuer, request)
    const client = findClient(issuer, request)
    const scope = required(request, 'scope')
    requireResource(issuer, request, readScope(scope, 'person'))
    const started = await startDeviceCode(issuer, { clientId: client.clientId, scope })
    const page = `${request.origin}/${request.tenant}/oauth2/deviceauth`
    const body = {
      user_code: started.userCode,
      device_code: started.deviceCode,
      verification_uri: page,
      expires_in: started.expiresInSeconds,
      interval: started.intervalSeconds,
      message: `To sign in, use a web browser to open the page ${page} and enter the code ${started.userCode} to authenticate.`,
    }
    return { status: 200, body }
  })
}

async function answering(issuer: TokenIssuer, work: () => Promise<TokenReply>): Promise<TokenReply> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof SignInRefusal) return refusalReply(error, issuer.clock.now())
    throw error
  }
}

async function applicationToken(issuer: TokenIssuer, request: TokenRequest): Promise<TokenReply> {
  if (clientIdOf(request) === '') throw refuse.missingParameter('client_id')
  const asked = readScope(required(request, 'scope'), 'application')
  requireResource(issuer, request, asked)
  const client = findClient(issuer, request)
  const provedBy = await authenticateClient(client, credentialsOf(request), assertionCheck(issuer, request))
  return tokenReply(making(issuer, request), { client, provedBy }, asked)
}

async function deviceCodeToken(issuer: TokenIssuer, request: TokenRequest): Promise<TokenReply> {
  const client = findClient(issuer, request)
  const provedBy = await authenticateForPerson(issuer, request, client)
  const deviceCode = request.form.get('device_code') ?? request.form.get('code') ?? ''
  if (deviceCode === '') throw refuse.missingParameter('device_code')
  const { objectId, scope } = await redeemDeviceCode(issuer, { clientId: client.clientId, deviceCode })
  const person = findPerson(issuer, request.tenant, objectId)
  return tokenReply(making(issuer, request), { client, provedBy, person }, readScope(scope, 'person'))
}

async function refreshedToken(issuer: TokenIssuer, request: TokenRequest): Promise<TokenReply> {
  const client = findClient(issuer, request)
  const provedBy = await authenticateForPerson(issuer, request, client)
  const token = required(request, 'refresh_token')
  const objectId = await readRefreshToken({ key: issuer.key, now: issuer.clock.now() }, client, token)
  const person = findPerson(issuer, request.tenant, objectId)
  const asked = readScope(required(request, 'scope'), 'person')
  requireResource(issuer, request, asked)
  // A refresh token is not bound to a resource, and each use gives a new one.
  return tokenReply(making(issuer, request), { client, provedBy, person }, { ...asked, isOffline: true })
}

async function tokenReply(how: TokenMaking, subject: TokenSubject, asked: AskedScope): Promise<TokenReply> {
  const { client, person } = subject
  const common = {
    token_type: 'Bearer',
    expires_in: how.lifetimeSeconds,
    ext_expires_in: how.lifetimeSeconds,
    access_token: await signAccessToken(how, subject, asked.resource),
  }
  if (person === undefined) return { status: 200, body: common }
  const refresh = asked.isOffline ? { refresh_token: await signRefreshToken(how, client, person) } : {}
  const id = asked.wantsId ? { id_token: await signIdToken(how, client, person) } : {}
  return { status: 200, body: { ...common, scope: `${asked.resource}/user_impersonation`, ...refresh, ...id } }
}

// A public client proves nothing; any other has to, also when it acts for a person.
async function authenticateForPerson(issuer: TokenIssuer, request: TokenRequest, client: ClientRegistration): Promise<ProvedBy> {
  if (client.isPublic === true) return 'nothing'
  return authenticateClient(client, credentialsOf(request), assertionCheck(issuer, request))
}

function making(issuer: TokenIssuer, request: TokenRequest): TokenMaking {
  return { key: issuer.key, lifetimeSeconds: issuer.lifetimeSeconds, now: issuer.clock.now(), origin: request.origin }
}

function assertionCheck(issuer: TokenIssuer, { origin, tenant }: TokenRequest): AssertionCheck {
  const addresses = [v2Issuer(origin, tenant), `${origin}/${tenant}/oauth2/v2.0/token`, `${origin}/${tenant}/oauth2/token`]
  return { now: issuer.clock.now(), audiences: addresses }
}

function requireTenant(issuer: TokenIssuer, { tenant }: TokenRequest): void {
  if (!issuer.clients.some((client) => client.tenantId === tenant)) throw refuse.unknownTenant(tenant)
}

function requireResource(issuer: TokenIssuer, request: TokenRequest, asked: AskedScope): void {
  if (!issuer.isKnownResource(asked.resource)) throw refuse.unknownResource(asked.resource, request.tenant)
}

function findClient(issuer: TokenIssuer, request: TokenRequest): ClientRegistration {
  const clientId = clientIdOf(request)
  if (clientId === '') throw refuse.missingParameter('client_id')
  const found = issuer.clients.find((known) => known.tenantId === request.tenant && known.clientId === clientId.toLowerCase())
  if (found === undefined) throw refuse.unknownClient(clientId, request.tenant)
  return found
}

function findPerson(issuer: TokenIssuer, tenant: string, objectId: string): PersonRegistration {
  const found = issuer.people.find((known) => known.tenantId === tenant && known.objectId === objectId)
  if (found !== undefined) return found
  const text = `The user account '${objectId}' does not exist in the tenant '${tenant}'.`
  throw new SignInRefusal(400, 'invalid_grant', { code: 50034, text })
}

function clientIdOf(request: TokenRequest): string {
  return request.form.get('client_id') ?? basicOf(request)?.id ?? ''
}

function credentialsOf(request: TokenRequest): Parameters<typeof authenticateClient>[1] {
  return {
    secret: request.form.get('client_secret') ?? basicOf(request)?.secret,
    assertion: request.form.get('client_assertion') ?? undefined,
    assertionType: request.form.get('client_assertion_type') ?? undefined,
  }
}

function basicOf(request: TokenRequest): { readonly id: string; readonly secret: string } | undefined {
  const basic = /^Basic\s+(.+)$/i.exec(request.authorization ?? '')?.[1]
  if (basic === undefined) return undefined
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(/:(.*)/s)
  try {
    return { id: formDecoded(id), secret: formDecoded(secret) }
  } catch {
    return { id, secret }
  }
}

// RFC 6749 §2.3.1: both are form-urlencoded before they go into the header.
function formDecoded(text: string): string {
  return decodeURIComponent(text.replaceAll('+', ' '))
}

function required(request: TokenRequest, name: string): string {
  const value = request.form.get(name)
  if (value === null) throw refuse.missingParameter(name)
  return value
}
