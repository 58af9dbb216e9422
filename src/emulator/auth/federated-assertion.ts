import type { JSONWebKeySet, JWTPayload } from 'jose'
import { createLocalJWKSet, errors, jwtVerify } from 'jose'
import { errorMessage } from '#domain/kernel'
import * as refuse from './refusal.ts'
import type { ClientRegistration, FederatedCredential } from './registration.ts'

const defaultAudience = 'api://AzureADTokenExchange'

/**
 * Takes a token of another issuer as the application's proof when a federated credential names its issuer, subject and audience
 * exactly, letter case included (web-api D), and the issuer's keys verify it.
 */
export async function verifyFederatedAssertion(
  client: ClientRegistration,
  given: { readonly assertion: string; readonly claims: JWTPayload },
  now: Date,
): Promise<void> {
  const credential = findCredential(client.federatedCredentials ?? [], given.claims)
  const keys = createLocalJWKSet(credential.keys ?? (await fetchKeys(credential.issuer)))
  try {
    await jwtVerify(given.assertion, keys, { currentDate: now, clockTolerance: 300, requiredClaims: ['exp'] })
  } catch (error) {
    if (error instanceof errors.JWTExpired || error instanceof errors.JWTClaimValidationFailed) {
      throw refuse.outsideValidTime(now, { from: given.claims.nbf, to: given.claims.exp })
    }
    throw error instanceof errors.JOSEError ? refuse.badFederatedSignature() : error
  }
}

function findCredential(credentials: readonly FederatedCredential[], claims: JWTPayload): FederatedCredential {
  const audiences = [claims.aud ?? []].flat()
  const ofIssuer = credentials.filter((known) => known.issuer === claims.iss)
  if (ofIssuer.length === 0) throw refuse.noFederatedRecord('issuer', claims.iss ?? '')
  const ofSubject = ofIssuer.filter((known) => known.subject === claims.sub)
  if (ofSubject.length === 0) throw refuse.noFederatedRecord('subject', claims.sub ?? '')
  const found = ofSubject.find((known) => audiences.includes(known.audience ?? defaultAudience))
  if (found === undefined) throw refuse.noFederatedRecord('audience', audiences.join(', '))
  return found
}

async function fetchKeys(issuer: string): Promise<JSONWebKeySet> {
  try {
    const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    const keys = await fetchJson(String(document['jwks_uri']))
    if (!Array.isArray(keys['keys'])) throw new Error('its key document has no list of keys.')
    return { keys: keys['keys'] }
  } catch (error) {
    throw refuse.issuerUnreachable(issuer, errorMessage(error))
  }
}

async function fetchJson(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) })
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`)
  const body: unknown = await response.json()
  if (typeof body !== 'object' || body === null) throw new Error(`${url} holds no JSON object.`)
  return Object.fromEntries(Object.entries(body))
}
