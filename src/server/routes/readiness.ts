import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type ReadinessHandlers = Pick<Handlers, 'loadReadiness' | 'attestReadiness' | 'loadReleaseChecklist'>

export function readinessRoutes(engine: Engine): ReadinessHandlers {
  return {
    loadReadiness: () => engine.loadReadiness(),
    attestReadiness: ({ input, actor }) => engine.attestReadiness({ ...input, actor }),
    loadReleaseChecklist: ({ input }) => engine.loadReleaseChecklist(input.promotionId),
  }
}
