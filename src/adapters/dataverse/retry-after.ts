import type { Clock } from '#engine/ports'

/** Milliseconds that an answer asks to wait, told in seconds or as a moment; undefined where it tells nothing that can be read. */
export function retryAfterOf({ headers }: Response, clock: Clock): number | undefined {
  const header = headers.get('retry-after')
  if (header === null) return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.parse(clock.now()))
}
