import { laneOf } from '#domain/environment'
import type { PromotionId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { DeployedAgain, WantedSolution } from '#domain/rebuild'
import { deploymentOf } from '../summaries.ts'
import type { PutPackage } from './put-package.ts'
import type { RebuildRun } from './rebuild-run.ts'

/** Says that a solution is there, and, of a release that another one had replaced, that it is what is deployed from now on. */
export async function recordBrought(
  run: RebuildRun,
  { wanted, put, note }: { readonly wanted: WantedSolution; readonly put: PutPackage; readonly note: string },
): Promise<void> {
  const { solution, version, digest, mode } = put
  const brought = { solution, version, digest, isManaged: mode !== 'unmanaged', note: note.trim() }
  const deployed = wanted.kind === 'release' && wanted.ranBy !== undefined ? await deployedAgain(run, wanted.ranBy) : undefined
  const data = deployed === undefined ? brought : { ...brought, deployed }
  await run.append([{ type: 'rebuild-solution-brought', data, key: `brought:${solution.toLowerCase()}` }])
}

/** The decisions that count for it are those of the promotion by which it passed the gates of the place. */
async function deployedAgain({ deps, environment }: RebuildRun, promotionId: PromotionId): Promise<DeployedAgain | undefined> {
  const before = deploymentOf(await deps.readModel.load<Promotion>('promotion', promotionId))
  if (before === undefined) return undefined
  const { solution, version, releaseId, digest, approvals, durationMs } = before
  const place = { environmentId: environment.id, lane: laneOf(environment) }
  return { ...place, solution, version, releaseId, promotionId, digest, approvals, durationMs }
}
