import type { WayBack } from '#domain/promotion'
import { loadPromotionStream, recordFact } from '../promotion/stream.ts'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'

/**
 * Keeps the way back of unmanaged work: what the plan was just compared with, exported from the target, beside what is about to be sent. When
 * an import has begun before, what was there before it is what counts, and the ledger has it.
 */
export async function exportCurrent(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('export-current', async () => {
    if (facts.earlierImport !== null) return { end: 'done', note: 'What was there before the import is kept already.' }
    const { deps, attemptId, promotionId, request, release, environment } = run
    const exported = facts.wayBack ?? undefined
    // Bytes that are gone, or not what they were, are no way back.
    if (exported !== undefined) await deps.artifacts.get(exported)
    const wayBack: WayBack = { attemptId, exported, sends: request.plan.unmanaged?.sends, sealed: release.unmanaged.digest }
    await recordFact(deps.ledger, promotionId, {
      type: 'way-back-kept',
      data: { attemptId, wayBack },
      key: `${attemptId}:way-back-kept`,
    })
    const note =
      exported === undefined
        ? `${request.solution} was not in ${environment.name}.`
        : `What was in ${environment.name} is kept as ${exported}: the way back.`
    return { end: 'done', note }
  })
}

/** As the ledger holds it; undefined before it is kept. */
export async function loadWayBack(run: AttemptRun): Promise<WayBack | undefined> {
  return (await loadPromotionStream(run.deps.ledger, run.promotionId))?.promotion.wayBack
}
