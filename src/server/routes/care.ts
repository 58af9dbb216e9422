import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type CareHandlers = Pick<Handlers, 'loadBiography' | 'recordIncident' | 'listRestorePoints' | 'takeRestorePoint'>

export function careRoutes(engine: Engine): CareHandlers {
  return {
    loadBiography: ({ input }) => engine.loadBiography(input),
    recordIncident: ({ input, actor }) => engine.recordIncident({ ...input, actor }),
    listRestorePoints: ({ input }) => engine.listRestorePoints(input),
    takeRestorePoint: ({ input, actor }) => engine.takeRestorePoint({ ...input, actor }),
  }
}
