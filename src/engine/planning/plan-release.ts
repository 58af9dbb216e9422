import type { ReleaseId, Result, StageId, Version } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Plan } from '#domain/plan'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findPipeline, findStage } from '../find.ts'
import { planPromotion } from '../plan-promotion.ts'

/** What would happen if a release went into a stage now. */
export interface ReleasePlan {
  readonly releaseId: ReleaseId
  readonly stageId: StageId
  readonly solution: string
  readonly version: Version
  readonly plan: Plan
}

/** Plans a release for a stage without asking for anything: nothing is recorded, and nothing in the target is changed. */
export async function planRelease(
  deps: EngineDependencies,
  command: { readonly releaseId: ReleaseId; readonly stageId: StageId },
): Promise<Result<ReleasePlan>> {
  const current = await requireConfiguration(deps)
  if (!current.ok) return current
  const { configuration } = current.value
  const release = await deps.readModel.load<Release>('release', command.releaseId)
  if (release === undefined)
    return refuse(
      'release.unknown',
      `There is no sealed release "${command.releaseId}".`,
      'List them with `drover release list`; one that was refused or is still running cannot be planned.',
    )
  const pipeline = findPipeline(configuration, release.pipelineId)
  if (!pipeline.ok) return pipeline
  const stage = findStage(pipeline.value, command.stageId)
  if (!stage.ok) return stage
  const { plan } = await planPromotion(deps, { release, stage: stage.value, configuration })
  return accept({ releaseId: release.id, stageId: stage.value.id, solution: release.solution, version: release.version, plan })
}
