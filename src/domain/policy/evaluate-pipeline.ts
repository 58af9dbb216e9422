import type { Environment } from '#domain/environment'
import type { Reason } from '#domain/kernel'
import type { GovernedSolution, Pipeline, Stage } from '#domain/pipeline'
import { gateName, isPeopleGate, isPeopleGateKind } from '#domain/pipeline'
import { demandedGates } from './demanded-gates.ts'
import type { Policy } from './policy.ts'

/**
 * What a pipeline lacks of what the tier of a solution demands (TIER-04). Gates whose evidence Drover gathers are added to every stage by itself;
 * gates that people open must be offered, because only the configuration can name the people.
 */
export function evaluatePipelineAgainstTier(
  pipeline: Pipeline,
  environments: readonly Environment[],
  solution: GovernedSolution,
  policy: Policy,
): Reason[] {
  return pipeline.stages.flatMap((stage) => {
    const environment = environments.find((candidate) => candidate.id === stage.environment)
    if (environment === undefined) return []
    return evaluateStage({ pipeline, stage, environment, solution, policy })
  })
}

interface StageInTier {
  readonly pipeline: Pipeline
  readonly stage: Stage
  readonly environment: Environment
  readonly solution: GovernedSolution
  readonly policy: Policy
}

function evaluateStage({ pipeline, stage, environment, solution, policy }: StageInTier): Reason[] {
  const subject = `stage ${stage.name} of pipeline ${pipeline.name}`
  const demands = policy.tiers[solution.tier]
  const offered = stage.gates.filter(isPeopleGate)
  return demandedGates(policy, solution.tier, environment)
    .filter(isPeopleGateKind)
    .filter((kind) => !offered.some((gate) => gate.kind === kind))
    .map((kind) => ({
      subject,
      message: `It offers no ${gateName(kind)}, which Tier ${solution.tier} (${solution.uniqueName}) demands: ${demands.pet.source}.`,
    }))
}
