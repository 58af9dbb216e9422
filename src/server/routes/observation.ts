import { setTimeout as pause } from 'node:timers/promises'
import { refuse } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

/** A first look at a large environment takes minutes; nobody keeps a connection open for that long. */
const patienceMs = 45_000

export function observationRoutes(engine: Engine): Pick<Handlers, 'observeEnvironment' | 'loadEnvironmentRecord' | 'acceptBaseline'> {
  return {
    observeEnvironment: async ({ input, actor }) => {
      const observing = engine.observeEnvironment({ environmentId: input.environmentId, actor })
      const waiting = new AbortController()
      try {
        return await Promise.race([observing, goesOn(input.environmentId, waiting.signal)])
      } finally {
        waiting.abort()
        // Whoever asks again gets this one's end; when nobody does, its failure is no failure of the server.
        observing.catch(() => undefined)
      }
    },
    loadEnvironmentRecord: ({ input }) => engine.loadEnvironmentRecord(input.environmentId),
    acceptBaseline: ({ input, actor }) =>
      engine.acceptBaseline({ environmentId: input.environmentId, comment: input.comment, seen: input.seen, actor }),
  }
}

async function goesOn(environmentId: string, signal: AbortSignal): Promise<ReturnType<typeof refuse>> {
  await pause(patienceMs, undefined, { signal }).catch(() => undefined)
  return refuse('observation.running', `${environmentId} is still being observed.`, 'Ask again: the same observation goes on meanwhile.')
}
