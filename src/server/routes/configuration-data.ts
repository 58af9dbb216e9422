import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

export function configurationDataRoutes(engine: Engine): Pick<Handlers, 'exportConfigurationData'> {
  return {
    exportConfigurationData: ({ input, actor }) => engine.exportConfigurationData({ ...input, actor }),
  }
}
