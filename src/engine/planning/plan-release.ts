import type { ReleaseId, Result, StageId, Version } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { Plan } from '#domain/plan'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findReleaseAndStage } from '../find-release.ts'
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
  const found = await findReleaseAndStage(deps, configuration, command)
  if (!found.ok) return found
  const { release, stage } = found.value
  const { plan } = await planPromotion(deps, { release, stage, configuration })
  return accept({ releaseId: release.id, stageId: stage.id, solution: release.solution, version: release.version, plan })
}
