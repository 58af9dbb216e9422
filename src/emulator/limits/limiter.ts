import type { Clock } from '../clock.ts'
import type { LimitName, ServiceLimits } from './numbers.ts'
import { serviceLimits } from './numbers.ts'
import { SlidingWindow } from './sliding-window.ts'

/** A request that was let in; `leave` when it is answered. */
export interface Admission {
  readonly remainingRequests: number
  /** Milliseconds of the service. */
  readonly remainingMs: number
  leave(): void
}

/** A request that was not. */
export interface Throttled {
  readonly limit: LimitName
  readonly limits: ServiceLimits
  /** Whole seconds of this machine. */
  readonly retryAfterSeconds: number
}

/** The service protection limits, kept for each user of each environment. Times are those of the clock: a scaled clock has a scaled window. */
export interface Limiter {
  /** Undefined while limits are off. */
  enter(environment: string, user: string): Admission | Throttled | undefined
  readonly limits: ServiceLimits | 'off'
  /** From now on; what users used is forgotten. */
  set(limits: ServiceLimits | 'off'): void
}

interface Usage {
  readonly requests: SlidingWindow
  readonly execution: SlidingWindow
  open: number
}

/** Users whose windows are kept; the oldest that has nothing open goes first. */
const mostUsers = 10_000

export function createLimiter(clock: Clock, initial: ServiceLimits | 'off' = serviceLimits): Limiter {
  let limits = initial
  const users = new Map<string, Usage>()
  function usageOf(key: string, width: number): Usage {
    const known = users.get(key)
    if (known !== undefined) return known
    if (users.size >= mostUsers) {
      for (const [old, { open }] of users) {
        if (open > 0) continue
        users.delete(old)
        break
      }
    }
    const made = { requests: new SlidingWindow(width), execution: new SlidingWindow(width), open: 0 }
    users.set(key, made)
    return made
  }
  return {
    get limits() {
      return limits
    },
    set(next) {
      limits = next
      users.clear()
    },
    enter(environment, user) {
      if (limits === 'off') return undefined
      const now = clock.now().getTime()
      const usage = usageOf(`${environment} ${user}`, clock.scaled(limits.windowMs))
      const hit = limitHit(usage, limits, now)
      if (hit !== undefined) return { limit: hit, limits, retryAfterSeconds: secondsToWait(usage, { hit, limits, now }) }
      usage.requests.add(now, 1)
      usage.open += 1
      const began = performance.now()
      const { windowMs } = limits
      return {
        remainingRequests: limits.requests - usage.requests.sum(now),
        remainingMs: Math.max(0, Math.floor(limits.executionMs - usage.execution.sum(now))),
        leave() {
          usage.open -= 1
          // No more than a window of it can lie in one window, however long it took on a clock that goes fast.
          const took = Math.min(windowMs, (performance.now() - began) / clock.scaled(1))
          usage.execution.add(clock.now().getTime(), took)
        },
      }
    },
  }
}

function limitHit(usage: Usage, limits: ServiceLimits, now: number): LimitName | undefined {
  if (usage.open >= limits.concurrent) return 'concurrent'
  if (usage.requests.sum(now) >= limits.requests) return 'requests'
  if (usage.execution.sum(now) >= limits.executionMs) return 'execution-time'
  return undefined
}

// The service does not say how it chooses the seconds (unverified); here it is when the window has room again.
function secondsToWait(
  usage: Usage,
  { hit, limits, now }: { readonly hit: LimitName; readonly limits: ServiceLimits; readonly now: number },
): number {
  if (hit === 'concurrent') return 1
  const ms = hit === 'requests' ? usage.requests.msUntilBelow(now, limits.requests) : usage.execution.msUntilBelow(now, limits.executionMs)
  // A window cut into equal parts ends some picoseconds late.
  return Math.max(1, Math.ceil(ms / 1000 - 0.001))
}
