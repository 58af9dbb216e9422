import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'

/** A time as the service writes it; undefined for none, and for 1900-01-01, which stands for never [web-api B.3]. */
export function readInstant(text: string | null | undefined): Instant | undefined {
  const ms = Date.parse(text ?? '')
  if (Number.isNaN(ms)) return undefined
  const at = new Date(ms)
  return at.getUTCFullYear() <= 1900 ? undefined : toId<Instant>(at.toISOString())
}
