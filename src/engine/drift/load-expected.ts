import type { EnvironmentRecord, ExpectedBinding, ExpectedDeployment } from '#domain/drift'
import { unknownEnvironment } from '#domain/drift'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Promotion } from '#domain/promotion'
import type { ReadModel } from '#engine/ports'
import { loadExpectedDeployments } from '../observation/expected-deployments.ts'

/** What the ledger says an environment should show. */
export interface Expected {
  readonly record: EnvironmentRecord
  readonly deployments: readonly ExpectedDeployment[]
  readonly bindings: readonly ExpectedBinding[]
}

export async function loadExpected(deps: { readonly readModel: ReadModel }, environment: Environment): Promise<Expected> {
  const lane = laneOf(environment)
  const [found, deployments] = await Promise.all([
    deps.readModel.load<EnvironmentRecord>('environment', lane),
    loadExpectedDeployments(deps, environment),
  ])
  const brought = await Promise.all(deployments.map(({ promotionId }) => deps.readModel.load<Promotion>('promotion', promotionId)))
  return { record: { ...unknownEnvironment(environment.id, lane), ...found }, deployments, bindings: brought.flatMap(bindingsOf) }
}

function bindingsOf(promotion: Promotion | undefined): readonly ExpectedBinding[] {
  if (promotion === undefined) return []
  const { solution, plan } = promotion.request
  return plan.parameters.connectionReferences.map(({ logicalName, connectionId }) => ({ solution, logicalName, connectionId }))
}
