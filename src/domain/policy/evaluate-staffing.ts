import type { PersonId, Reason } from '#domain/kernel'
import { expandPeople, isService } from '#domain/people'
import type { Configuration, GovernedSolution, PeopleGate, PeopleGateKind, Pipeline } from '#domain/pipeline'
import { findEnvironment, gateName, isPeopleGate } from '#domain/pipeline'
import { requiredDistinctPeople } from './demanded-gates.ts'
import type { Policy } from './policy.ts'

/** Stages whose gates nobody's request could ever pass, because separation of duties leaves too few different people (PIP-10, ROL-07). */
export function evaluateStaffing(
  pipeline: Pipeline,
  solution: GovernedSolution,
  { configuration, policy }: { readonly configuration: Configuration; readonly policy: Policy },
): Reason[] {
  const demands = policy.tiers[solution.tier]
  return pipeline.stages.flatMap((stage) => {
    const environment = findEnvironment(configuration, stage.environment)
    if (environment?.careClass !== 'pet') return []
    const gates = stage.gates.filter(isPeopleGate).map((gate) => ({ ...gate, people: expandPeople(gate, configuration.groups) }))
    const needed = requiredDistinctPeople(policy, solution.tier, environment)
    const separated = demands.separatedGates.value
    const isPerson = (id: PersonId): boolean => !isService(configuration.people, id)
    if (configuration.people.some((requester) => canBeStaffed(gates, { separated, needed, requester: requester.id, isPerson }))) return []
    const apart = separated.length === 0 ? '' : `, one person decides only one of ${separated.map(gateName).join(', ')}`
    return [
      {
        subject: `stage ${stage.name} of pipeline ${pipeline.name}`,
        message: `ROL-07: its gates name too few different people for Tier ${solution.tier} (${solution.uniqueName}): nobody decides their own request${apart}, and ${needed} different people are needed (${demands.distinctPeople.source}).`,
      },
    ]
  })
}

interface Demand {
  readonly separated: readonly PeopleGateKind[]
  readonly needed: number
  readonly requester: PersonId
  /** Software may decide at some gates, and counts as no person. */
  isPerson(id: PersonId): boolean
}

function canBeStaffed(gates: readonly PeopleGate[], { separated, needed, requester, isPerson }: Demand): boolean {
  const pools = gates.map((gate) => ({ ...gate, people: gate.people.filter((id) => id !== requester) }))
  const deciders = new Set(pools.flatMap((gate) => gate.people).filter(isPerson))
  const asked = isPerson(requester) ? 1 : 0
  if (deciders.size + asked < needed || pools.some((gate) => gate.people.length < gate.quorum)) return false
  const seats = pools
    .filter((gate) => separated.includes(gate.kind))
    .flatMap((gate) => Array.from({ length: gate.quorum }, () => gate.people))
  const taken = new Map<PersonId, number>()
  return seats.every((_, seat) => seatPerson({ seats, taken, tried: new Set() }, seat))
}

interface Seating {
  readonly seats: readonly (readonly PersonId[])[]
  readonly taken: Map<PersonId, number>
  readonly tried: Set<PersonId>
}

/** One augmenting path of a bipartite matching: whoever sits already may move to another seat that would have them. */
function seatPerson(seating: Seating, seat: number): boolean {
  for (const person of seating.seats[seat] ?? []) {
    if (seating.tried.has(person)) continue
    seating.tried.add(person)
    const other = seating.taken.get(person)
    if (other === undefined || seatPerson(seating, other)) {
      seating.taken.set(person, seat)
      return true
    }
  }
  return false
}
