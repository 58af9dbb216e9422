import type { ObservedSolution } from '#domain/environment'

/**
 * The same as long as a managed solution was not imported again. Undefined for what can change without saying so: unmanaged solutions, and
 * those of which the environment does not tell when they were changed.
 */
export function solutionStamp(solution: ObservedSolution): string | undefined {
  if (!solution.isManaged || solution.changedAt === undefined) return undefined
  return `${solution.uniqueName}@${solution.version}@${solution.changedAt}`
}
