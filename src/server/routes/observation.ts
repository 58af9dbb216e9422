import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'
import { withPatience } from './with-patience.ts'

export function observationRoutes(engine: Engine): Pick<Handlers, 'observeEnvironment' | 'loadEnvironmentRecord' | 'acceptBaseline'> {
  return {
    observeEnvironment: ({ input, actor }) =>
      withPatience(input.environmentId, engine.observeEnvironment({ environmentId: input.environmentId, actor })),
    loadEnvironmentRecord: ({ input }) => engine.loadEnvironmentRecord(input.environmentId),
    acceptBaseline: ({ input, actor }) =>
      engine.acceptBaseline({ environmentId: input.environmentId, comment: input.comment, seen: input.seen, actor }),
  }
}
