import { accept, refuse } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function rescueRoutes(engine: Engine): Pick<Handlers, 'listRescues' | 'loadRescue' | 'restoreRescue'> {
  return {
    listRescues: async ({ input }) => accept({ rescues: await engine.listRescues({ environmentId: input.environment }) }),
    loadRescue: async ({ input }) => {
      const record = await engine.loadRescue(input.rescueId)
      if (record !== undefined) return accept(record)
      return refuse('rescue.unknown', `There is no rescue "${input.rescueId}".`, 'Name one that `drover rescue list` shows.')
    },
    restoreRescue: async ({ input, actor }) => {
      const { rescueId, table, reason, dryRun } = input
      const view = await engine.restoreRescue({ rescueId, table, reason, isDryRun: dryRun, actor })
      if (!view.ok) return view
      const { record, places, restoreId } = view.value
      return accept({ record, places, ...(restoreId === undefined ? {} : { restoreId }) })
    },
  }
}
