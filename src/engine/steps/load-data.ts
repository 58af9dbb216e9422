import type { AttemptRun, StepEnd } from '../promotion/run.ts'

/** Brings the configuration data of the release, and reads it back. */
export function loadData(run: AttemptRun): Promise<StepEnd> {
  return Promise.resolve({ end: 'done', note: `${run.environment.name}: nothing to do.` })
}
