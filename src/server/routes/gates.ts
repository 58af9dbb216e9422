import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function gateRoutes(engine: Engine): Pick<Handlers, 'reportTests' | 'approveByPullRequest' | 'validatePromotion'> {
  return {
    reportTests: ({ input, actor }) => engine.reportTests({ ...input, actor }),
    approveByPullRequest: ({ input, actor }) => engine.approveByPullRequest({ ...input, actor }),
    validatePromotion: ({ input, actor }) => engine.validatePromotion({ ...input, actor }),
  }
}
