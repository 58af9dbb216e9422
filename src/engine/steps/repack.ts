import { DroverError } from '#domain/kernel'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'

/** The package was made when the target was looked at, and approved by its digest: here it must be at hand, whole. */
export async function repack(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('repack', async () => {
    if (facts.earlierImport !== null) return { end: 'done', note: 'Nothing to pack: the import has begun already.' }
    const { sends, leftOut } = requireUnmanaged(run)
    await run.deps.artifacts.get(sends)
    const { digest } = run.release.unmanaged
    const note =
      sends === digest
        ? `The sealed artifact ${digest} is sent as it is.`
        : `${sends} is sent: the sealed ${digest} without ${leftOut.length} component(s) that stay as they are there.`
    return { end: 'done', note }
  })
}

/** What the approved plan says of unmanaged work. A plan that does not say what is sent has blockers, and is never approved. */
export function requireUnmanaged({ request }: AttemptRun) {
  const { unmanaged } = request.plan
  if (unmanaged?.sends === undefined) {
    throw new DroverError('ledger.inconsistent', `The plan of promotion ${request.promotionId} does not say what is sent.`, {
      hint: 'Request the promotion again.',
    })
  }
  return { ...unmanaged, sends: unmanaged.sends }
}
