import type { EnvironmentRecord } from '#domain/drift'
import type { ObservedState } from '#domain/environment'
import type { Digest } from '#domain/kernel'
import type { ContentFacts, PlanFacts } from '#domain/plan'
import { desiredFlowStates, findInstalled } from '#domain/plan'
import type { Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { EngineDependencies } from '../dependencies.ts'
import { loadDeployment } from '../queries/deployments.ts'

type Reads = Pick<EngineDependencies, 'readModel'>

/** What the release before this one put there, as far as the ledger knows: which flows were meant to run, and the file of what is installed. */
export async function loadPrevious(
  deps: Reads,
  of: { readonly environmentId: string; readonly solution: string; readonly observed: Pick<ObservedState, 'solutions'> },
): Promise<Pick<PlanFacts, 'earlierFlows'> & { readonly installed: Digest | undefined }> {
  const deployment = await loadDeployment(deps, of.environmentId, of.solution)
  if (deployment === undefined) return { earlierFlows: undefined, installed: undefined }
  const promotion = await deps.readModel.load<Promotion>('promotion', deployment.promotionId)
  const earlierFlows = promotion === undefined ? undefined : desiredFlowStates(promotion.request.plan)
  const before = await deps.readModel.load<Release>('release', deployment.releaseId)
  const isInstalled = before !== undefined && findInstalled(of.observed, of.solution)?.version === before.version
  return { earlierFlows, installed: isInstalled ? before.managed.digest : undefined }
}

/** Tweaks in force there; what they are about is named by deviations, which name components by `kind:key`. */
export async function loadTweaks(deps: Reads, lane: string): Promise<ContentFacts['tweaks']> {
  const record = await deps.readModel.load<EnvironmentRecord>('environment', lane)
  return (record?.tweaks ?? [])
    .filter((tweak) => tweak.endedAt === undefined)
    .map((tweak) => ({ id: tweak.id, component: tweak.deviation }))
}
