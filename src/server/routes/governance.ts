import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type GovernanceHandlers = Pick<
  Handlers,
  'loadTier' | 'answerTier' | 'decideTier' | 'loadStructure' | 'decideStructure' | 'loadCompletion' | 'noteRelease'
>

export function governanceRoutes(engine: Engine): GovernanceHandlers {
  return {
    loadTier: ({ input }) => engine.loadTier(input),
    answerTier: ({ input, actor }) => engine.answerTier({ ...input, actor }),
    decideTier: ({ input, actor }) => engine.decideTier({ ...input, actor }),
    loadStructure: ({ input }) => engine.loadStructure(input),
    decideStructure: ({ input, actor }) => engine.decideStructure({ ...input, actor }),
    loadCompletion: ({ input }) => engine.loadCompletion(input),
    noteRelease: ({ input, actor }) => engine.noteRelease({ ...input, actor }),
  }
}
