import type { Observation, ObservedComponent } from '#domain/environment'
import { activeLayer } from '#domain/environment'
import { nameSome } from './named.ts'
import type { SolutionReading, SolutionUse } from './tier.ts'

/** Solutions that every environment has and that are nobody's. */
const platformSolutions: ReadonlySet<string> = new Set(['system', 'active', 'default', 'basic', 'cr'])

/** How a solution is used, as an observation shows it, and as other releases say. What was not seen is left out. */
export function readUse(of: {
  readonly solution: string
  readonly observation: Observation | undefined
  readonly reading: SolutionReading | undefined
  /** Solutions whose releases need it. */
  readonly needed: readonly string[]
}): SolutionUse {
  const { solution, observation, reading, needed } = of
  if (observation === undefined || !isIn(observation, solution)) return needed.length === 0 ? {} : { dependants: [...needed].sort() }
  const own = observation.components.filter(({ solutions }) => solutions.some((name) => isSame(name, solution)))
  const visible = new Set(observation.solutions.filter(({ isVisible }) => isVisible).map(({ uniqueName }) => uniqueName.toLowerCase()))
  const isOther = (name: string): boolean =>
    !isSame(name, solution) && !platformSolutions.has(name.toLowerCase()) && visible.has(name.toLowerCase())
  const shared = own.filter(({ kind, solutions }) => kind === 'Entity' && solutions.some(isOther)).map(({ name }) => name)
  const above = own.flatMap((component) => solutionsAbove(component, solution)).filter(isOther)
  const users = usersOf(observation, reading)
  return {
    observedAt: observation.observedAt,
    where: observation.environmentId,
    sharedTables: nameSome(shared),
    dependants: [...new Set([...needed, ...above])].sort(),
    ...(users === undefined ? {} : { users }),
  }
}

/** Without roles of its own nothing tells who may use it. */
function usersOf({ roles, unseen }: Observation, reading: SolutionReading | undefined): number | undefined {
  const names = reading?.roles ?? []
  const held = roles.filter(({ name }) => names.includes(name))
  if (held.length === 0 || unseen.some(({ kind }) => kind === 'Role')) return undefined
  return new Set(held.flatMap(({ holders }) => holders.filter(({ isApplication }) => !isApplication).map(({ userId }) => userId))).size
}

function solutionsAbove({ layers }: ObservedComponent, solution: string): string[] {
  const ours = layers?.find((layer) => isSame(layer.solution, solution))
  if (layers === undefined || ours === undefined) return []
  return layers.filter((layer) => layer.order > ours.order && layer.solution !== activeLayer).map((layer) => layer.solution)
}

function isIn({ solutions }: Observation, solution: string): boolean {
  return solutions.some(({ uniqueName }) => isSame(uniqueName, solution))
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
