import { errors, jwtVerify } from 'jose'
import type { SigningKey } from './signing-key.ts'

export interface Identity {
  readonly objectId: string
  readonly applicationId: string
  readonly tenantId: string
}

export type BearerResult =
  | { readonly ok: true; readonly identity: Identity }
  // `audience`: what a good token is meant for, when that is something else.
  | { readonly ok: false; readonly reason: string; readonly audience?: string }

/** Checks the Authorization header: our signature, not expired, meant for this environment. */
export async function verifyBearer(
  key: SigningKey,
  authorization: string | undefined,
  check: { readonly isAudience: (audience: string) => boolean; readonly now: Date },
): Promise<BearerResult> {
  const token = /^Bearer\s+(\S+)$/i.exec(authorization ?? '')?.[1]
  if (token === undefined) return { ok: false, reason: 'no bearer token was sent' }
  try {
    const { payload } = await jwtVerify(token, key.publicKey, {
      algorithms: ['RS256'],
      currentDate: check.now,
      requiredClaims: ['exp', 'aud', 'oid', 'appid', 'tid'],
    })
    const audience = typeof payload.aud === 'string' ? payload.aud : ''
    if (!check.isAudience(audience)) return { ok: false, reason: `the token is meant for '${audience}'`, audience }
    return {
      ok: true,
      identity: { objectId: String(payload['oid']), applicationId: String(payload['appid']), tenantId: String(payload['tid']) },
    }
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { ok: false, reason: 'the token has expired' }
    if (error instanceof errors.JOSEError) return { ok: false, reason: 'the token is not valid' }
    throw error
  }
}
