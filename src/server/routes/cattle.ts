import type { Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { RebuildViewReply } from '#contract'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function cattleRoutes(engine: Engine): Pick<Handlers, 'rebuildEnvironment' | 'resumeRebuild' | 'loadRebuild'> {
  return {
    rebuildEnvironment: async ({ input, actor }) => {
      const { isConfirmed, ...command } = input
      return shown(await engine.rebuildEnvironment({ ...command, isDryRun: !isConfirmed, actor }))
    },
    resumeRebuild: async ({ input, actor }) => shown(await engine.resumeRebuild({ environmentId: input.environmentId, actor })),
    loadRebuild: async ({ input }) => shown(await engine.loadRebuild(input.rebuildId)),
  }
}

/** Without what only the work itself needs. */
function shown(view: Awaited<ReturnType<Engine['loadRebuild']>>): Result<RebuildViewReply> {
  if (!view.ok) return view
  const { order, record } = view.value
  return accept({ plan: order.plan, ...(record === undefined ? {} : { rebuild: record }) })
}
