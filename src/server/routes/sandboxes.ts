import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type Names = 'restoreSandbox' | 'repairRows' | 'repairComponents' | 'rehearseRecovery' | 'listRecoveries' | 'loadRecoveryWork'

export function sandboxRoutes(engine: Engine): Pick<Handlers, Names> {
  return {
    restoreSandbox: ({ input, actor }) => engine.restoreSandbox({ ...input, actor }),
    repairRows: ({ input, actor }) => engine.repairRows({ ...input, actor }),
    repairComponents: ({ input, actor }) => engine.repairComponents({ ...input, actor }),
    rehearseRecovery: ({ input, actor }) => engine.rehearseRecovery({ ...input, actor }),
    listRecoveries: ({ input }) => engine.listRecoveries(input.environmentId),
    loadRecoveryWork: ({ input }) => engine.loadRecoveryWork(input.workId),
  }
}
