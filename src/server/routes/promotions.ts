import { accept, refuse } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type PromotionHandlers = Pick<
  Handlers,
  | 'requestPromotion'
  | 'loadPromotion'
  | 'listPromotions'
  | 'decideApproval'
  | 'acknowledgeLoss'
  | 'acknowledgeUnknown'
  | 'withdrawPromotion'
  | 'resumePromotion'
  | 'finishMigration'
>

export function promotionRoutes(engine: Engine): PromotionHandlers {
  return {
    requestPromotion: ({ input, actor }) =>
      engine.requestPromotion({
        releaseId: input.releaseId,
        stageId: input.stageId,
        ...(input.isUnmanaged === true ? { isUnmanaged: true } : {}),
        ...(input.emergency === undefined ? {} : { emergency: input.emergency }),
        actor,
      }),
    loadPromotion: async ({ input, actor }) => {
      const view = await engine.loadPromotion(input.promotionId, actor)
      if (view !== undefined) return accept(view)
      return refuse('promotion.unknown', `There is no promotion "${input.promotionId}".`, 'Name one that `drover promotion list` shows.')
    },
    listPromotions: async ({ input }) => {
      const { rows, next } = await engine.listPromotions(input)
      return accept({ promotions: rows, ...(next === undefined ? {} : { next }) })
    },
    decideApproval: ({ input, actor }) => engine.decideApproval({ ...input, actor }),
    acknowledgeLoss: ({ input, actor }) => engine.acknowledgeLoss({ ...input, actor }),
    acknowledgeUnknown: ({ input, actor }) => engine.acknowledgeUnknown({ ...input, actor }),
    withdrawPromotion: ({ input, actor }) => engine.withdrawPromotion({ promotionId: input.promotionId, actor }),
    finishMigration: ({ input, actor }) => engine.finishMigration({ promotionId: input.promotionId, comment: input.comment, actor }),
    resumePromotion: ({ input, actor }) => engine.resumePromotion({ promotionId: input.promotionId, reason: input.reason, actor }),
  }
}
