import { DroverError } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { Access } from '#domain/people'
import { findPerson, isService, serviceScopes } from '#domain/people'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { TokenMeans } from './issue-token.ts'
import type { TokenRecord } from './token-events.ts'

export type VerifyToken = (token: string) => Promise<Access>

/**
 * Who calls with a token, while it holds and while its person stands in the configuration in force: whoever was taken out of it is out at
 * once. Before the first configuration nobody stands anywhere, and there is nothing but that configuration to read or to apply.
 * Throws `auth.token-missing`, `-invalid`, `-expired`, `-revoked` or `auth.unknown-person`.
 */
export function createVerifyToken(deps: TokenMeans & Pick<EngineDependencies, 'policy'>): VerifyToken {
  const noted = new Map<string, number>()
  return async (text) => {
    const token = text.trim()
    if (token === '') throw missing()
    const known = await deps.readModel.load<TokenRecord>('token', deps.hashing.sha256(token))
    if (known === undefined) throw invalid()
    if (known.revokedAt !== undefined) throw revoked(known.revokedAt)
    const now = Date.parse(deps.clock.now())
    if (now >= Date.parse(known.expiresAt)) throw expired(known.expiresAt)
    const { personId, tokenId, scopes, environments, solutions } = known
    const configuration = (await loadConfiguration(deps))?.configuration
    const people = configuration?.people
    const { signIn } = applyOverride(deps.policy, configuration?.policy)
    if (people !== undefined && findPerson(people, personId) === undefined) throw unknownPerson(personId)
    const last = noted.get(tokenId)
    if (last === undefined || now - last >= signIn.useNotedMinutes.value * 60_000) {
      noted.set(tokenId, now)
      await deps.tokenUses.note(tokenId, deps.clock.now())
    }
    // As it is now: what was a person when the token was made may be software since.
    const held = isService(people ?? [], personId) ? scopes.filter((scope) => serviceScopes.includes(scope)) : scopes
    return { personId, tokenId, scopes: held, environments, solutions }
  }
}

const again = 'Sign in again (`drover sign-in`, or the page), or get a new one with `drover token issue`.'

function missing(): DroverError {
  return new DroverError('auth.token-missing', 'The request carries no token.', {
    hint: 'Get one with `drover token issue --person <id>` and send it as `Authorization: Bearer …` (the CLI reads DROVER_TOKEN).',
  })
}

function expired(at: string): DroverError {
  return new DroverError('auth.token-expired', `The token has expired at ${at}.`, { hint: `Get a new one. ${again}` })
}

function revoked(at: string): DroverError {
  return new DroverError('auth.token-revoked', `The token was revoked at ${at}.`, { hint: again })
}

function invalid(): DroverError {
  return new DroverError('auth.token-invalid', 'The token is not one that this server has issued.', {
    hint: `Check that it was copied whole and that it was made for this server. ${again}`,
  })
}

function unknownPerson(id: string): DroverError {
  return new DroverError('auth.unknown-person', `${id} is not among the people of the configuration in force.`, {
    hint: 'Ask a platform-admin to add you to drover.yaml and apply it, or sign in as somebody who is in it.',
  })
}
