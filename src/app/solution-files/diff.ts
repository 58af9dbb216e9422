import type { SolutionDifference } from '#domain/difference'
import { diffSolutions as diffComponents } from '#domain/difference'
import { describeSolution, packageOfTree } from '#format'
import { openSolution } from './open-solution.ts'

/** `drover solution diff`: what differs between two solutions, each a zip or a folder. */
export async function diffSolutions(before: string, after: string): Promise<SolutionDifference> {
  return diffComponents(await describe(before), await describe(after))
}

async function describe(path: string) {
  return describeSolution(await packageOfTree(await openSolution(path)))
}
