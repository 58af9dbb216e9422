import { parsePolicyDocument } from '#contract'
import type { Instant } from '#domain/kernel'
import { accept, toId } from '#domain/kernel'
import { writePolicyDocument } from '#domain/policy'
import type { Engine } from '#engine'
import type { Handlers } from '../register-routes.ts'

type PolicyHandlers = Pick<Handlers, 'showPolicy' | 'testPolicy'>

export function policyRoutes(engine: Engine): PolicyHandlers {
  return {
    showPolicy: async () => {
      const { policy, ...view } = await engine.showPolicy()
      return accept({ ...view, document: writePolicyDocument(policy) })
    },
    testPolicy: async ({ input }) => {
      const { policy } = await engine.showPolicy()
      const parsed = parsePolicyDocument(input.yaml, (expression) => engine.checkCondition(expression), policy)
      if (!parsed.ok) return parsed
      const { isWhole, ...changes } = parsed.value
      const since = input.since === undefined ? undefined : toId<Instant>(new Date(input.since).toISOString())
      return engine.testPolicy({ changes, isWhole, since, after: input.after, limit: input.limit })
    },
  }
}
