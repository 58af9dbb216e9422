import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type HotfixHandlers = Pick<
  Handlers,
  'startHotfix' | 'listHotfixes' | 'loadHotfix' | 'retryHotfix' | 'releaseHotfix' | 'mergeHotfix' | 'decideHotfixConflict' | 'abandonHotfix'
>

export function hotfixRoutes(engine: Engine): HotfixHandlers {
  return {
    startHotfix: ({ input, actor }) => engine.startHotfix({ ...input, actor }),
    listHotfixes: async () => accept({ hotfixes: await engine.listHotfixes() }),
    loadHotfix: ({ input }) => engine.loadHotfix(input.hotfixId),
    retryHotfix: ({ input, actor }) => engine.retryHotfix({ hotfixId: input.hotfixId, actor }),
    releaseHotfix: ({ input, actor }) => engine.releaseHotfix({ hotfixId: input.hotfixId, actor }),
    mergeHotfix: ({ input, actor }) => engine.mergeHotfix({ ...input, actor }),
    decideHotfixConflict: ({ input, actor }) => engine.decideHotfixConflict({ ...input, actor }),
    abandonHotfix: ({ input, actor }) => engine.abandonHotfix({ ...input, actor }),
  }
}
