import type { DeploymentFact, OtherPromotion, OwedItem, ShippedHotfix } from '#domain/promotion'
import { openStates } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { TierRecord } from '#domain/tier'
import type { Waiver } from '#domain/waiver'
import type { Clock, ReadModel } from '#engine/ports'
import { listOwedItems } from '../emergency/list-owed.ts'
import { listWaiversOf } from '../waiver/project-waiver.ts'
import { loadTierRecord } from '../governance/tier-stream.ts'
import { isAbandoned, listShipped } from '../hotfix/list-shipped.ts'
import type { DeploymentRecord, PromotionEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

type Placed<T> = T & { readonly lane: string }

/** Other promotions as far as one of `release` is judged by them: where its bytes went, what its solution's places hold now, and what is still under way. */
export async function listPromotionFacts(
  deps: { readonly readModel: ReadModel; readonly clock: Clock },
  release: Pick<Release, 'solution' | 'managed' | 'hotfix'>,
): Promise<{
  readonly deployments: readonly DeploymentFact[]
  readonly otherPromotions: readonly OtherPromotion[]
  readonly hotfixes: readonly ShippedHotfix[]
  readonly isHotfixAbandoned: boolean
  readonly tierRecord: TierRecord
  readonly waivers: readonly Waiver[]
  readonly owed: readonly OwedItem[]
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
    waivers: await listWaiversOf(deps, release.solution),
    owed: await listOwedItems(deps, release.solution),
    isHotfixAbandoned: await isAbandoned(deps, release.hotfix?.hotfixId),
    tierRecord: await loadTierRecord(deps, release.solution),
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
