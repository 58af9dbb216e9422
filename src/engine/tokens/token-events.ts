import type { AccessToken } from '#domain/people'
import type { Projection } from '#engine/ports'

/** All tokens stand in one stream: they are few, and the next never depends on the one before. */
export const tokenStream = 'tokens'

/** `hash` is sha256 of 256 random bits: nobody finds the token from it, and it tells which entry a token is. */
export type TokenEvent =
  | {
      readonly type: 'token-issued'
      readonly data: Omit<AccessToken, 'issuedAt' | 'issuedBy' | 'revokedAt' | 'revokedBy'> & { readonly hash: string }
    }
  | { readonly type: 'token-revoked'; readonly data: { readonly tokenId: string; readonly hash: string; readonly reason: string } }

export type TokenRecord = AccessToken & { readonly hash: string }

/** One document a token, found by its hash. */
export const tokenProjection: Projection = {
  kind: 'token',
  id: (event) => (event.stream === tokenStream ? (event.data as { readonly hash: string }).hash : undefined),
  fold(document, event) {
    // The stream is written through TokenEvent only.
    const happened = event as typeof event & TokenEvent
    if (happened.type === 'token-issued') return { ...happened.data, issuedAt: event.at, issuedBy: event.actor } satisfies TokenRecord
    const known = document as TokenRecord
    return known.revokedAt === undefined ? { ...known, revokedAt: event.at, revokedBy: event.actor } : known
  },
  summarise(document) {
    const { tokenId, personId, revokedAt } = document as TokenRecord
    return { tokenId, personId, state: revokedAt === undefined ? 'issued' : 'revoked' }
  },
}
