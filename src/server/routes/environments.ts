import { accept } from '#domain/kernel'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type EnvironmentHandlers = Pick<
  Handlers,
  | 'listEnvironments'
  | 'inspectEnvironment'
  | 'planUnmanaged'
  | 'decideConflict'
  | 'loadProtection'
  | 'changeProtection'
  | 'resumeStage'
  | 'workLeftoverUpgrade'
  | 'loadUpgradeWork'
>

export function environmentRoutes(engine: Engine): EnvironmentHandlers {
  return {
    listEnvironments: async () => accept({ environments: (await engine.loadConfiguration())?.configuration.environments ?? [] }),
    inspectEnvironment: ({ input }) => engine.inspectEnvironment(input.environmentId),
    planUnmanaged: ({ input }) => engine.planUnmanaged({ releaseId: input.releaseId, stageId: input.stageId }),
    decideConflict: ({ input, actor }) => engine.decideConflict({ ...input, actor }),
    resumeStage: ({ input, actor }) => engine.resumeStage({ ...input, actor }),
    workLeftoverUpgrade: ({ input, actor }) => engine.workLeftoverUpgrade({ ...input, actor }),
    loadUpgradeWork: ({ input }) => engine.loadUpgradeWork(input),
    loadProtection: ({ input }) => engine.loadProtection(input.environmentId),
    changeProtection: ({ input, actor }) =>
      engine.changeProtection({ environmentId: input.environmentId, isOn: input.isOn, reason: input.reason, actor }),
  }
}
