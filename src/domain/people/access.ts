import type { Instant, PersonId } from '#domain/kernel'

/** What a token lets do: look, ask for things, decide about them, and change the rules and environments. */
export const accessScopes = ['read', 'request', 'decide', 'administer'] as const
export type AccessScope = (typeof accessScopes)[number]

/** Software asks and reports, whatever roles somebody wrote beside it: it gives no word and changes no rule. */
export const serviceScopes: readonly AccessScope[] = ['read', 'request']

/** How far a token reaches; the person may still do less. */
export interface AccessLimits {
  readonly scopes: readonly AccessScope[]
  /** Ids of the only environments that may be acted on with it; absent: all. */
  readonly environments?: readonly string[] | undefined
  /** Unique names of the only solutions; absent: all. */
  readonly solutions?: readonly string[] | undefined
}

/** Who calls, and how far the token that they call with reaches. */
export interface Access extends AccessLimits {
  readonly personId: PersonId
  readonly tokenId: string
}

/** A token as it is known; its text is known to whoever was given it, and its hash to the store. */
export interface AccessToken extends Access {
  /** `session`: a sign-in at the page or the command line. */
  readonly purpose: 'token' | 'session'
  readonly label: string
  readonly issuedBy: string
  readonly issuedFrom: 'workspace' | 'api' | 'sign-in'
  readonly issuedAt: Instant
  readonly expiresAt: Instant
  readonly revokedAt?: Instant
  readonly revokedBy?: string
}

/** What of `wanted` goes beyond `own`, in words; empty when nothing does. */
export function exceeds(wanted: AccessLimits, own: AccessLimits): string[] {
  const scopes = wanted.scopes.filter((scope) => !own.scopes.includes(scope)).map((scope) => `the scope ${scope}`)
  return [
    ...scopes,
    ...beyond('environment', wanted.environments, own.environments),
    ...beyond('solution', wanted.solutions, own.solutions),
  ]
}

function beyond(what: string, wanted: readonly string[] | undefined, own: readonly string[] | undefined): string[] {
  if (own === undefined) return []
  if (wanted === undefined) return [`every ${what}`]
  return wanted.filter((name) => !own.includes(name)).map((name) => `the ${what} ${name}`)
}
