import { refuse } from '#domain/kernel'
import type { AttemptRun, StepEnd } from '../promotion/run.ts'
import { askGone } from './uninstall.ts'

/** Believes the target: the solution is not there any more. What it alone held goes with it, by the platform's own doing. */
export async function verifyUninstalled(run: AttemptRun): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('verify', async () => {
    const gone = await askGone(run)
    const { solution, version } = run.request
    if (gone === true) return { end: 'done', note: `Read from ${run.environment.name}: ${solution} ${version} is not there any more.` }
    const message = `${run.environment.name} does not show that ${solution} ${version} is gone: ${gone}.`
    return {
      end: 'failed',
      refusal: refuse('verification.failed', message, 'Look at its solution history, then resume the promotion.').refusal,
    }
  })
}
