import type { Result } from '#domain/kernel'
import { DroverError } from '#domain/kernel'

/** In the middle of durable work a "no" of the configuration is breakage: what was there when the work began is gone. */
export function orThrow<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new DroverError(result.refusal.code, result.refusal.message, { hint: result.refusal.hint })
}
