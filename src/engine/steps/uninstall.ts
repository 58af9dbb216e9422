import type { AttemptRun, StepEnd } from '../promotion/run.ts'

/** Uninstalls a solution, as the recovery of its first release. */
export function uninstall(run: AttemptRun): Promise<StepEnd> {
  return Promise.resolve({ end: 'done', note: `${run.environment.name}: nothing to do.` })
}
