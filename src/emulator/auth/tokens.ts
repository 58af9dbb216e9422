import { randomUUID } from 'node:crypto'
import { SignJWT, errors, jwtVerify } from 'jose'
import type { ProvedBy } from './client-authentication.ts'
import { SignInRefusal } from './refusal.ts'
import type { ClientRegistration, PersonRegistration } from './registration.ts'
import type { SigningKey } from './signing-key.ts'

export interface TokenMaking {
  readonly key: SigningKey
  /** Life of an access token in seconds. */
  readonly lifetimeSeconds: number
  readonly now: Date
  /** `http://host:port`, for the issuer claim. */
  readonly origin: string
}

export interface TokenSubject {
  readonly client: ClientRegistration
  readonly provedBy: ProvedBy
  /** Undefined for the application itself. */
  readonly person?: PersonRegistration
}

// Entra: a refresh token of a native client lives 90 days from its last use.
const refreshLifeSeconds = 90 * 24 * 3600

/** An access token for a resource, with the claims of a version 1 token as Dataverse gets them. */
export async function signAccessToken(making: TokenMaking, subject: TokenSubject, audience: string): Promise<string> {
  const { client, person } = subject
  const whose =
    person === undefined
      ? { idtyp: 'app', oid: client.objectId, sub: client.objectId }
      : {
          idtyp: 'user',
          oid: person.objectId,
          sub: person.objectId,
          name: person.name,
          upn: person.userPrincipalName,
          scp: 'user_impersonation',
        }
  const appidacr = { nothing: '0', secret: '1', certificate: '2' }[subject.provedBy]
  const claims = { appid: client.clientId, appidacr, tid: client.tenantId, ver: '1.0', ...whose }
  return sign(making, claims, { issuer: `${making.origin}/${client.tenantId}/`, audience, seconds: making.lifetimeSeconds })
}

/** The id token of a signed-in person, for the application. */
export async function signIdToken(making: TokenMaking, client: ClientRegistration, person: PersonRegistration): Promise<string> {
  const claims = {
    sub: person.objectId,
    oid: person.objectId,
    name: person.name,
    preferred_username: person.userPrincipalName,
    tid: client.tenantId,
    ver: '2.0',
  }
  const how = { issuer: v2Issuer(making.origin, client.tenantId), audience: client.clientId, seconds: making.lifetimeSeconds }
  return sign(making, claims, how)
}

/** A refresh token: for clients an opaque text, which no resource takes. */
export async function signRefreshToken(making: TokenMaking, client: ClientRegistration, person: PersonRegistration): Promise<string> {
  const how = { issuer: 'refresh', audience: `refresh:${client.clientId}`, seconds: refreshLifeSeconds }
  return sign(making, { sub: person.objectId, tid: client.tenantId }, how)
}

/** Object id of the person behind a refresh token. Throws `invalid_grant`. */
export async function readRefreshToken(
  making: Pick<TokenMaking, 'key' | 'now'>,
  client: ClientRegistration,
  token: string,
): Promise<string> {
  try {
    const check = { algorithms: ['RS256'], currentDate: making.now, issuer: 'refresh', audience: `refresh:${client.clientId}` }
    const { payload } = await jwtVerify(token, making.key.publicKey, check)
    return payload.sub ?? ''
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      const text = 'The refresh token has expired due to inactivity.'
      throw new SignInRefusal(400, 'invalid_grant', { code: 700082, text })
    }
    if (!(error instanceof errors.JOSEError)) throw error
    const text = 'Provided grant is invalid or malformed.'
    throw new SignInRefusal(400, 'invalid_grant', { code: 70000, text })
  }
}

export function v2Issuer(origin: string, tenant: string): string {
  return `${origin}/${tenant}/v2.0`
}

async function sign(
  making: TokenMaking,
  claims: Record<string, unknown>,
  how: { readonly issuer: string; readonly audience: string; readonly seconds: number },
): Promise<string> {
  const issuedAt = Math.floor(making.now.getTime() / 1000)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: making.key.id })
    .setAudience(how.audience)
    .setIssuer(how.issuer)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(issuedAt + how.seconds)
    .setJti(randomUUID())
    .sign(making.key.privateKey)
}
