import { bindApproval } from '#domain/approval'
import type { ObservedState, TargetContent } from '#domain/environment'
import type { Configuration, Stage } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { PlannedAgain, Promotion } from '#domain/promotion'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findStage, findWayOf } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { planPromotion } from '../plan-promotion.ts'
import { planUnmanagedPromotion } from '../protection/plan-unmanaged-promotion.ts'
import { loadSealedRelease } from './sealed-release.ts'

/** Plans a promotion that was planned before, against its target and the configuration as they are now. */
export async function planAgain(deps: EngineDependencies, { request }: Promotion): Promise<PlannedAgain> {
  const { configuration } = orThrow(await requireConfiguration(deps))
  const release = await loadSealedRelease(deps.ledger, request.releaseId)
  const stage = orThrow(findStage(orThrow(findWayOf(configuration, release)), request.stageId))
  return planBound(deps, { release, stage, configuration, isUnmanaged: request.plan.mode === 'unmanaged' })
}

/** A plan, and what a decision on it is bound to. */
export async function planBound(
  deps: EngineDependencies,
  input: { readonly release: Release; readonly stage: Stage; readonly configuration: Configuration; readonly isUnmanaged: boolean },
): Promise<PlannedAgain & { readonly observed: ObservedState; readonly content: TargetContent }> {
  const planned = input.isUnmanaged ? planUnmanagedPromotion(deps, input) : planPromotion(deps, input)
  const { plan, observed, content: seen } = await planned
  const { version: policyVersion } = applyOverride(deps.policy, input.configuration.policy)
  const { digest: artifact } = input.isUnmanaged ? input.release.unmanaged : input.release.managed
  const content = { artifact, plan, policyVersion }
  return { plan, observed, content: seen, boundTo: bindApproval(content, (text) => deps.hashing.sha256(text)) }
}
