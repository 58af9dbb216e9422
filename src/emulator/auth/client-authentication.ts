import { X509Certificate, createHash, timingSafeEqual } from 'node:crypto'
import type { JWTPayload, ProtectedHeaderParameters } from 'jose'
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose'
import { verifyFederatedAssertion } from './federated-assertion.ts'
import * as refuse from './refusal.ts'
import type { ClientRegistration } from './registration.ts'

/** What the request says about who the application is. */
export interface OfferedCredentials {
  readonly secret: string | undefined
  readonly assertion: string | undefined
  readonly assertionType: string | undefined
}

export interface AssertionCheck {
  readonly now: Date
  /** What a self-signed assertion may name as its audience: the tenant's issuer or its token address. */
  readonly audiences: readonly string[]
}

/** How the application proved itself: `appidacr` of its tokens. */
export type ProvedBy = 'nothing' | 'secret' | 'certificate'

/** Lets a client in by its secret, by an assertion signed with its certificate, or by a token of an issuer that it trusts. */
export async function authenticateClient(
  client: ClientRegistration,
  offered: OfferedCredentials,
  check: AssertionCheck,
): Promise<Exclude<ProvedBy, 'nothing'>> {
  if (offered.assertion !== undefined) {
    if (offered.assertionType !== 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer') {
      throw refuse.missingParameter('client_assertion_type')
    }
    await verifyAssertion(client, offered.assertion, check)
    return 'certificate'
  }
  if (offered.secret === undefined) throw refuse.missingCredential()
  if (client.clientSecret === undefined || !isSameSecret(offered.secret, client.clientSecret)) throw refuse.wrongSecret(client.clientId)
  return 'secret'
}

async function verifyAssertion(client: ClientRegistration, assertion: string, check: AssertionCheck): Promise<void> {
  const { header, claims } = readAssertion(assertion)
  if (claims.iss !== client.clientId) return verifyFederatedAssertion(client, { assertion, claims }, check.now)
  const thumbprint = header.x5t ?? header['x5t#S256']
  if (typeof thumbprint !== 'string') throw refuse.unknownKey('', client.clientId)
  const certificate = (client.certificates ?? []).map((pem) => new X509Certificate(pem)).find((known) => hasThumbprint(known, thumbprint))
  if (certificate === undefined) throw refuse.unknownKey(hex(thumbprint), client.clientId)
  try {
    const verified = await jwtVerify(assertion, certificate.publicKey, {
      algorithms: ['RS256', 'PS256'],
      audience: [...check.audiences],
      subject: client.clientId,
      currentDate: check.now,
      clockTolerance: 300,
      requiredClaims: ['exp', 'jti'],
    })
    if (isOutside(certificate, check.now)) throw refuse.unknownKey(hex(thumbprint), client.clientId)
    return void verified
  } catch (error) {
    throw refusalOf(error, { claims, thumbprint: hex(thumbprint), now: check.now })
  }
}

function refusalOf(error: unknown, given: { readonly claims: JWTPayload; readonly thumbprint: string; readonly now: Date }): unknown {
  const isEarly = error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf'
  if (error instanceof errors.JWTExpired || isEarly)
    return refuse.outsideValidTime(given.now, { from: given.claims.nbf, to: given.claims.exp })
  if (error instanceof errors.JWTClaimValidationFailed)
    return error.claim === 'aud' ? refuse.wrongAssertionAudience() : refuse.malformedAssertion()
  return error instanceof errors.JOSEError ? refuse.badSignature(given.thumbprint) : error
}

function readAssertion(assertion: string): { readonly header: ProtectedHeaderParameters; readonly claims: JWTPayload } {
  try {
    return { header: decodeProtectedHeader(assertion), claims: decodeJwt(assertion) }
  } catch {
    throw refuse.malformedAssertion()
  }
}

// `x5t` is the SHA-1 of the certificate, `x5t#S256` the SHA-256; each base64url.
function hasThumbprint(certificate: X509Certificate, thumbprint: string): boolean {
  return ['sha1', 'sha256'].some((digest) => createHash(digest).update(certificate.raw).digest('base64url') === thumbprint)
}

function isOutside(certificate: X509Certificate, now: Date): boolean {
  return now < new Date(certificate.validFrom) || now > new Date(certificate.validTo)
}

function hex(thumbprint: string): string {
  return Buffer.from(thumbprint, 'base64url').toString('hex').toUpperCase()
}

export function isSameSecret(offered: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(offered), digest(wanted))
}
