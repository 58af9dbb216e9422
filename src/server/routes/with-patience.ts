import { setTimeout as pause } from 'node:timers/promises'
import type { Result } from '#domain/kernel'
import { refuse } from '#domain/kernel'

/** A first look at a large environment takes minutes; nobody keeps a connection open for that long. */
const patienceMs = 45_000

/** What looking at an environment comes to, or `observation.running` when that takes longer than a request should: the same look goes on. */
export async function withPatience<T>(environmentId: string, observing: Promise<Result<T>>): Promise<Result<T>> {
  const waiting = new AbortController()
  try {
    return await Promise.race([observing, goesOn(environmentId, waiting.signal)])
  } finally {
    waiting.abort()
    // Whoever asks again gets this one's end; when nobody does, its failure is no failure of the server.
    observing.catch(() => undefined)
  }
}

async function goesOn(environmentId: string, signal: AbortSignal): Promise<ReturnType<typeof refuse>> {
  await pause(patienceMs, undefined, { signal }).catch(() => undefined)
  return refuse('observation.running', `${environmentId} is still being observed.`, 'Ask again: the same observation goes on meanwhile.')
}
