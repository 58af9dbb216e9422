import { bindApproval } from '#domain/approval'
import type { ObservedState, TargetContent } from '#domain/environment'
import type { Configuration, Stage } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { Plan } from '#domain/plan'
import { findInstalled } from '#domain/plan'
import type { PlannedAgain, Promotion, PromotionIntent } from '#domain/promotion'
import type { RecoveryPlan } from '#domain/recovery'
import { bindRecovery } from '#domain/recovery'
import type { Release } from '#domain/release'
import { requireConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { findEnvironment, findStage, findWayOf } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { planPromotion } from '../plan-promotion.ts'
import type { TrainMatePlanned } from '../planning/forecast-release.ts'
import { planUnmanagedPromotion } from '../protection/plan-unmanaged-promotion.ts'
import { foreseeRecovery } from '../recovery/foresee-recovery.ts'
import { offerRescues } from '../recovery/offer-rescues.ts'
import { planUninstallation } from '../recovery/plan-uninstallation.ts'
import { loadMates } from '../train/train-standing.ts'
import { loadSealedRelease } from './sealed-release.ts'

/** Plans a promotion that was planned before, against its target and the configuration as they are now. */
export async function planAgain(deps: EngineDependencies, { request }: Promotion): Promise<PlannedAgain> {
  const { configuration } = orThrow(await requireConfiguration(deps))
  const release = await loadSealedRelease(deps.ledger, request.releaseId)
  const stage = orThrow(findStage(orThrow(findWayOf(configuration, release)), request.stageId))
  const mates = await loadMates(deps, request)
  return planBound(deps, {
    ...{ release, stage, configuration, mates },
    isUnmanaged: request.plan.mode === 'unmanaged',
    intent: request.intent,
  })
}

/** A plan, and what a decision on it is bound to. */
export async function planBound(
  deps: EngineDependencies,
  input: BoundInput,
): Promise<PlannedAgain & { readonly observed: ObservedState; readonly content: TargetContent }> {
  const { plan, observed, content: seen } = await planAsAsked(deps, input)
  const recovery = await foreseeReturn(deps, input, { plan, observed })
  const { version: policyVersion } = applyOverride(deps.policy, input.configuration.policy)
  const { digest: artifact } = input.isUnmanaged ? input.release.unmanaged : input.release.managed
  const content = { artifact, plan, policyVersion, recovery: bindRecovery(recovery) }
  const boundTo = bindApproval(content, (text) => deps.hashing.sha256(text))
  return { plan, observed, content: seen, boundTo, ...(recovery === undefined ? {} : { recovery }) }
}

interface BoundInput {
  readonly release: Release
  readonly stage: Stage
  readonly configuration: Configuration
  readonly isUnmanaged: boolean
  /** What it is for; absent: a release as any other. */
  readonly intent?: PromotionIntent | undefined
  /** Of a release that travels with others: what goes in before it. */
  readonly mates?: readonly TrainMatePlanned[] | undefined
}

async function planAsAsked(deps: EngineDependencies, input: BoundInput) {
  if (input.isUnmanaged) return planUnmanagedPromotion(deps, input)
  if (input.intent?.kind !== 'recovery') return planPromotion(deps, input)
  const { way, of } = input.intent
  if (way === 'uninstall') return planUninstallation(deps, input)
  const planned = await planPromotion(deps, { ...input, way })
  return { ...planned, plan: await offerRescues(deps, planned.plan, of) }
}

/** Before every pet; a recovery is itself a way back. */
async function foreseeReturn(
  deps: EngineDependencies,
  { release, stage, configuration, isUnmanaged, intent }: BoundInput,
  { plan, observed }: { readonly plan: Plan; readonly observed: ObservedState },
): Promise<RecoveryPlan | undefined> {
  const environment = orThrow(findEnvironment(configuration, stage.environment))
  if (environment.careClass !== 'pet' || intent?.kind === 'recovery') return undefined
  const { digest } = isUnmanaged ? release.unmanaged : release.managed
  return foreseeRecovery(deps, {
    environment,
    solution: release.solution,
    leaving: { version: release.version, digest },
    before: findInstalled(observed, release.solution),
    configuration,
    rescued: plan.rescue,
    isUnmanaged,
  })
}
