import type { AttemptRun } from './run.ts'
import { recordFact } from './stream.ts'

/** Tags the commit of what now runs in production (PIP-22); other stages leave no tag. */
export async function tagRelease(run: AttemptRun): Promise<void> {
  if (run.environment.purpose !== 'production') return
  const { solution, version } = run.request
  const tag = `${run.environment.id}/${solution}/${version}`
  await run.ctx.step('tag', async () => {
    await run.deps
      .openSourceControl(run.configuration.sourceRepository)
      .tag(
        tag,
        run.release.commit,
        `${solution} ${version} promoted to ${run.environment.name}\n\nPromotion ${run.promotionId}, requested by ${run.request.requestedBy}, artifact ${run.release.managed.digest}.`,
      )
    await recordFact(run.deps.ledger, run.promotionId, {
      type: 'promotion-tagged',
      data: { tag, commit: run.release.commit },
      key: 'tagged',
    })
  })
}
