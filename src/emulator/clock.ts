import { setTimeout as wait } from 'node:timers/promises'

/**
 * Time of the local environments. Instants are those of this machine, plus what was jumped; durations of the service (a job's steps,
 * the hour until flows see a new value, the window of a limit, the life of a backup) shrink by the scale.
 */
export interface Clock {
  now(): Date
  /** Milliseconds that a duration of the service, in milliseconds, takes here. */
  scaled(ms: number): number
  /** Resolves after a duration of the service, in milliseconds. */
  wait(ms: number): Promise<void>
  /** Moves the clock on by milliseconds of this machine; backwards when negative. */
  jump(ms: number): void
}

/** `scale` says how much faster than the service time goes: 60 makes an hour a minute, 0.1 ten times slower. */
export function createClock(scale = 1): Clock {
  let jumped = 0
  const scaled = (ms: number): number => ms / scale
  return {
    now: () => new Date(Date.now() + jumped),
    scaled,
    wait: (ms) => wait(scaled(ms)),
    jump(ms) {
      jumped += ms
    },
  }
}
