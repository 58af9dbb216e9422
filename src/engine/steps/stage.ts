import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'
import { requireUnmanaged } from './repack.ts'

/** Uploads the artifact and lets the platform validate it, before anything changes. */
export async function stage(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  if (facts.earlierImport !== null) return { end: 'done', note: 'Nothing to upload: the import has begun already.' }
  return run.ctx.step<StepEnd>('stage', async () => {
    await run.checkLease()
    const { plan, boundTo } = run.request
    const bytes = await run.deps.artifacts.get(plan.mode === 'unmanaged' ? requireUnmanaged(run).sends : boundTo.artifact)
    const staged = await run.target.stage(bytes)
    if (staged.isValid) return { end: 'done', note: 'The platform accepted the file for import.', facts: { uploadId: staged.uploadId } }
    return {
      end: 'failed',
      refusal: {
        code: 'import.staging-refused',
        message: `${run.environment.name} refused ${run.request.solution} ${run.request.version} when it was staged; nothing was changed.`,
        hint: 'Mend what is named, and prepare a new release.',
        reasons: staged.problems,
      },
    }
  })
}
