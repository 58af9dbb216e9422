import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function boardRoutes(engine: Engine): Pick<Handlers, 'loadBoard' | 'listWaiting'> {
  return {
    loadBoard: async () => accept(await engine.loadBoard()),
    listWaiting: async ({ actor }) => accept(await engine.listWaiting(actor)),
  }
}
