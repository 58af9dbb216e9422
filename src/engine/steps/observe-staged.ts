import { holdingName } from '#domain/environment'
import type { Reason, Refusal } from '#domain/kernel'
import { DroverError, refuse } from '#domain/kernel'
import { judgeLosses, recountLosses } from '#domain/promotion'
import { planBound } from '../promotion/plan-again.ts'
import type { AttemptRun, StepEnd } from '../promotion/run.ts'
import { loadStanding } from '../promotion/standing.ts'
import { loadPromotionStream, recordFact } from '../promotion/stream.ts'
import { findOtherContent } from './observe.ts'

/**
 * Looks again before a staged upgrade is applied: it must be the one that was approved, and what goes with it now must be covered by what
 * data owners said. What an earlier attempt did is not undone by this; where the way is not free, data can be moved further.
 */
export async function observeStaged(run: AttemptRun): Promise<StepEnd> {
  const { target, request, environment } = run
  return run.ctx.step<StepEnd>('observe-staged', async () => {
    const other = findOtherContent(run)
    if (other !== undefined) return { end: 'failed', refusal: other }
    const [staged] = run.earlierImports
    const facts = { importJobId: staged?.importJobId ?? '', before: staged?.before ?? null }
    const seen = await target.findUpgrade(request.solution, 'apply')
    const isAtWork = seen.operations.some((operation) => !operation.isFinished)
    const isApplied = seen.holding === undefined && seen.base === request.version
    // What has begun is carried to its end, whatever is in force by now.
    if (isApplied || isAtWork)
      return { end: 'done', note: 'The staged upgrade is being applied already, or is.', facts: { ...facts, isUpgradeBegun: true } }
    if (seen.holding !== request.version) return { end: 'failed', refusal: notStaged(run, seen.holding) }
    const shut = await findShut(run)
    if (shut.length > 0) return { end: 'migrating', reasons: shut }
    return {
      end: 'done',
      note: `${holdingName(request.solution)} ${request.version} stands in ${environment.name}, and what goes is acknowledged.`,
      facts,
    }
  })
}

/** Reasons of what is in force and of the losses as they are now; the plan that people see gets the new counts. */
async function findShut(run: AttemptRun): Promise<readonly Reason[]> {
  const { deps, promotionId, attemptId } = run
  const stream = await loadPromotionStream(deps.ledger, promotionId)
  if (stream === undefined) throw new DroverError('promotion.unknown', `The ledger holds no promotion ${promotionId}.`)
  const { promotion } = stream
  const standing = await loadStanding(deps, promotion)
  if (standing.outdated.length > 0) return standing.outdated
  const again = await planBound(deps, { ...run, isUnmanaged: false })
  const { plan, noted } = recountLosses(promotion.request.plan, again.plan)
  if (noted.length > 0) {
    const data = { plan, boundTo: promotion.request.boundTo, differences: [], noted }
    await recordFact(deps.ledger, promotionId, { type: 'plan-renewed', data, key: `${attemptId}:recounted` })
  }
  const recounted = { ...promotion, request: { ...promotion.request, plan } }
  const judged = judgeLosses(recounted, { rules: standing.losses, people: standing.people, now: deps.clock.now() })
  return judged.filter((loss) => loss.state !== 'open').flatMap((loss) => loss.reasons)
}

function notStaged({ environment, request }: AttemptRun, holding: string | undefined): Refusal {
  const { solution, version } = request
  return refuse(
    'upgrade.not-there',
    `${environment.name} does not hold the staged upgrade of ${solution} to ${version}; nothing was changed.`,
    'Somebody deleted or replaced it there: look at its solution history, then request the promotion again.',
    [{ subject: holdingName(solution), message: holding === undefined ? 'It is not there.' : `Version ${holding} waits.` }],
  ).refusal
}
