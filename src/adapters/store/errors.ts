import { DroverError, errorMessage } from '#domain/kernel'

/** Classes and codes of PostgreSQL and of sockets that say "not now" rather than "no". */
const passing = /^(08...|57P0[123]|53300|40001|40P01|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/
const passingMessages = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/i

/** Any failure of the database as an error of ours; errors of ours pass unchanged. */
export function storeError(error: unknown, doing: string): DroverError {
  if (error instanceof DroverError) return error
  const code = codeOf(error)
  const message = errorMessage(error) || code
  if (passing.test(code) || passingMessages.test(message)) {
    return new DroverError('store.unreachable', `The database did not answer while ${doing}: ${message}.`, {
      hint: 'Check that PostgreSQL runs and that its address is right, then try again.',
      cause: error,
      isRetryable: true,
    })
  }
  if (code === '42501') {
    return new DroverError('store.forbidden', `The database refused ${doing}: ${message}.`, {
      hint: 'The owner login needs CREATEROLE and rights on its database; the app login may only add to the ledger.',
      cause: error,
    })
  }
  if (code === '28P01' || code === '28000') {
    return new DroverError('store.login-refused', `The database refused the login while ${doing}: ${message}.`, {
      hint: 'Check the user and password in the database URL.',
      cause: error,
    })
  }
  return new DroverError('store.failed', `The database failed while ${doing}: ${message}.`, {
    hint: 'The log has the cause; nothing of this transaction was kept.',
    cause: error,
  })
}

function codeOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return codeOf(error.errors[0])
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
