import type { ReadOptions } from '#cli'
import type { SolutionDifference } from '#domain/difference'
import { diffSolutions as diffComponents } from '#domain/difference'
import { describeSolution, packageOfTree } from '#format'
import { aboutInput } from './about-input.ts'
import { openSolution } from './open-solution.ts'

/** `drover solution diff`: what differs between two solutions, each a zip or a folder. */
export async function diffSolutions(before: string, after: string, options: ReadOptions): Promise<SolutionDifference> {
  return diffComponents(await describe(before, options), await describe(after, options))
}

function describe(path: string, options: ReadOptions) {
  return aboutInput(path, async () => describeSolution(await packageOfTree(await openSolution(path, options))))
}
