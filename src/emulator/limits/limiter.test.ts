import { describe, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import { createLimiter } from './limiter.ts'
import { limitErrors, serviceLimits } from './numbers.ts'

/** A clock that only goes when it is told to. */
function standing(scale = 1): Clock & { on(ms: number): void } {
  let at = Date.parse('2026-01-01T00:00:00Z')
  return {
    now: () => new Date(at),
    scaled: (ms) => ms / scale,
    wait: () => Promise.resolve(),
    jump: (ms) => void (at += ms),
    on: (ms) => void (at += ms),
  }
}

const limits = { windowMs: 300_000, requests: 3, executionMs: 1_000_000, concurrent: 2 }

describe('service protection limits', () => {
  it('are the numbers of the service: 6,000 requests, 1,200 s, 52 at a time, in 300 s', () => {
    expect(serviceLimits).toEqual({ windowMs: 300_000, requests: 6000, executionMs: 1_200_000, concurrent: 52 })
    expect(limitErrors.requests.text(serviceLimits)).toBe('Number of requests exceeded the limit of 6000 over time window of 300 seconds.')
    expect(limitErrors['execution-time'].text(serviceLimits)).toMatch(/exceeded limit of 1,200,000 milliseconds over time window of 300/)
    expect(limitErrors.concurrent.text(serviceLimits)).toBe('Number of concurrent requests exceeded the limit of 52.')
  })

  it('slide: a place is free again when the oldest request is 300 s old, and Retry-After says when', () => {
    const clock = standing()
    const limiter = createLimiter(clock, limits)
    const ask = () => {
      const entered = limiter.enter('dev', 'a')
      if (entered !== undefined && 'leave' in entered) entered.leave()
      return entered
    }
    expect(ask()).toMatchObject({ remainingRequests: 2 })
    clock.on(100_000)
    ask()
    expect(ask()).toMatchObject({ remainingRequests: 0 })
    expect(ask()).toMatchObject({ limit: 'requests', retryAfterSeconds: 200 })
    clock.on(199_000)
    expect(ask()).toMatchObject({ limit: 'requests', retryAfterSeconds: 1 })
    clock.on(1_000)
    expect(ask()).toMatchObject({ remainingRequests: 0 })
    expect(ask()).toMatchObject({ limit: 'requests', retryAfterSeconds: 100 })
  })

  it('are each user’s own in each environment', () => {
    const limiter = createLimiter(standing(), { ...limits, requests: 1 })
    expect(limiter.enter('dev', 'a')).toHaveProperty('leave')
    expect(limiter.enter('dev', 'b')).toHaveProperty('leave')
    expect(limiter.enter('test', 'a')).toHaveProperty('leave')
    expect(limiter.enter('dev', 'a')).toHaveProperty('limit')
  })

  it('count what is open at the same time', () => {
    const limiter = createLimiter(standing(), limits)
    const first = limiter.enter('dev', 'a')
    limiter.enter('dev', 'a')
    expect(limiter.enter('dev', 'a')).toMatchObject({ limit: 'concurrent' })
    if (first !== undefined && 'leave' in first) first.leave()
    expect(limiter.enter('dev', 'a')).toHaveProperty('leave')
  })

  it('shrink with the clock: at scale 60 the window is five seconds', () => {
    const clock = standing(60)
    const limiter = createLimiter(clock, { ...limits, requests: 1 })
    limiter.enter('dev', 'a')
    expect(limiter.enter('dev', 'a')).toMatchObject({ retryAfterSeconds: 5 })
    clock.on(5_000)
    expect(limiter.enter('dev', 'a')).toHaveProperty('leave')
  })

  it('do not take one long request for many on a clock that goes fast', async () => {
    const limiter = createLimiter(standing(1_000_000))
    for (let each = 0; each < 3; each += 1) {
      const entered = limiter.enter('dev', 'a')
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (entered === undefined || !('leave' in entered)) throw new Error('It was throttled.')
      entered.leave()
    }
    expect(limiter.enter('dev', 'a')).toMatchObject({ remainingMs: 300_000 })
  })

  it('stop when combined execution time is used up', async () => {
    const clock = standing()
    const limiter = createLimiter(clock, { ...limits, requests: 100, executionMs: 1 })
    const entered = limiter.enter('dev', 'a')
    await new Promise((resolve) => setTimeout(resolve, 5))
    if (entered !== undefined && 'leave' in entered) entered.leave()
    expect(limiter.enter('dev', 'a')).toMatchObject({ limit: 'execution-time', retryAfterSeconds: 300 })
  })
})
