import { DroverError } from '#domain/kernel'

/** How often one address may do something in a minute. */
export interface CallLimit {
  /** Counts one. Throws `auth.too-many` from the first that is too many on, until the minute is over. */
  take(address: string): void
}

const minuteMs = 60_000
/** Addresses that are remembered at once; beyond them the oldest is forgotten, so that made-up ones fill no memory. */
const remembered = 10_000

export function createCallLimit(of: { readonly perMinute: number; readonly what: string; readonly now?: () => number }): CallLimit {
  const { perMinute, what, now = Date.now } = of
  const counts = new Map<string, { readonly since: number; readonly count: number }>()
  const current = (address: string): { readonly since: number; readonly count: number } => {
    const known = counts.get(address)
    return known === undefined || now() - known.since >= minuteMs ? { since: now(), count: 0 } : known
  }
  function check(address: string): void {
    const { since, count } = current(address)
    if (count < perMinute) return
    const retryAfterMs = Math.max(1_000, since + minuteMs - now())
    throw new DroverError('auth.too-many', `There were more than ${perMinute} ${what} from this address within a minute.`, {
      hint: `Wait ${Math.ceil(retryAfterMs / 1000)} seconds, and try again.`,
      isRetryable: true,
      retryAfterMs,
    })
  }
  return {
    take(address) {
      check(address)
      const { since, count } = current(address)
      counts.delete(address)
      counts.set(address, { since, count: count + 1 })
      const [oldest] = counts.keys()
      if (counts.size > remembered && oldest !== undefined) counts.delete(oldest)
    },
  }
}
