import type { Result } from '#domain/kernel'

/** The value of a yes; a "no" breaks the test and tells why. */
export function granted<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(`${result.refusal.code}: ${result.refusal.message} ${JSON.stringify(result.refusal.reasons)}`)
}
