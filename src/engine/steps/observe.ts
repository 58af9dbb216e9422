import type { Refusal } from '#domain/kernel'
import { refuse } from '#domain/kernel'
import { hashPlan } from '#domain/plan'
import type { ArrivedImport } from '#domain/promotion'
import { verifySeal } from '#domain/release'
import { planPromotion } from '../plan-promotion.ts'
import type { AttemptRun, StepEnd } from '../promotion/run.ts'
import { loadStanding } from '../promotion/standing.ts'
import { loadPromotionStream, recordFact } from '../promotion/stream.ts'
import { askUntilSettled, unclear } from './ask-for-import.ts'
import { readBefore } from './read-before.ts'

/**
 * Looks again before acting: the bytes must still be those that were approved, and the plan still that which was shown. When an
 * earlier attempt's import is known to the target, the plan has been carried out in part, and that import is followed instead.
 */
export async function observe(run: AttemptRun): Promise<StepEnd> {
  const { deps, release, request } = run
  return run.ctx.step<StepEnd>('observe', async () => {
    const other = findOtherContent(run)
    if (other !== undefined) return { end: 'failed', refusal: other }
    await deps.artifacts.get(request.boundTo.artifact)
    for (const earlier of run.earlierImports) {
      const found = await lookForEarlier(run, earlier)
      if (found !== undefined) return found
    }
    if (run.followsOnly) return { end: 'failed', refusal: nothingArrived(run) }
    const outdated = await findOutdated(run)
    if (outdated !== undefined) return { end: 'failed', refusal: outdated }
    const { plan, observed } = await planPromotion(deps, { release, stage: run.stage, configuration: run.configuration })
    const absent = plan.blockers.find((blocker) => blocker.code === 'secret.absent')
    if (absent !== undefined) return { end: 'failed', refusal: absent }
    const hash = hashPlan(plan, (text) => deps.hashing.sha256(text))
    if (hash !== request.boundTo.plan) return { end: 'failed', refusal: changed(run) }
    const before = await readBefore(run, observed)
    await recordFact(deps.ledger, run.promotionId, {
      type: 'target-observed',
      data: { attemptId: run.attemptId, before },
      key: `${run.attemptId}:target-observed`,
    })
    return { end: 'done', note: `${run.environment.name} is as it was when the promotion was approved.`, facts: { before } }
  })
}

/** What was approved is named by its digest; the release of the ledger must hold its seal and name the same (PIP-02, PIP-11). */
function findOtherContent({ deps, release, request }: AttemptRun): Refusal | undefined {
  const isSealed = verifySeal(release, (text) => deps.hashing.sha256(text))
  if (isSealed && release.managed.digest === request.boundTo.artifact) return undefined
  const message = isSealed
    ? `The release names ${release.managed.digest}, approved was ${request.boundTo.artifact}.`
    : 'Its seal does not fit its content.'
  return refuse(
    'PIP-02',
    `Release ${request.releaseId} of ${request.solution} ${request.version} is not what was approved; nothing was changed.`,
    'Do not use it. Prepare a new release, and find out who changed what was stored.',
    [{ subject: `release ${request.releaseId}`, message }],
  ).refusal
}

/** An attempt may have waited in its lane while a rule was tightened: what is in force now judges it once more, before anything is sent. */
async function findOutdated({ deps, promotionId, request }: AttemptRun): Promise<Refusal | undefined> {
  const stream = await loadPromotionStream(deps.ledger, promotionId)
  const reasons = stream === undefined ? [] : (await loadStanding(deps, stream.promotion)).outdated
  if (reasons.length === 0) return undefined
  return refuse(
    'promotion.request-outdated',
    `What promotion ${promotionId} of ${request.solution} ${request.version} was asked for under has changed; nothing was changed.`,
    'Ask for the promotion again: it is then judged, and approved, by what is in force now.',
    reasons,
  ).refusal
}

/** Only an import that stays absent through the settle window lets another one be started. */
async function lookForEarlier(run: AttemptRun, earlier: ArrivedImport): Promise<StepEnd | undefined> {
  const { attemptId, importJobId } = earlier
  const asked = await askUntilSettled(run, importJobId)
  if (asked.seen === 'no-answer') return { end: 'indeterminate', message: unclear(importJobId, asked.why) }
  if (asked.seen === 'absent') {
    await recordFact(run.deps.ledger, run.promotionId, {
      type: 'job-recorded',
      data: { attemptId, importJobId, importState: 'not-arrived' },
      key: `${attemptId}:import-found-absent`,
    })
    return undefined
  }
  const asyncOperationId = asked.seen === 'operation' ? asked.asyncOperationId : null
  return {
    end: 'done',
    note: `The import job ${importJobId} of an earlier attempt is there; it is followed.`,
    facts: { earlierImport: { attemptId, importJobId, asyncOperationId }, before: earlier.before ?? null },
  }
}

function nothingArrived(run: AttemptRun): Refusal {
  return refuse(
    'promotion.not-imported',
    `No import of ${run.request.solution} ${run.request.version} arrived in ${run.environment.name}, and what the promotion was asked for under has changed since; nothing was changed.`,
    'Request the promotion again: it is then judged, and approved, by what is in force now.',
    [],
  ).refusal
}

function changed(run: AttemptRun): Refusal {
  return refuse(
    'promotion.target-changed',
    `${run.environment.name} or its settings changed after the promotion of ${run.request.solution} ${run.request.version} was requested, so the plan that was approved no longer holds.`,
    'Request the promotion again: the new plan shows what is different.',
    [],
  ).refusal
}
