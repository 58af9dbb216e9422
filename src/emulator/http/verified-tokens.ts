import { decodeJwt } from 'jose'
import type { BearerResult, Identity } from '../auth/bearer.ts'

/** A good token, and when it was issued. */
export interface Bearer {
  readonly identity: Identity
  /** Seconds since the epoch. */
  readonly issuedAt: number
}

export type BearerCheck = { readonly ok: true; readonly bearer: Bearer } | Extract<BearerResult, { readonly ok: false }>

interface Kept extends Bearer {
  readonly expiresAt: number
}

/** Tokens that were found good for an address, until they expire: checking a signature costs more than most requests. */
export class VerifiedTokens {
  readonly #kept = new Map<string, Kept>()

  /** `address` is what the token must be good for; `verify` checks it there. */
  async check(
    asked: { readonly address: string; readonly authorization: string | undefined; readonly now: Date },
    verify: () => Promise<BearerResult>,
  ): Promise<BearerCheck> {
    const key = `${asked.address} ${asked.authorization ?? ''}`
    const kept = this.#kept.get(key)
    if (kept !== undefined && asked.now.getTime() < kept.expiresAt * 1000) return { ok: true, bearer: kept }
    this.#kept.delete(key)
    const result = await verify()
    if (!result.ok) return result
    const { iat = 0, exp = 0 } = decodeJwt(asked.authorization?.replace(/^Bearer\s+/i, '') ?? '')
    const found = { identity: result.identity, issuedAt: iat, expiresAt: exp }
    if (this.#kept.size >= mostKept) this.#kept.clear()
    this.#kept.set(key, found)
    return { ok: true, bearer: found }
  }
}

const mostKept = 5000
