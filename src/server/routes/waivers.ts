import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type WaiverHandlers = Pick<
  Handlers,
  'requestWaiver' | 'listWaivers' | 'loadWaiver' | 'decideWaiver' | 'revokeWaiver' | 'signOffPromotion' | 'listOwed'
>

export function waiverRoutes(engine: Engine): WaiverHandlers {
  return {
    requestWaiver: ({ input, actor }) => engine.requestWaiver({ ...input, actor }),
    listWaivers: ({ input, actor }) => engine.listWaivers(actor, input.solution),
    loadWaiver: ({ input, actor }) => engine.loadWaiver(input.waiverId, actor),
    decideWaiver: ({ input, actor }) => engine.decideWaiver({ ...input, actor }),
    revokeWaiver: ({ input, actor }) => engine.revokeWaiver({ ...input, actor }),
    signOffPromotion: ({ input, actor }) => engine.signOffPromotion({ ...input, actor }),
    listOwed: ({ input }) => engine.listOwed(input.solution),
  }
}
