import { accept, refuse } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function releaseRoutes(engine: Engine): Pick<Handlers, 'prepareRelease' | 'loadRelease' | 'listReleases'> {
  return {
    prepareRelease: ({ input, actor }) => engine.prepareRelease({ solution: input.solution, actor }),
    loadRelease: async ({ input }) => {
      // In this order: a preparation that says `sealed` has its release, whatever happens between the two reads.
      const preparation = await engine.loadPreparation(input.releaseId)
      const release = await engine.loadRelease(input.releaseId)
      if (preparation === undefined) {
        return refuse('release.unknown', `There is no release "${input.releaseId}".`, 'Name one that `drover release list` shows.')
      }
      return accept({ preparation, ...(release === undefined ? {} : { release }) })
    },
    listReleases: async ({ input }) => {
      const { rows, next } = await engine.listReleases(input)
      return accept({ releases: rows, ...(next === undefined ? {} : { next }) })
    },
  }
}
