import type { PersonId } from '#domain/kernel'
import { expandPeople, findPerson, peopleIn } from '#domain/people'
import type { Configuration, ConfigurationChange, PeopleGate, Pipeline, Stage } from '#domain/pipeline'
import { change, gateName, isPeopleGate } from '#domain/pipeline'
import type { Policy } from './policy.ts'

/**
 * Whoever a gate names already, and who gains the role by which they decide there on one more solution. A gate names people for every solution
 * that comes along, and their roles say for which of them they decide; so a role that reaches further opens it as a name does, and takes two.
 */
export function diffDeciders(before: Configuration | undefined, after: Configuration, policy: Policy): ConfigurationChange[] {
  if (before === undefined) return []
  return listPlaces(after).flatMap((place) => {
    const known = listPlaces(before).find((other) => isSamePlace(other, place))
    // A gate, a stage, or a way that is new for a solution is told, and judged, where that is.
    if (known === undefined) return []
    const had = decidersAt(before, known, policy)
    const gained = decidersAt(after, place, policy).filter((id) => !had.includes(id))
    if (gained.length === 0) return []
    const { gate, stage, pipeline, solution } = place
    const text = `${gained.join(', ')} may decide there on ${solution} from now on.`
    return [change(`gate ${gateName(gate.kind)} of stage ${stage.name} of pipeline ${pipeline.name}`, text, 'two-people')]
  })
}

/** A gate of people, as one solution meets it. */
interface DecidingPlace {
  readonly pipeline: Pipeline
  readonly stage: Stage
  readonly gate: PeopleGate
  readonly solution: string
}

function listPlaces({ pipelines, solutions }: Configuration): readonly DecidingPlace[] {
  return pipelines.flatMap((pipeline) =>
    pipeline.stages.flatMap((stage) =>
      stage.gates
        .filter(isPeopleGate)
        .flatMap((gate) =>
          solutions
            .filter((solution) => solution.pipeline === pipeline.id)
            .map(({ uniqueName }) => ({ pipeline, stage, gate, solution: uniqueName })),
        ),
    ),
  )
}

function isSamePlace(a: DecidingPlace, b: DecidingPlace): boolean {
  return (
    a.pipeline.id === b.pipeline.id &&
    a.stage.id === b.stage.id &&
    a.gate.kind === b.gate.kind &&
    a.solution.toLowerCase() === b.solution.toLowerCase()
  )
}

/** Those whom the gate names, by themselves or by a group, with a role that fits it for this solution. */
function decidersAt(configuration: Configuration, { pipeline, stage, gate, solution }: DecidingPlace, policy: Policy): readonly PersonId[] {
  const people = peopleIn(configuration, { environment: stage.environment, pipeline: pipeline.id, solution })
  const fitting = policy.gateRoles[gate.kind].value
  return expandPeople(gate, configuration.groups).filter((id) => findPerson(people, id)?.roles.some((role) => fitting.includes(role)))
}
