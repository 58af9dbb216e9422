import type { MissingDependency } from '#domain/solution'

/** A solution with the unique names of those that it needs. */
export interface Needing {
  readonly solution: string
  readonly needs: readonly string[]
}

/**
 * What others need comes before them, otherwise in the given order. Solutions that need each other stay in the given order among themselves,
 * since no order of imports can be right for all of them.
 */
export function orderByNeeds<T extends Needing>(solutions: readonly T[]): readonly T[] {
  const ordered: T[] = []
  const seen = new Set<T>()
  const visit = (one: T): void => {
    if (seen.has(one)) return
    seen.add(one)
    for (const need of one.needs) {
      const needed = solutions.find(({ solution }) => solution.toLowerCase() === need.toLowerCase())
      if (needed !== undefined) visit(needed)
    }
    ordered.push(one)
  }
  for (const one of solutions) visit(one)
  return ordered
}

/** Unique names of other solutions that a package needs. The platform itself is everywhere; Active and Default name no solution. */
export function neededBy({ dependencies }: { readonly dependencies: readonly MissingDependency[] }): readonly string[] {
  const names = dependencies.map(({ required }) => required.solution).filter((name) => !isPlatforms(name) && name !== '')
  return [...new Set(names)]
}

/** What every environment has by itself, or what names no solution of anybody. */
export function isPlatforms(uniqueName: string): boolean {
  return ['system', 'active', 'default', 'basic'].includes(uniqueName.toLowerCase()) || /^cr[0-9a-f]{5}$/i.test(uniqueName)
}
