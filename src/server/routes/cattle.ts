import type { CattleReply, RebuildViewReply } from '#contract'
import type { Instant, Result } from '#domain/kernel'
import { accept, refuse, toId } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type CattleRoute =
  | 'rebuildEnvironment'
  | 'resumeRebuild'
  | 'confirmRebuildSettings'
  | 'loadRebuild'
  | 'listCattle'
  | 'createCattle'
  | 'keepEnvironment'
  | 'removeEnvironment'

export function cattleRoutes(engine: Engine): Pick<Handlers, CattleRoute> {
  return {
    rebuildEnvironment: async ({ input, actor }) => {
      const { isConfirmed, ...command } = input
      return shown(await engine.rebuildEnvironment({ ...command, isDryRun: !isConfirmed, actor }))
    },
    resumeRebuild: async ({ input, actor }) => shown(await engine.resumeRebuild({ environmentId: input.environmentId, actor })),
    confirmRebuildSettings: async ({ input, actor }) =>
      shown(await engine.confirmRebuildSettings({ environmentId: input.environmentId, actor })),
    loadRebuild: async ({ input }) => shown(await engine.loadRebuild(input.rebuildId)),
    listCattle: async () => accept({ cattle: await engine.listCattle() }),
    createCattle: async ({ input, actor }) => lifeOf(engine, await engine.createCattle({ ...input, actor })),
    keepEnvironment: async ({ input, actor }) => {
      const until = toId<Instant>(new Date(input.until).toISOString())
      return lifeOf(engine, await engine.keepEnvironment({ ...input, until, actor }))
    },
    removeEnvironment: async ({ input, actor }) => lifeOf(engine, await engine.removeEnvironment({ ...input, actor })),
  }
}

/** Without what only the work itself needs. */
function shown(view: Awaited<ReturnType<Engine['loadRebuild']>>): Result<RebuildViewReply> {
  if (!view.ok) return view
  const { order, record } = view.value
  return accept({ plan: order.plan, ...(record === undefined ? {} : { rebuild: record }) })
}

/** As the list shows it, after something was said of it. */
async function lifeOf(engine: Engine, said: Awaited<ReturnType<Engine['keepEnvironment']>>): Promise<Result<CattleReply>> {
  if (!said.ok) return said
  const { environmentId } = said.value
  const life = (await engine.listCattle()).find((one) => one.environmentId === environmentId)
  return life === undefined
    ? refuse('environment.unknown', `There is no environment "${environmentId}".`, 'Look at `drover env list`.')
    : accept(life)
}
