import { DroverError } from '#domain/kernel'
import type { SolutionModel } from '#domain/solution'
import type { SolutionSummary } from './solution-summary.ts'

/** The summary that `drover solution inspect` prints. */
export function inspectSolution(_model: SolutionModel): SolutionSummary {
  throw new DroverError('format.unfinished', 'Inspecting is being built.')
}
