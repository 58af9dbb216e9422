import type { Sourced } from './sourced.ts'
import { ours } from './sourced.ts'

/** How long one may act as somebody without proving anew who one is. */
export interface SignInPolicy {
  /** The longest life of a token of a person, in hours. */
  readonly tokenHours: Sourced<number>
  /** The longest life of a token of a service identity, in hours. */
  readonly serviceTokenHours: Sourced<number>
  /** The life of a session after a sign-in, in hours. */
  readonly sessionHours: Sourced<number>
  /** How long a sign-in that was begun waits for its end, in minutes. */
  readonly pendingMinutes: Sourced<number>
  /** How exactly the last use of a token is kept, in minutes. */
  readonly useNotedMinutes: Sourced<number>
  /** How many tokens that do not hold one address may send in a minute. */
  readonly failuresPerMinute: Sourced<number>
  /** How many sign-ins one address may begin in a minute. */
  readonly startsPerMinute: Sourced<number>
  /** How many platform-admins it takes to forget a person. */
  readonly forgettingPeople: Sourced<number>
}

export const shippedSignIn: SignInPolicy = {
  tokenHours: ours(720, 'ours: a month, after which whoever runs a script says again that it is wanted'),
  serviceTokenHours: ours(2160, 'ours: a quarter, as other reviews; a build should get a new one each time'),
  sessionHours: ours(12, 'ours: a working day and its overtime; the account is asked again the next morning'),
  pendingMinutes: ours(10, 'ours: as long as a code of a device usually holds'),
  useNotedMinutes: ours(60, 'ours: enough to find tokens that nobody uses, too coarse to follow what somebody does'),
  failuresPerMinute: ours(
    30,
    'OWASP ASVS 4.0.3, 2.2.1 asks that failed attempts are limited; the number is ours: nobody guesses 256 random bits, and a script with an old token is told to wait',
  ),
  startsPerMinute: ours(30, 'ours: an office behind one address signs in faster than that only when all come back at once'),
  forgettingPeople: ours(2, 'ours: it cannot be taken back (after PET-02)'),
}
