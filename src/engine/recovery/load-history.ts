import type { PromotionId, ReleaseId, Version } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import { mayHaveChanged } from '#domain/promotion'
import type { RanThere } from '#domain/recovery'
import type { EngineDependencies } from '../dependencies.ts'
import type { PromotionEntry, ReleaseEntry } from '../summaries.ts'
import { solutionKey } from '../summaries.ts'

type Reads = Pick<EngineDependencies, 'readModel'>

/** What of one solution went into one place. */
export interface PlaceHistory {
  /** Since it was there last from nothing; newest first. */
  readonly succeeded: readonly RanThere[]
  /** Every promotion into the place, newest first, however it ended. */
  readonly promotions: readonly PromotionEntry[]
}

/** What the ledger says that ran in a place. */
export async function loadHistory(
  deps: Reads,
  { lane, solution }: { readonly lane: string; readonly solution: string },
): Promise<PlaceHistory> {
  const { rows } = await deps.readModel.listSummaries<PromotionEntry>('promotion', { where: { solutionKey: solutionKey(solution) } })
  const promotions = rows.filter((row) => row.lane === lane)
  const ended = promotions.filter((row) => row.state === 'succeeded' && row.deployedAt !== undefined).toSorted(byDeployment)
  const lastRemoval = ended.findIndex((row) => row.way === 'uninstall')
  const since = lastRemoval < 0 ? ended : ended.slice(0, lastRemoval)
  const releases = await loadReleases(
    deps,
    since.map(({ releaseId }) => releaseId),
  )
  return { promotions, succeeded: since.flatMap((row) => ranThere(row, releases.get(row.releaseId))) }
}

/**
 * The newest promotion that brought the version that is there, or may have. One that changed nothing has brought nothing, and one that takes the
 * solution away did not bring what still stands: it came before them, or from others.
 */
export async function findWhatBrought(
  deps: Reads,
  { promotions }: PlaceHistory,
  version: Version | undefined,
): Promise<PromotionEntry | undefined> {
  for (const row of promotions) {
    if (row.version !== version || row.way === 'uninstall') continue
    if (row.state === 'succeeded') return row
    const promotion = row.state === 'failed' ? await deps.readModel.load<Promotion>('promotion', row.promotionId) : undefined
    if (promotion !== undefined && mayHaveChanged(promotion)) return row
  }
  return undefined
}

async function loadReleases(deps: Reads, ids: readonly ReleaseId[]): Promise<ReadonlyMap<ReleaseId, ReleaseEntry>> {
  if (ids.length === 0) return new Map()
  const { rows } = await deps.readModel.listSummaries<ReleaseEntry>('release', { ids: [...new Set(ids)] })
  return new Map(rows.map((row) => [row.releaseId, row]))
}

function byDeployment(a: PromotionEntry, b: PromotionEntry): number {
  return Date.parse(b.deployedAt ?? '') - Date.parse(a.deployedAt ?? '')
}

/** Unmanaged work is no release that could go in again over what people changed since. */
function ranThere(row: PromotionEntry, release: ReleaseEntry | undefined): readonly RanThere[] {
  if (release === undefined || row.deployedAt === undefined || row.digest !== release.digest) return []
  const { promotionId, releaseId, version, digest, deployedAt } = row
  const recoveredFrom: PromotionId | undefined = row.recoveredFrom
  return [{ promotionId, releaseId, version, digest, deployedAt, contentOf: release.contentOf ?? releaseId, recoveredFrom }]
}
