import type { DeploymentFact, OtherPromotion, ShippedHotfix } from '#domain/promotion'
import { openStates } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { ReadModel } from '#engine/ports'
import { isAbandoned, listShipped } from '../hotfix/list-shipped.ts'
import type { DeploymentRecord, PromotionEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

type Placed<T> = T & { readonly lane: string }

/** Other promotions as far as one of `release` is judged by them: where its bytes went, what its solution's places hold now, and what is still under way. */
export async function listPromotionFacts(
  deps: { readonly readModel: ReadModel },
  release: Pick<Release, 'solution' | 'managed' | 'hotfix'>,
): Promise<{
  readonly deployments: readonly DeploymentFact[]
  readonly otherPromotions: readonly OtherPromotion[]
  readonly hotfixes: readonly ShippedHotfix[]
  readonly isHotfixAbandoned: boolean
}> {
  const solution = { solutionKey: solutionKey(release.solution) }
  const [same, current, open] = await Promise.all([
    deps.readModel.listSummaries<PromotionEntry>('promotion', { where: { digest: release.managed.digest } }),
    deps.readModel.list<DeploymentRecord>('deployment', { where: solution }),
    deps.readModel.listSummaries<PromotionEntry>('promotion', { where: { ...solution, state: openStates } }),
  ])
  return {
    deployments: [...same.rows.filter(({ state }) => state === 'succeeded'), ...current].filter(isPlaced).map(deploymentOf),
    hotfixes: await listShipped(deps, release.solution),
    isHotfixAbandoned: await isAbandoned(deps, release.hotfix?.hotfixId),
    otherPromotions: open.rows.filter(isPlaced).map(({ promotionId, solution, lane, state }) => ({ promotionId, solution, lane, state })),
  }
}

function isPlaced<T extends { readonly lane?: string }>(entry: T): entry is Placed<T> {
  return entry.lane !== undefined
}

function deploymentOf({
  lane,
  solution,
  version,
  releaseId,
  digest,
  deployedAt,
}: Placed<DeploymentRecord | PromotionEntry>): DeploymentFact {
  return { lane, solution, version, releaseId, digest, ...(deployedAt === undefined ? {} : { deployedAt }) }
}
