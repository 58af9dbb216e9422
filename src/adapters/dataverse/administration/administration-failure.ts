import { z } from 'zod'
import { DroverError } from '#domain/kernel'
import type { Effect } from '../operations.ts'
import { causeText, parseJson } from '../token.ts'

/** What a request was about, for messages. */
export interface Asked {
  /** Name of the environment as whose identity it was asked. */
  readonly environment: string
  readonly work: string
  readonly effect: Effect
}

/** No answer came, or one that cannot be read. */
export function lostConnection(
  asked: Asked,
  { isNeverSent, error }: { readonly isNeverSent: boolean; readonly error: unknown },
): DroverError {
  const why = causeText(error)
  if (!isNeverSent && asked.effect === 'start') return ambiguous(asked, why, error)
  return new DroverError(
    'dataverse.unreachable',
    isNeverSent
      ? `The administration of the tenant of ${asked.environment} cannot be reached (${why}). Nothing was sent.`
      : `The administration of the tenant of ${asked.environment} did not answer ${asked.work} (${why}).`,
    {
      hint: `Check the network and administrationUrl and platformApiUrl of ${asked.environment} in drover.yaml; then try again: repeating this request does no harm.`,
      isRetryable: true,
      cause: error,
    },
  )
}

/** An answer came and it is no success. */
export function administrationFailure(
  asked: Asked,
  { status, text, retryAfterMs }: { readonly status: number; readonly text: string; readonly retryAfterMs: number | undefined },
): DroverError {
  const said = readRefusal(text)
  // A server that says what went wrong, with a code, has ended the request; a gateway says nothing about the server behind it.
  const isUnclear = status > 500 ? status !== 501 : status === 500 && said?.code === undefined
  if (isUnclear && asked.effect === 'start') return ambiguous(asked, `status ${status}${quote(said)}`)
  switch (status) {
    case 401:
    case 403:
      return new DroverError('administration.forbidden', `Drover's identity may not do ${asked.work}${quote(said)}.`, {
        hint: `Have a person register the application of ${asked.environment} for administration (\`pac admin application register\`), then try again.`,
      })
    case 404:
      return new DroverError('administration.not-found', `The tenant does not have what ${asked.work} asks for${quote(said)}.`, {
        hint: 'Somebody may have deleted it meanwhile: look at the environments of the tenant.',
      })
    // May come without a body: another operation runs (web-api F.1).
    case 409:
      return new DroverError('administration.busy', `The platform is at another work, so ${asked.work} was turned away${quote(said)}.`, {
        hint: 'Wait until that has ended (see the history of the environment in the admin center), then try again.',
        isRetryable: true,
      })
    case 429:
      return new DroverError('dataverse.throttled', `The administration asks for fewer requests; ${asked.work} was not done.`, {
        hint: 'Try again in some minutes.',
        isRetryable: true,
        retryAfterMs,
      })
    default:
      return status >= 502 ? unavailable(asked, status) : refused(asked, { status, said, text })
  }
}

export function unreadable(asked: Asked, what: string): DroverError {
  return new DroverError(
    'dataverse.unexpected',
    `The administration answered ${asked.work} with something that Drover cannot read: ${what}.`,
    {
      hint: `Check administrationUrl and platformApiUrl of ${asked.environment} in drover.yaml.`,
    },
  )
}

function ambiguous(asked: Asked, why: string, cause?: unknown): DroverError {
  return new DroverError(
    'dataverse.ambiguous',
    `Nobody can tell yet whether the platform received ${asked.work} (${why}). It is not sent again before that is known.`,
    {
      hint: 'Look at the environments of the tenant and at their history in the admin center; then try again.',
      ...(cause === undefined ? {} : { cause }),
    },
  )
}

function unavailable(asked: Asked, status: number): DroverError {
  return new DroverError('dataverse.unreachable', `The administration cannot answer ${asked.work} now (status ${status}).`, {
    hint: 'Try again in some minutes: repeating this request does no harm.',
    isRetryable: true,
  })
}

function refused(asked: Asked, of: { readonly status: number; readonly said: Said | undefined; readonly text: string }): DroverError {
  const why = of.said === undefined ? ` (status ${of.status}): ${of.text.replaceAll(/\s+/g, ' ').slice(0, 200)}` : quote(of.said)
  return new DroverError('administration.refused', `The platform refused ${asked.work}${why}.`, {
    hint: 'Read the reason that the platform gives, mend it and try again.',
  })
}

interface Said {
  readonly code: string | undefined
  readonly message: string
}

const plain = z.object({ code: z.string().nullish(), message: z.string() })
const wrapped = z.object({ error: plain })
/** ValidationResponse of the Power Platform API. */
const validation = z.object({
  errorDetail: z.object({
    code: z.string().nullish(),
    message: z.string().nullish(),
    fieldErrors: z.record(z.string(), z.object({ errorMessages: z.array(z.string()).nullish() })).nullish(),
  }),
})

/** What either of the two APIs says of a refusal; undefined for the page of a gateway. */
export function readRefusal(text: string): Said | undefined {
  const json = parseJson(text)
  const error = wrapped.safeParse(json)
  if (error.success) return { code: error.data.error.code ?? undefined, message: error.data.error.message }
  const judged = validation.safeParse(json)
  if (judged.success) {
    const { code, message, fieldErrors } = judged.data.errorDetail
    const fields = Object.entries(fieldErrors ?? {}).map(([field, { errorMessages }]) => `${field}: ${(errorMessages ?? []).join(' ')}`)
    return { code: code ?? undefined, message: [message ?? '', ...fields].filter((part) => part !== '').join(' ') }
  }
  const bare = plain.safeParse(json)
  return bare.success ? { code: bare.data.code ?? undefined, message: bare.data.message } : undefined
}

function quote(said: Said | undefined): string {
  if (said === undefined) return ''
  const text = said.message.replace(/\.$/, '')
  return said.code === undefined ? `: ${text}` : ` (${said.code}): ${text}`
}
