/**
 * Breakage: something that should have worked did not. A "no" of the domain is a {@link Refusal}, a value, and never thrown.
 * The code is stable and documented in docs/reference/errors.md; the message says what happened, to what, and `hint` what to do next.
 */
export class DroverError extends Error {
  readonly code: string
  readonly hint: string | undefined
  /** True when the same call may succeed later with nothing changed. */
  readonly isRetryable: boolean
  /** How long the other side asks to wait before the same call, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(
    code: string,
    message: string,
    more: { hint?: string; cause?: unknown; isRetryable?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'DroverError'
    this.code = code
    this.hint = more.hint
    this.isRetryable = more.isRetryable ?? false
    this.retryAfterMs = more.retryAfterMs
  }
}

/** The code of an error of ours, or `unexpected` for anything else that was thrown. */
export function errorCode(error: unknown): string {
  return error instanceof DroverError ? error.code : 'unexpected'
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
