import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function gateRoutes(engine: Engine): Pick<Handlers, 'reportTests' | 'validatePromotion'> {
  return {
    reportTests: ({ input, actor }) => engine.reportTests({ ...input, actor }),
    validatePromotion: ({ input, actor }) => engine.validatePromotion({ ...input, actor }),
  }
}
