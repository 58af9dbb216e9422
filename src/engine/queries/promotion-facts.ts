import type { DeploymentFact, OtherPromotion, Promotion } from '#domain/promotion'
import type { ReadModel } from '#engine/ports'

/** Every promotion as far as another one is judged by it: where it went, and whether it is still under way. */
export async function listPromotionFacts(deps: {
  readonly readModel: ReadModel
}): Promise<{ readonly deployments: readonly DeploymentFact[]; readonly otherPromotions: readonly OtherPromotion[] }> {
  const promotions = await deps.readModel.list<Promotion>('promotion')
  return {
    deployments: promotions.filter(({ status }) => status.state === 'succeeded').map(deploymentOf),
    otherPromotions: promotions.map(({ request, status }) => ({
      promotionId: request.promotionId,
      solution: request.solution,
      lane: request.plan.target.lane,
      state: status.state,
    })),
  }
}

function deploymentOf({ request }: Promotion): DeploymentFact {
  const { solution, version, releaseId, plan, boundTo } = request
  return { lane: plan.target.lane, solution, version, releaseId, digest: boundTo.artifact }
}
