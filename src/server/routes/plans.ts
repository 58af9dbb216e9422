import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function planRoutes(engine: Engine): Pick<Handlers, 'planRelease'> {
  return { planRelease: ({ input }) => engine.planRelease({ releaseId: input.releaseId, stageId: input.stageId }) }
}
