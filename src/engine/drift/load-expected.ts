import type { EnvironmentRecord, ExpectedBinding, ExpectedDeployment } from '#domain/drift'
import { unknownEnvironment } from '#domain/drift'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Promotion } from '#domain/promotion'
import type { MappedConnection, RebuildRecord } from '#domain/rebuild'
import { isSameName } from '#domain/settings'
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
  const rebuilds = [...(await deps.readModel.list<RebuildRecord>('rebuild', { where: { environmentId: environment.id } }))].sort((a, b) =>
    a.startedAt < b.startedAt ? -1 : 1,
  )
  const bindings = brought.flatMap((promotion) => bindingsOf(promotion, rebuilds))
  return { record: { ...unknownEnvironment(environment.id, lane), ...found }, deployments, bindings }
}

/** A rebuild after the promotion has put other connections in the place of those that went with the old environment. */
function bindingsOf(promotion: Promotion | undefined, rebuilds: readonly RebuildRecord[]): readonly ExpectedBinding[] {
  if (promotion === undefined) return []
  const { solution, plan, requestedAt } = promotion.request
  const mapped = rebuilds.filter(({ startedAt }) => startedAt > requestedAt).map((rebuild) => rebuild.mapped)
  return plan.parameters.connectionReferences.map(({ logicalName, connectionId }) => ({
    solution,
    logicalName,
    connectionId: mapped.reduce(afterMapping, connectionId),
  }))
}

function afterMapping(connectionId: string, mapped: readonly MappedConnection[]): string {
  return mapped.find(({ from }) => isSameName(from, connectionId))?.to ?? connectionId
}
