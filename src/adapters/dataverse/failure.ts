import { DroverError } from '#domain/kernel'
import { isNeverSent } from './never-sent.ts'
import type { Effect, Operation } from './operations.ts'
import { operations } from './operations.ts'
import type { PlatformFailure } from './platform-error.ts'
import { readErrorBody } from './platform-error.ts'
import type { Strike } from './strike-secrets.ts'
import { causeText } from './token.ts'

/** What a request was about, for messages. */
export interface Subject {
  readonly environment: string
  readonly operation: Operation
  /** What was asked, in words: the operation, or what happened to which rows. */
  readonly work: string
}

/** Another solution operation holds the lock; the request was turned away and may be sent again later. */
const lockCodes = new Set(['0x80071151', '0x80071154', '0x8004026C', '0x80048543'])

/** The server does not know itself how far it came: UnExpected and SqlTimeout. */
const unclearCodes = new Set(['0x80040216', '0x80044151'])

/** No answer came, or it broke off. */
export function connectionFailure(subject: Subject, cause: unknown): DroverError {
  const why = causeText(cause)
  if (isNeverSent(cause)) {
    return new DroverError('dataverse.unreachable', `${subject.environment} cannot be reached (${why}). Nothing was sent.`, {
      hint: `Check the network and the url of environment ${subject.environment} in drover.yaml, and that it runs; then try again.`,
      isRetryable: true,
      cause,
    })
  }
  if (effectOf(subject) === 'start') return ambiguous(subject, why, cause)
  return new DroverError('dataverse.unreachable', `${subject.environment} did not answer ${subject.work} (${why}).`, {
    hint: 'Check the network and that the environment runs; then try again: repeating this request does no harm.',
    isRetryable: true,
    cause,
  })
}

/** An answer came and it is no success. */
export function answerFailure(
  subject: Subject,
  { status, text, retryAfterMs }: { readonly status: number; readonly text: string; readonly retryAfterMs?: number | undefined },
  strike: Strike,
): DroverError {
  const raw = readErrorBody(text)
  const said = raw === undefined ? undefined : { ...raw, message: strike(raw.message) }
  if (effectOf(subject) === 'start' && isUnclear(status, said))
    return ambiguous(subject, `status ${status}${said === undefined ? '' : `, ${said.message}`}`)
  switch (status) {
    case 401:
      return new DroverError(
        'dataverse.unauthorized',
        `${subject.environment} does not accept the token of Drover's identity${quote(said)}.`,
        {
          hint: `Check that the client of environment ${subject.environment} is an application user there.`,
        },
      )
    case 403:
      return new DroverError(
        'dataverse.forbidden',
        `${subject.environment} refuses Drover's identity the right for ${subject.work}${quote(said)}.`,
        {
          hint: `Give the application user a security role that allows it (System Administrator or System Customizer for solutions), then try again.`,
        },
      )
    case 404:
      return new DroverError('dataverse.not-found', `${subject.environment} does not have what ${subject.work} asks for${quote(said)}.`, {
        hint: `Check the url of environment ${subject.environment} in drover.yaml, and whether someone deleted it meanwhile.`,
      })
    case 429:
      return throttled(subject, said, retryAfterMs)
    case 502:
    case 503:
    case 504:
      return new DroverError(
        'dataverse.unreachable',
        `${subject.environment} cannot answer ${subject.work} now (status ${status})${quote(said)}.`,
        {
          hint: 'Try again in some minutes: repeating this request does no harm.',
          isRetryable: true,
        },
      )
    default:
      return said === undefined ? unexpected(subject, `status ${status}: ${excerpt(strike(text))}`) : refused(subject, said)
  }
}

export function unexpected(subject: Subject, what: string, cause?: unknown): DroverError {
  return new DroverError(
    'dataverse.unexpected',
    `${subject.environment} answered ${subject.work} with something that Drover cannot read: ${what}.`,
    {
      hint: `Check that the url of environment ${subject.environment} in drover.yaml is that of a Dataverse environment.`,
      ...(cause === undefined ? {} : { cause }),
    },
  )
}

export function ambiguous(subject: Subject, why: string, cause?: unknown): DroverError {
  return new DroverError(
    'dataverse.ambiguous',
    `Nobody can tell yet whether ${subject.environment} received ${subject.work} (${why}). It is not sent again.`,
    {
      hint: 'Drover asks the environment for the import job; if it stays unclear, look at the solution history there.',
      ...(cause === undefined ? {} : { cause }),
    },
  )
}

function throttled(subject: Subject, said: PlatformFailure | undefined, retryAfterMs: number | undefined): DroverError {
  return new DroverError(
    'dataverse.throttled',
    `${subject.environment} asks Drover to send fewer requests${quote(said)}. ${subject.work} was not done.`,
    {
      hint: 'Try again in some minutes.',
      isRetryable: true,
      retryAfterMs,
    },
  )
}

function refused(subject: Subject, said: PlatformFailure): DroverError {
  const isLocked = said.code !== undefined && lockCodes.has(said.code)
  return new DroverError('dataverse.refused', `${subject.environment} refused ${subject.work}${quote(said)}.`, {
    hint: isLocked
      ? 'Wait until the other operation has ended (see the solution history of the environment), then try again.'
      : 'Read the reason that the platform gives, mend it and try again.',
    isRetryable: isLocked,
  })
}

/** A gateway's answer says nothing about the server behind it; an answer of Dataverse itself, with its code, does. 501 is a clear no. */
function isUnclear(status: number, said: PlatformFailure | undefined): boolean {
  if (status < 500 || status === 501) return false
  return status !== 500 || said?.code === undefined || unclearCodes.has(said.code)
}

function effectOf(subject: Subject): Effect {
  return operations[subject.operation].effect
}

function quote(said: PlatformFailure | undefined): string {
  if (said === undefined) return ''
  const text = said.message.endsWith('.') ? said.message.slice(0, -1) : said.message
  return said.code === undefined ? `: ${text}` : ` (${said.code}): ${text}`
}

function excerpt(body: string): string {
  const line = body.replaceAll(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 200)}…` : line
}
