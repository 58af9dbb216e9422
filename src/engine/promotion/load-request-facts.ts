import { checkRules } from '#checks'
import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { PersonId, PromotionId, StageId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { applyOverride } from '#domain/policy'
import type { PlannedAgain, RecoveryIntent, RequestFacts } from '#domain/promotion'
import type { Release } from '#domain/release'
import { loadOpenRebuild } from '../cattle/open-rebuild.ts'
import type { EngineDependencies } from '../dependencies.ts'
import { loadHolds } from '../holds/hold-stage.ts'
import { listPromotionFacts } from '../queries/promotion-facts.ts'

/** A request as it is about to be judged: its release is what was sealed, and it was planned. */
export interface AskedPromotion {
  readonly promotionId: PromotionId
  readonly actor: PersonId
  readonly release: Release
  readonly stageId: StageId
  readonly environment: Environment
  readonly configuration: Configuration
  readonly configurationVersion: number
  readonly planned: PlannedAgain
  readonly intent?: RecoveryIntent | undefined
  readonly train?: RequestFacts['train']
  readonly emergency?: RequestFacts['emergency']
}

/** All that a request is judged by, as it is now. */
export async function loadRequestFacts(deps: EngineDependencies, asked: AskedPromotion): Promise<RequestFacts> {
  const { promotionId, actor, release, stageId, environment, configuration, configurationVersion, planned, intent, train, emergency } =
    asked
  return {
    ...{ promotionId, release, stageId, configuration, configurationVersion, intent, train, emergency },
    requester: actor,
    now: deps.clock.now(),
    sealHolds: true,
    artifactHolds: true,
    policy: applyOverride(deps.policy, configuration.policy),
    conditions: deps.conditions,
    plan: planned.plan,
    boundTo: planned.boundTo,
    rulesInForce: checkRules.map(({ id }) => id),
    recovery: planned.recovery,
    ...(await listPromotionFacts(deps, release)),
    holds: await loadHolds(deps, { lane: laneOf(environment), solution: release.solution }),
    rebuild: await loadOpenRebuild(deps, environment.id),
  }
}
