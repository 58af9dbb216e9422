import type { Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { AccessLimits, AccessToken } from '#domain/people'
import { accessScopes } from '#domain/people'
import type { EngineDependencies } from '../dependencies.ts'
import type { TokenEvent } from './token-events.ts'
import { tokenStream } from './token-events.ts'

/** What is handed over once; the token itself is kept nowhere. */
export interface IssuedToken {
  readonly token: string
  readonly tokenId: string
  readonly expiresAt: Instant
}

export interface NewToken extends Partial<AccessLimits> {
  readonly personId: PersonId
  readonly lifeMs: number
  readonly label: string
  readonly purpose: AccessToken['purpose']
  readonly issuedFrom: AccessToken['issuedFrom']
  readonly issuedBy: string
}

export type TokenMeans = Pick<EngineDependencies, 'ledger' | 'readModel' | 'tokenUses' | 'clock' | 'ids' | 'hashing'>

/**
 * Makes a token and ledgers that it was made, for whom, by whom and how far it reaches. Whether that may be is decided before: here, as
 * for the workspace's own folder, whose owner may act as anybody, it is only done.
 */
export async function makeToken(deps: Pick<TokenMeans, 'ledger' | 'clock' | 'ids' | 'hashing'>, wanted: NewToken): Promise<IssuedToken> {
  const { lifeMs, issuedBy, scopes = accessScopes, ...rest } = wanted
  // Drover's ids carry 122 random bits each; three are more than 256.
  const token = `drv_${[deps.ids.guid(), deps.ids.guid(), deps.ids.guid()].join('').replaceAll('-', '')}`
  const tokenId = deps.ids.next('t')
  const expiresAt = toId<Instant>(new Date(Date.parse(deps.clock.now()) + lifeMs).toISOString())
  const data = {
    ...rest,
    tokenId,
    hash: deps.hashing.sha256(token),
    scopes: [...new Set<(typeof scopes)[number]>(['read', ...scopes])],
    expiresAt,
  }
  const event: TokenEvent & { readonly key: string } = { type: 'token-issued', data, key: `issued/${tokenId}` }
  await deps.ledger.append({ stream: tokenStream, expectedVersion: undefined, actor: issuedBy, events: [event] })
  return { token, tokenId, expiresAt }
}
