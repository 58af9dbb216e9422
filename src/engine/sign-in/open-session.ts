import type { Instant, PersonId, Result } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import { applyOverride } from '#domain/policy'
import type { SignInSettings } from '#domain/pipeline'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { makeToken } from '../tokens/issue-token.ts'

export interface OpenedSession {
  readonly token: string
  readonly personId: PersonId
  readonly expiresAt: Instant
}

export interface SignInCommands {
  /** Where people sign in by the configuration in force; undefined: with tokens only. */
  loadSignIn(): Promise<SignInSettings | undefined>
  /** The session of whoever the issuer says somebody is. */
  openSession(command: { readonly issuer: string; readonly subject: string }): Promise<Result<OpenedSession>>
}

export function createSignInCommands(deps: EngineDependencies): SignInCommands {
  return {
    loadSignIn: async () => (await loadConfiguration(deps))?.configuration.signIn,
    openSession: (command) => openSession(deps, command),
  }
}

/** A session is a token like any other: registered, listed, revoked. Nobody is found by a name or an address, only by the subject itself. */
async function openSession(
  deps: EngineDependencies,
  { issuer, subject }: { readonly issuer: string; readonly subject: string },
): Promise<Result<OpenedSession>> {
  const configuration = (await loadConfiguration(deps))?.configuration
  // The configuration may have changed while somebody was signing in.
  if (configuration?.signIn?.issuer !== issuer)
    return refuse('sign-in.not-allowed', `${issuer} is not where people sign in now.`, 'Sign in again from the beginning.')
  const found = configuration.people.filter((person) => person.subject === subject)
  const [person] = found
  if (person === undefined || found.length > 1 || person.kind === 'service') {
    return refuse(
      'sign-in.not-allowed',
      `The account ${subject} of ${issuer} is that of nobody in the configuration in force.`,
      `Ask a platform-admin to write \`subject: ${subject}\` beside you in drover.yaml and to apply it.`,
    )
  }
  const made = await makeToken(deps, {
    personId: person.id,
    lifeMs: applyOverride(deps.policy, configuration.policy).signIn.sessionHours.value * 3_600_000,
    label: '',
    purpose: 'session',
    issuedFrom: 'sign-in',
    issuedBy: person.id,
  })
  return accept({ token: made.token, personId: person.id, expiresAt: made.expiresAt })
}
