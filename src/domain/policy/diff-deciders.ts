import type { PersonId } from '#domain/kernel'
import type { PeopleDirectory } from '#domain/people'
import { expandPeople, findPerson, grantsOf, hasRoleIn } from '#domain/people'
import type { Configuration, ConfigurationChange, PeopleGate, Pipeline, Stage } from '#domain/pipeline'
import { change, gateName, isPeopleGate } from '#domain/pipeline'
import type { Policy } from './policy.ts'

/**
 * Whoever a gate names already, and who gains the role by which they decide there on one more solution. A gate names people for every solution
 * that comes along, and their roles say for which of them they decide; so a role that reaches further opens it as a name does, and takes two.
 * A gate, a stage, or a way that is new for a solution is told, and judged, where that is.
 */
export function diffDeciders(before: Configuration | undefined, after: Configuration, policy: Policy): ConfigurationChange[] {
  if (before === undefined) return []
  return gatesIn(after).flatMap((place) => {
    const known = gatesIn(before).find((other) => isSamePlace(other, place))
    if (known === undefined) return []
    const had = (id: PersonId): boolean => expandPeople(known.gate, before.groups).includes(id)
    return expandPeople(place.gate, after.groups).flatMap((id) => {
      const [then, now] = [rightsOf(before, id), rightsOf(after, id)]
      if (had(id) && isSame(then, now)) return []
      const gained = solutionsOf(after, place)
        .filter((name) => decides(now, id, { ...place, solution: name }, policy))
        .filter((name) => isKnown(before, place, name) && !(had(id) && decides(then, id, { ...place, solution: name }, policy)))
      return gained.length === 0 ? [] : [told(place, id, gained)]
    })
  })
}

/** A gate of people, where it stands. */
interface GatePlace {
  readonly pipeline: Pipeline
  readonly stage: Stage
  readonly gate: PeopleGate
}

function gatesIn({ pipelines }: Configuration): readonly GatePlace[] {
  return pipelines.flatMap((pipeline) =>
    pipeline.stages.flatMap((stage) => stage.gates.filter(isPeopleGate).map((gate) => ({ pipeline, stage, gate }))),
  )
}

function isSamePlace(a: GatePlace, b: GatePlace): boolean {
  return a.pipeline.id === b.pipeline.id && a.stage.id === b.stage.id && a.gate.kind === b.gate.kind
}

function solutionsOf({ solutions }: Configuration, { pipeline }: GatePlace): readonly string[] {
  return solutions.filter((solution) => solution.pipeline === pipeline.id).map(({ uniqueName }) => uniqueName)
}

function isKnown(before: Configuration, place: GatePlace, solution: string): boolean {
  return solutionsOf(before, place).some((name) => name.toLowerCase() === solution.toLowerCase())
}

/** All that says what one person may do, and nothing of anybody else: there may be thousands of them, and of solutions. */
function rightsOf(configuration: Configuration, id: PersonId): PeopleDirectory {
  const person = findPerson(configuration.people, id)
  return { people: person === undefined ? [] : [person], groups: configuration.groups, grants: grantsOf(configuration, id) }
}

function isSame(a: PeopleDirectory, b: PeopleDirectory): boolean {
  const shown = ({ people, grants }: PeopleDirectory): string => JSON.stringify([people.map(({ roles }) => roles), grants])
  return shown(a) === shown(b)
}

function decides(
  rights: PeopleDirectory,
  id: PersonId,
  { pipeline, stage, gate, solution }: GatePlace & { readonly solution: string },
  policy: Policy,
): boolean {
  const scope = { environment: stage.environment, pipeline: pipeline.id, solution }
  return hasRoleIn(rights, id, { roles: policy.gateRoles[gate.kind].value, scope })
}

const namedAtMost = 5

function told({ pipeline, stage, gate }: GatePlace, id: PersonId, gained: readonly string[]): ConfigurationChange {
  const more = gained.length > namedAtMost ? ` and ${gained.length - namedAtMost} more` : ''
  return change(
    `gate ${gateName(gate.kind)} of stage ${stage.name} of pipeline ${pipeline.name}`,
    `${id} may decide there on ${gained.slice(0, namedAtMost).join(', ')}${more} from now on.`,
    'two-people',
  )
}
