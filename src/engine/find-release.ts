import type { ReleaseId, Result, StageId } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Configuration, Stage } from '#domain/pipeline'
import type { Release } from '#domain/release'
import type { EngineDependencies } from './dependencies.ts'
import { findStage, findWayOf } from './find.ts'

/** A sealed release and the stage of its own pipeline that is named. */
export async function findReleaseAndStage(
  deps: Pick<EngineDependencies, 'readModel'>,
  configuration: Configuration,
  wanted: { readonly releaseId: ReleaseId; readonly stageId: StageId },
): Promise<Result<{ readonly release: Release; readonly stage: Stage }>> {
  const release = await deps.readModel.load<Release>('release', wanted.releaseId)
  if (release === undefined)
    return refuse(
      'release.unknown',
      `There is no sealed release "${wanted.releaseId}".`,
      'List them with `drover release list`; one that was refused or is still running goes nowhere.',
    )
  const pipeline = findWayOf(configuration, release)
  if (!pipeline.ok) return pipeline
  const stage = findStage(pipeline.value, wanted.stageId)
  return stage.ok ? accept({ release, stage: stage.value }) : stage
}
