import type { AdministeredEnvironment, Environment } from '#domain/environment'
import type { Configuration, GovernedSolution } from '#domain/pipeline'
import { findEnvironment } from '#domain/pipeline'
import type { Policy } from '#domain/policy'
import type { Tier } from '#domain/solution'
import type { TierAssessment } from '#domain/tier'
import type { ManagedAdvice, StructureRecord } from './structure.ts'

/**
 * The environment guide as questions that are answered from what is known: is it a target of a pipeline, does it hold live data, are checks
 * enforced, do outsiders or regulated data reach it. Which of these make an environment Managed is what was decided of the solution (C1).
 */
export function adviseManaged(of: {
  readonly governed: GovernedSolution
  readonly configuration: Configuration
  readonly policy: Policy
  readonly tier: Tier
  readonly assessment: TierAssessment
  readonly record: StructureRecord
  /** As the administration of the tenant says, by environment. */
  readonly administered: ReadonlyMap<string, Pick<AdministeredEnvironment, 'isManaged' | 'kind'>>
}): readonly ManagedAdvice[] {
  const { governed, configuration, record, policy, administered } = of
  const pipeline = configuration.pipelines.find(({ id }) => id === governed.pipeline)
  if (pipeline === undefined) return []
  const position = record.decisions.find(({ question }) => question === 'managed-environments')?.answer ?? policy.positions.C1.chosen.value
  const targets = pipeline.stages.map((stage) => stage.environment)
  const places = [...new Set([pipeline.source, ...targets])].flatMap((id) => findEnvironment(configuration, id) ?? [])
  return places.map((environment) => {
    const isTarget = targets.includes(environment.id)
    const told = administered.get(environment.id)
    const why = reasonsFor(environment, { ...of, position, isTarget })
    return {
      environment: environment.id,
      shouldBeManaged: why.length > 0,
      why: why.length > 0 ? why : ['No reason is told, and Managed Environments cost licences (C1).'],
      isManaged: told?.isManaged,
      ...(told?.kind === 'default' ? strayIn(environment, of) : {}),
    }
  })
}

/** What stands in the Default environment, in which everybody is a maker, though policy keeps it out (C3). */
function strayIn(
  { name }: Environment,
  { governed, policy, tier }: { readonly governed: GovernedSolution; readonly policy: Policy; readonly tier: Tier },
): Pick<ManagedAdvice, 'deviation'> {
  const { value, source } = policy.positions.C3.chosen
  if (value === 'personal-productivity' && tier < 2) return {}
  const what = value === 'personal-productivity' ? `of Tier ${tier} ` : ''
  return {
    deviation: `${name} is the Default environment of its tenant: nothing ${what}like ${governed.uniqueName} belongs there (C3; ${source}).`,
  }
}

function reasonsFor(
  environment: Environment,
  of: {
    readonly position: string
    readonly isTarget: boolean
    readonly tier: Tier
    readonly policy: Policy
    readonly assessment: TierAssessment
  },
): string[] {
  const { position, isTarget, tier, policy, assessment } = of
  if (position === 'all-but-development')
    return environment.purpose === 'development' ? [] : ['It was decided that all but those for development are (C1).']
  const byPipeline = isTarget && position === 'pipeline-targets' ? ['TOP-07: releases go into it.'] : []
  if (environment.purpose !== 'production') return byPipeline
  const says = (question: string): string | undefined => assessment.answers.find((one) => one.question === question)?.answer
  return [
    ...byPipeline,
    'TOP-08: it holds live data.',
    ...(policy.tiers[tier].checksBlockFrom.value === undefined ? [] : [`TOP-08: Tier ${tier} enforces checks.`]),
    ...(['external', 'anonymous'].includes(says('exposure') ?? '') ? ['TOP-08: people from outside reach it.'] : []),
    ...(says('data-class') === 'regulated' ? ['TOP-08: its data is regulated.'] : []),
  ]
}
