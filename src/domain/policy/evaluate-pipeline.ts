import type { Environment } from '#domain/environment'
import type { PersonId, Reason } from '#domain/kernel'
import type { GovernedSolution, PeopleGate, PeopleGateKind, Pipeline, Stage } from '#domain/pipeline'
import { gateName, isPeopleGate, isPeopleGateKind } from '#domain/pipeline'
import { demandedGates, requiredDistinctPeople } from './demanded-gates.ts'
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
  const missing = demandedGates(policy, solution.tier, environment)
    .filter(isPeopleGateKind)
    .filter((kind) => !offered.some((gate) => gate.kind === kind))
    .map((kind) => ({
      subject,
      message: `It offers no ${gateName(kind)}, which Tier ${solution.tier} (${solution.uniqueName}) demands: ${demands.pet.source}.`,
    }))
  if (missing.length > 0 || environment.careClass !== 'pet') return missing
  const needed = requiredDistinctPeople(policy, solution.tier, environment)
  if (canBeStaffed(offered, demands.separatedGates.value, needed)) return []
  return [
    {
      subject,
      message: `Its gates name too few different people for Tier ${solution.tier} (${solution.uniqueName}): besides a requester ${needed - 1} others are needed, and one person may decide only one of ${demands.separatedGates.value.map(gateName).join(', ')} (${demands.distinctPeople.source}).`,
    },
  ]
}

/**
 * Whether the gates can all be opened by people who are neither the requester nor, for separated gates, each other. The requester is taken as
 * somebody outside the pools where there is such a person to be had, so only the deciders are counted here.
 */
function canBeStaffed(gates: readonly PeopleGate[], separated: readonly PeopleGateKind[], needed: number): boolean {
  const deciders = new Set(gates.flatMap((gate) => gate.people))
  if (deciders.size < needed - 1) return false
  const seats = gates
    .filter((gate) => separated.includes(gate.kind))
    .flatMap((gate) => Array.from({ length: gate.quorum }, () => gate.people))
  const taken = new Map<PersonId, number>()
  return seats.every((_, seat) => seatPerson(seats, seat, taken, new Set()))
}

/** One augmenting path of a bipartite matching: whoever sits on a seat already may move to another that would have them. */
function seatPerson(seats: readonly (readonly PersonId[])[], seat: number, taken: Map<PersonId, number>, tried: Set<PersonId>): boolean {
  for (const person of seats[seat] ?? []) {
    if (tried.has(person)) continue
    tried.add(person)
    const other = taken.get(person)
    if (other === undefined || seatPerson(seats, other, taken, tried)) {
      taken.set(person, seat)
      return true
    }
  }
  return false
}
