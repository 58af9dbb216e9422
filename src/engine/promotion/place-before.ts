import type { Environment } from '#domain/environment'
import type { Configuration } from '#domain/pipeline'
import type { PromotionRequest } from '#domain/promotion'
import { findStageOnTheWay } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { Clock, ReadModel } from '#engine/ports'

/** The environment of the stage before the one that a promotion enters; undefined of a first stage, and where its way is no more. */
export async function findPlaceBefore(
  { readModel, clock }: { readonly readModel: ReadModel; readonly clock: Clock },
  configuration: Configuration,
  { releaseId, stageId }: Pick<PromotionRequest, 'releaseId' | 'stageId'>,
): Promise<Environment | undefined> {
  const release = await readModel.load<Release>('release', releaseId)
  const way = release === undefined ? undefined : findStageOnTheWay({ configuration, release, now: clock.now() }, stageId)
  return way?.ok === true ? way.value.previous?.environment : undefined
}
