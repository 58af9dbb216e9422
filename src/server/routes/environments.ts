import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function environmentRoutes(engine: Engine): Pick<Handlers, 'listEnvironments' | 'inspectEnvironment'> {
  return {
    listEnvironments: async () => accept({ environments: (await engine.loadConfiguration())?.configuration.environments ?? [] }),
    inspectEnvironment: ({ input }) => engine.inspectEnvironment(input.environmentId),
  }
}
