import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Access, AccessLimits, AccessToken } from '#domain/people'
import { hasRole } from '#domain/people'
import { applyOverride, decideToken } from '#domain/policy'
import { loadConfiguration, requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { IssuedToken } from './issue-token.ts'
import { makeToken } from './issue-token.ts'
import type { Places } from './places-of.ts'
import { placesOf } from './places-of.ts'
import type { TokenEvent, TokenRecord } from './token-events.ts'
import { tokenStream } from './token-events.ts'
import type { VerifyToken } from './verify-token.ts'
import { createVerifyToken } from './verify-token.ts'

export interface TokenView extends AccessToken {
  /** To about an hour. */
  readonly lastUsedAt?: Instant
  readonly state: 'valid' | 'expired' | 'revoked'
}

export interface TokenCommands {
  /** Throws `auth.*`. */
  readonly verifyToken: VerifyToken
  /** What a call acts on, for tokens that reach some places only. */
  placesOf(named: Readonly<Record<string, unknown>>): Promise<Places>
  /** For oneself, or as a platform-admin for a service identity. */
  issueToken(
    command: AccessLimits & { readonly personId: PersonId; readonly hours: number; readonly label: string; readonly by: Access },
  ): Promise<Result<IssuedToken>>
  /** One's own; a platform-admin sees everybody's. Newest first. */
  listTokens(command: { readonly actor: PersonId }): Promise<Result<readonly TokenView[]>>
  /** From the next call on it is no longer accepted. */
  revokeToken(command: { readonly tokenId: string; readonly reason: string; readonly actor: PersonId }): Promise<Result<TokenView>>
}

export function createTokenCommands(deps: EngineDependencies): TokenCommands {
  return {
    verifyToken: createVerifyToken(deps),
    placesOf: (named) => placesOf(deps, named),
    issueToken: (command) => issueToken(deps, command),
    listTokens: async ({ actor }) => {
      const found = await findTokens(deps, actor)
      return accept(await Promise.all(found.map((record) => viewToken(deps, record))))
    },
    revokeToken: (command) => revokeToken(deps, command),
  }
}

async function issueToken(deps: EngineDependencies, command: Parameters<TokenCommands['issueToken']>[0]): Promise<Result<IssuedToken>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { by, label, ...wish } = command
  const { people, policy } = current.value.configuration
  const decision = decideToken(wish, { people, by, policy: applyOverride(deps.policy, policy).signIn })
  if (!decision.ok) return decision
  const { hours, ...rest } = wish
  const made = { ...rest, label, lifeMs: hours * 3_600_000, purpose: 'token', issuedFrom: 'api', issuedBy: by.personId } as const
  return accept(await makeToken(deps, made))
}

async function revokeToken(deps: EngineDependencies, command: Parameters<TokenCommands['revokeToken']>[0]): Promise<Result<TokenView>> {
  const { tokenId, reason, actor } = command
  const record = (await findTokens(deps, actor, tokenId))[0]
  if (record === undefined) {
    return refuse(
      'token.unknown',
      `There is no token ${tokenId} that you may revoke.`,
      'See `drover token list`; those of others are revoked by a platform-admin.',
    )
  }
  const event: TokenEvent & { readonly key: string } = {
    type: 'token-revoked',
    data: { tokenId, hash: record.hash, reason },
    key: `revoked/${tokenId}`,
  }
  await deps.ledger.append({ stream: tokenStream, expectedVersion: undefined, actor, events: [event] })
  return accept(await viewToken(deps, (await deps.readModel.load<TokenRecord>('token', record.hash)) ?? record))
}

/** Those that somebody may see. */
async function findTokens(deps: EngineDependencies, actor: PersonId, tokenId?: string): Promise<readonly TokenRecord[]> {
  const people = (await loadConfiguration(deps))?.configuration.people ?? []
  const own = hasRole(people, actor, 'platform-admin') ? {} : { personId: actor }
  return deps.readModel.list<TokenRecord>('token', { where: { ...own, ...(tokenId === undefined ? {} : { tokenId }) }, limit: 500 })
}

async function viewToken(deps: EngineDependencies, { hash: _hash, ...record }: TokenRecord): Promise<TokenView> {
  const lastUsedAt = (await deps.tokenUses.load([record.tokenId])).get(record.tokenId)
  const hasEnded = Date.parse(deps.clock.now()) >= Date.parse(record.expiresAt)
  const state = record.revokedAt === undefined ? (hasEnded ? 'expired' : 'valid') : 'revoked'
  return { ...record, state, ...(lastUsedAt === undefined ? {} : { lastUsedAt }) }
}
