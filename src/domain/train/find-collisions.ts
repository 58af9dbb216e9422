import type { PlannedComponent } from '#domain/plan'
import type { MissingDependency } from '#domain/solution'
import { requiredKeys } from '#domain/solution'
import type { TrainCollision } from './train.ts'

/** What a release of a train has, needs and takes away. */
export interface TrainContent {
  readonly solution: string
  /** `kind:key` of its components. */
  readonly components: readonly string[]
  readonly dependencies: readonly MissingDependency[]
  /** What its plan says of the target. */
  readonly planned: readonly Pick<PlannedComponent, 'kind' | 'key' | 'effect'>[]
}

/**
 * Where releases of a train, in their order, meet: both have a say on a component, or one takes away what another has or needs. The later is
 * planned against a target in which the earlier is not yet, so people are asked about it again where its turn shows something else.
 */
export function findCollisions(contents: readonly TrainContent[]): readonly TrainCollision[] {
  return contents.flatMap((later, at) => contents.slice(0, at).flatMap((earlier) => collide(earlier, later)))
}

function collide(earlier: TrainContent, later: TrainContent): readonly TrainCollision[] {
  const has = new Set(earlier.components.map(lower))
  const removed = [...takenFrom(earlier, later), ...takenFrom(later, earlier)]
  return [
    ...tell(
      'shared',
      [earlier, later],
      later.components.filter((component) => has.has(lower(component))),
    ),
    ...tell('removed', [earlier, later], removed),
  ]
}

/** By key: what a solution lists as missing names components by kind and schema name, in the kinds of its own file. */
function takenFrom(taker: TrainContent, other: TrainContent): readonly string[] {
  const wanted = new Set([
    ...other.components.map((component) => lower(component.slice(component.indexOf(':') + 1))),
    ...other.dependencies.flatMap(({ required }) => requiredKeys(required).map(lower)),
  ])
  return taker.planned.filter(({ effect, key }) => effect === 'destroy' && wanted.has(lower(key))).map(({ kind, key }) => `${kind}:${key}`)
}

const mostNamed = 10

function tell(
  kind: TrainCollision['kind'],
  [earlier, later]: readonly [TrainContent, TrainContent],
  components: readonly string[],
): readonly TrainCollision[] {
  const distinct = [...new Set(components)].sort()
  if (distinct.length === 0) return []
  return [{ kind, solutions: [earlier.solution, later.solution], components: distinct.slice(0, mostNamed), count: distinct.length }]
}

function lower(text: string): string {
  return text.toLowerCase()
}
