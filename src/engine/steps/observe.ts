import { hashPlan } from '#domain/plan'
import { planPromotion } from '../plan-promotion.ts'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'

/**
 * Looks again before acting: the bytes must still be those that were approved, and the plan still that which was shown. When an
 * earlier attempt's import is known to the target, the plan has been carried out in part, and that import is followed instead.
 */
export async function observe(run: AttemptRun): Promise<StepEnd> {
  const { deps, release, request } = run
  return run.ctx.step<StepEnd>('observe', async () => {
    await deps.artifacts.get(release.managed.digest)
    const earlierImport = await findEarlierImport(run)
    if (earlierImport !== null)
      return {
        end: 'done',
        note: `The import job ${earlierImport.importJobId} of an earlier attempt is there; it is followed.`,
        facts: { earlierImport },
      }
    const { plan } = await planPromotion(deps, { release, stage: run.stage, configuration: run.configuration })
    const absent = plan.blockers.find((blocker) => blocker.code === 'secret.absent')
    if (absent !== undefined) return { end: 'failed', refusal: absent }
    const hash = hashPlan(plan, (text) => deps.hashing.sha256(text))
    if (hash !== request.boundTo.plan) return { end: 'failed', refusal: changed(run) }
    const layersBefore = await run.target.fetchActiveLayers(request.solution)
    return { end: 'done', note: `${run.environment.name} is as it was when the promotion was approved.`, facts: { layersBefore } }
  })
}

async function findEarlierImport(run: AttemptRun): Promise<AttemptFacts['earlierImport']> {
  for (const importJobId of run.earlierJobs) {
    const asked = await run.target.findImport(importJobId, run.request.solution)
    if (asked.found) return { importJobId, asyncOperationId: asked.asyncOperationId ?? null }
  }
  return null
}

function changed(run: AttemptRun) {
  return {
    code: 'promotion.target-changed',
    message: `${run.environment.name} or its settings changed after the promotion of ${run.request.solution} ${run.request.version} was requested, so the plan that was approved no longer holds.`,
    hint: 'Request the promotion again: the new plan shows what is different.',
    reasons: [],
  }
}
