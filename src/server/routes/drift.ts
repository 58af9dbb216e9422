import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'
import { withPatience } from './with-patience.ts'

type DriftHandlers = Pick<
  Handlers,
  'watchDrift' | 'loadDrift' | 'acceptDeviation' | 'adoptDeviations' | 'declineChangeRequest' | 'revertDeviation' | 'confirmRevert'
>

export function driftRoutes(engine: Engine): DriftHandlers {
  return {
    watchDrift: ({ input, actor }) => withPatience(input.environmentId, engine.watchDrift({ environmentId: input.environmentId, actor })),
    loadDrift: ({ input }) => engine.loadDrift(input.environmentId),
    acceptDeviation: ({ input, actor }) => engine.acceptDeviation({ ...input, actor }),
    adoptDeviations: ({ input, actor }) => engine.adoptDeviations({ ...input, actor }),
    declineChangeRequest: ({ input, actor }) => engine.declineChangeRequest({ ...input, actor }),
    revertDeviation: ({ input, actor }) => engine.revertDeviation({ ...input, actor }),
    confirmRevert: ({ input, actor }) => engine.confirmRevert({ ...input, actor }),
  }
}
