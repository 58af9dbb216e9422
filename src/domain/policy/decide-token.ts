import type { PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Access, AccessLimits, Person } from '#domain/people'
import { exceeds, findPerson, hasRole, personName, serviceScopes } from '#domain/people'
import type { SignInPolicy } from './sign-in-policy.ts'

export interface TokenWish extends AccessLimits {
  /** Whose token it is to be. */
  readonly personId: PersonId
  readonly hours: number
}

/**
 * Whether somebody who is signed in may have a token: for themselves, or as a platform-admin for a service identity, and never for more
 * than what they called with. Nobody gets a token of another person: whoever could would be two people.
 */
export function decideToken(wish: TokenWish, facts: { people: readonly Person[]; by: Access; policy: SignInPolicy }): Result<TokenWish> {
  const { people, by, policy } = facts
  const isService = findPerson(people, wish.personId)?.kind === 'service'
  const name = personName(people, by.personId)
  if (isService && !hasRole(people, by.personId, 'platform-admin')) {
    return refuse(
      'token.not-allowed',
      `${name} may not make a token of the service identity ${wish.personId}.`,
      'Ask a platform-admin for it; a service identity makes none for itself.',
    )
  }
  if (!isService && wish.personId !== by.personId) {
    return refuse(
      'token.not-allowed',
      `${name} may not make a token of ${personName(people, wish.personId)}.`,
      'Have them make it themselves, signed in.',
    )
  }
  const beyond = exceeds(wish, by)
  if (beyond.length > 0) {
    return refuse(
      'token.not-allowed',
      'A token cannot reach further than the one that it is asked for with.',
      'Ask for less, or sign in and ask again.',
      beyond.map((what) => ({ subject: what, message: 'Is more than the token of this call has.' })),
    )
  }
  const unfit = wish.scopes.filter((scope) => isService && !serviceScopes.includes(scope))
  if (unfit.length > 0) {
    const words = unfit.join(' and ')
    return refuse('token.not-allowed', 'A service identity decides and administers nothing.', `Leave ${words} out of the scopes.`)
  }
  return decideTokenLife(wish, { isService, policy })
}

/** Whether a token may live so long. */
export function decideTokenLife(wish: TokenWish, { isService, policy }: { isService: boolean; policy: SignInPolicy }): Result<TokenWish> {
  const longest = isService ? policy.serviceTokenHours : policy.tokenHours
  if (wish.hours > 0 && wish.hours <= longest.value) return accept(wish)
  return refuse(
    'token.lives-too-long',
    `A token of ${wish.personId} lives for ${longest.value} hours at the most, not ${wish.hours}.`,
    `Ask for ${longest.value} hours or less.`,
    [{ subject: 'policy', message: longest.source }],
  )
}
