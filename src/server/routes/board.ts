import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function boardRoutes(engine: Engine): Pick<Handlers, 'loadBoard'> {
  return { loadBoard: async () => accept(await engine.loadBoard()) }
}
