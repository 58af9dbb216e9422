import { DroverError, errorMessage } from '#domain/kernel'

export function durableError(error: unknown, doing: string): DroverError {
  if (error instanceof DroverError) return error
  return new DroverError('durable.unavailable', `The durable runner failed while ${doing}: ${causeMessage(error)}.`, {
    hint: 'Check that PostgreSQL runs, that its address is right and that the database was prepared by this version, then try again.',
    cause: error,
    isRetryable: true,
  })
}

/** Node reports a refused connection as an AggregateError with an empty message. */
function causeMessage(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return causeMessage(error.errors[0])
  return errorMessage(error) || 'no reason given'
}
