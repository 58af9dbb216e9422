import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function ledgerRoutes(engine: Engine): Pick<Handlers, 'listEvents' | 'verifyLedger'> {
  return {
    listEvents: async ({ input }) => {
      const events = await engine.readEvents(input.after, input.limit)
      const last = events.at(-1)
      return accept({ events, ...(last !== undefined && events.length === input.limit ? { next: last.sequence } : {}) })
    },
    verifyLedger: async () => accept(await engine.verifyLedger()),
  }
}
