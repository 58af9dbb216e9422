import { errorMessage } from '#domain/kernel'
import { ODataError } from '../errors.ts'
import type { JobOutcome } from './jobs.ts'

/** Text of a failure that has a hex code (ImportFlaw, ODataError), or the service's code for the unexpected. */
export function failureOf(error: unknown): Extract<JobOutcome, { result: 'failed' }> {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('0x') ? error.code : '0x80040216'
  const component = error instanceof Error && 'component' in error && typeof error.component === 'string' ? error.component : undefined
  return { result: 'failed', code, message: errorMessage(error), ...(component === undefined ? {} : { component }) }
}

export function toError(outcome: Extract<JobOutcome, { result: 'failed' }>): ODataError {
  return new ODataError(400, outcome.code, outcome.message)
}
