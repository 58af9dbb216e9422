import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function recoveryRoutes(engine: Engine): Pick<Handlers, 'rollback' | 'showRecovery' | 'planTrainRecovery'> {
  return {
    rollback: ({ input, actor }) => engine.rollback({ ...input, actor }),
    showRecovery: ({ input }) => engine.showRecovery({ environmentId: input.environmentId, solution: input.solution }),
    planTrainRecovery: async ({ input }) => {
      const planned = await engine.planTrainRecovery({ environmentId: input.environmentId, promotionIds: input.promotionIds })
      return planned.ok ? accept({ steps: planned.value }) : planned
    },
  }
}
