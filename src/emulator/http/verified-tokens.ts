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
  /** By token, then by the address that it is good for: a token is long, and is hashed once a request. */
  readonly #kept = new Map<string, Map<string, Kept>>()
  #latest = { authorization: '', addresses: new Map<string, Kept>() }

  /** A token that was found good for the address before, and still is. */
  find({ address, authorization, now }: TokenUse): Bearer | undefined {
    if (authorization === undefined) return undefined
    // Most often it is the token of the request before.
    if (authorization !== this.#latest.authorization) {
      this.#latest = { authorization, addresses: this.#kept.get(authorization) ?? new Map<string, Kept>() }
    }
    const kept = this.#latest.addresses.get(address)
    return kept !== undefined && now.getTime() < kept.expiresAt * 1000 ? kept : undefined
  }

  /** Checks a token, and keeps it when it is good. */
  async check({ address, authorization = '' }: TokenUse, verify: () => Promise<BearerResult>): Promise<BearerCheck> {
    this.#kept.get(authorization)?.delete(address)
    const result = await verify()
    if (!result.ok) return result
    const { iat = 0, exp = 0 } = decodeJwt(authorization.replace(/^Bearer\s+/i, ''))
    const found = { identity: result.identity, issuedAt: iat, expiresAt: exp }
    if (this.#kept.size >= mostKept) this.#kept.clear()
    const addresses = this.#kept.get(authorization) ?? new Map<string, Kept>()
    this.#kept.set(authorization, addresses.set(address, found))
    this.#latest = { authorization, addresses }
    return { ok: true, bearer: found }
  }
}

/** `address` is what the token must be good for. */
export interface TokenUse {
  readonly address: string
  readonly authorization: string | undefined
  readonly now: Date
}

const mostKept = 5000
