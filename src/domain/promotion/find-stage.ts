import type { Environment } from '#domain/environment'
import type { Instant, Result, StageId } from '#domain/kernel'
import { accept, refuse } from '#domain/kernel'
import type { Configuration, GovernedSolution, Pipeline, Stage } from '#domain/pipeline'
import { findEnvironment, wayOfRelease } from '#domain/pipeline'
import type { HeldDemand } from '#domain/policy'
import type { Release } from '#domain/release'
import type { Tier } from '#domain/solution'
import type { TierHold, TierRecord } from '#domain/tier'
import { findTierHold } from '#domain/tier'

/** Where a release is to go, resolved in the configuration in force. */
export interface StageOnTheWay {
  readonly governed: GovernedSolution
  readonly pipeline: Pipeline
  readonly stage: Stage
  readonly environment: Environment
  /** What policy demands of this very promotion beside what the tier demands of all; absent: nothing, or nobody asked yet. */
  readonly demands?: readonly HeldDemand[]
  /** The stage before it; undefined for the first after Dev. */
  readonly previous: { readonly stage: Stage; readonly environment: Environment } | undefined
  /** There while its solution is held to a higher tier than drover.yaml gives it; `governed.tier` is then that higher one. */
  readonly tierHold?: TierHold
  /** The tier of the solution itself, where that of the train with which it travels is higher: what asks for more lets it into no more places. */
  readonly ownTier?: Tier
}

/** What {@link findStageOnTheWay} goes by. */
export interface WayFacts {
  readonly configuration: Configuration
  readonly release: Release
  /** What the ledger knows of the tier of its solution; absent: nothing. */
  readonly tierRecord?: Pick<TierRecord, 'proposal' | 'decision'> | undefined
  readonly now: Instant
}

/**
 * The stage of a release's own pipeline, or why there is no such way for it. The solution has the tier in force: where a higher one is
 * proposed than drover.yaml gives, it is held to that until somebody decides, so that all that is demanded of it is demanded by that.
 */
export function findStageOnTheWay(facts: WayFacts, stageId: StageId): Result<StageOnTheWay> {
  const way = findConfiguredStage(facts, stageId)
  if (!way.ok) return way
  const { governed } = way.value
  const tierHold = findTierHold(facts.tierRecord, { configured: governed.tier, now: facts.now })
  return tierHold === undefined ? way : accept({ ...way.value, governed: { ...governed, tier: tierHold.tier }, tierHold })
}

function findConfiguredStage({ configuration, release }: WayFacts, stageId: StageId): Result<StageOnTheWay> {
  const governed = configuration.solutions.find((solution) => solution.uniqueName.toLowerCase() === release.solution.toLowerCase())
  if (governed === undefined) {
    return refuse(
      'promotion.not-governed',
      `Solution ${release.solution} is not in the configuration.`,
      'Add it under solutions in drover.yaml, with owner, tier and pipeline, and apply it.',
    )
  }
  if (governed.pipeline !== release.pipelineId) {
    const message = `Release ${release.id} was made for pipeline ${release.pipelineId}; ${release.solution} now goes along ${governed.pipeline}.`
    return refuse('promotion.pipeline-changed', message, 'Prepare a new release.')
  }
  const own = configuration.pipelines.find((candidate) => candidate.id === governed.pipeline)
  const way = own && wayOfRelease(own, release)
  if (way?.ok === false) return way
  const pipeline = way?.value
  const index = pipeline?.stages.findIndex((stage) => stage.id === stageId) ?? -1
  if (pipeline === undefined || index < 0) {
    const known = pipeline?.stages.map((candidate) => candidate.id).join(', ') ?? 'none'
    return refuse('promotion.no-such-stage', `Pipeline ${governed.pipeline} has no stage ${stageId}.`, `Name one of its stages: ${known}.`)
  }
  const here = placeOf(configuration, pipeline, index)
  const previous = placeOf(configuration, pipeline, index - 1)
  if (here === undefined || (previous === undefined && index > 0)) {
    return refuse('TOP-01', `An environment of pipeline ${pipeline.name} is not declared.`, 'Correct drover.yaml and apply it.')
  }
  return accept({ governed, pipeline, ...here, previous })
}

function placeOf(configuration: Configuration, pipeline: Pipeline, index: number): StageOnTheWay['previous'] {
  const stage = pipeline.stages[index]
  const environment = stage === undefined ? undefined : findEnvironment(configuration, stage.environment)
  return stage === undefined || environment === undefined ? undefined : { stage, environment }
}
