import type { ExpectedDeployment } from '#domain/drift'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Attempt, Promotion } from '#domain/promotion'
import type { ReadModel } from '#engine/ports'
import type { DeploymentRecord } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

/**
 * What the ledger says that Drover has put into an environment, with every import job that it ever started there for the solution: also those
 * of attempts that failed, which may have changed something too.
 */
export async function loadExpectedDeployments(
  deps: { readonly readModel: ReadModel },
  environment: Environment,
): Promise<readonly ExpectedDeployment[]> {
  const where = { environmentId: environment.id }
  const deployments = await deps.readModel.list<DeploymentRecord>('deployment', { where })
  const promotions = await deps.readModel.list<Promotion>('promotion', { where: { lane: laneOf(environment) } })
  return deployments.map(({ solution, version, releaseId, promotionId, deployedAt }) => {
    const ofSolution = promotions.filter(({ request }) => solutionKey(request.solution) === solutionKey(solution))
    const importJobIds = ofSolution.flatMap(attemptsOf).flatMap(({ jobs }) => jobs.importJobId?.toLowerCase() ?? [])
    const request = ofSolution.find((one) => one.request.promotionId === promotionId)?.request
    const plan = request?.plan
    const unmanaged = plan?.unmanaged === undefined ? {} : { unmanaged: { leftOut: plan.unmanaged.leftOut } }
    return { solution, version, releaseId, promotionId, deployedAt, importJobIds, ...unmanaged, ...putBackOver(request, ofSolution) }
  })
}

function putBackOver(request: Promotion['request'] | undefined, ofSolution: readonly Promotion[]): Pick<ExpectedDeployment, 'putBackOver'> {
  const intent = request?.intent
  if (intent?.kind !== 'recovery' || intent.way !== 'redeploy') return {}
  const left = ofSolution.find((one) => one.request.promotionId === intent.of)
  return left === undefined ? {} : { putBackOver: left.request.releaseId }
}

function attemptsOf({ status, earlierAttempts }: Promotion): readonly Attempt[] {
  return 'attempt' in status ? [...earlierAttempts, status.attempt] : earlierAttempts
}
