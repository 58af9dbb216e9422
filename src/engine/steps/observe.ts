import type { ObservedState } from '#domain/environment'
import type { Refusal } from '#domain/kernel'
import { errorMessage } from '#domain/kernel'
import { hashPlan } from '#domain/plan'
import type { ArrivedImport, TargetBefore } from '#domain/promotion'
import { verifySeal } from '#domain/release'
import { isSameName } from '#domain/settings'
import { planPromotion } from '../plan-promotion.ts'
import type { AttemptRun, StepEnd } from '../promotion/run.ts'
import { recordFact } from '../promotion/stream.ts'
import { askUntilSettled, unclear } from './ask-for-import.ts'

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
  return {
    code: 'PIP-02',
    message: `Release ${request.releaseId} of ${request.solution} ${request.version} is not what was approved; nothing was changed.`,
    hint: 'Do not use it. Prepare a new release, and find out who changed what was stored.',
    reasons: [{ subject: `release ${request.releaseId}`, message }],
  }
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

/**
 * Flows, and Active layers of every installed solution: a component that this release brings along may be there already through
 * another one, and what was changed on it is not ours.
 */
async function readBefore(run: AttemptRun, observed: ObservedState): Promise<TargetBefore> {
  const own = observed.solutions.filter(({ uniqueName }) => isSameName(uniqueName, run.request.solution))
  const others = observed.solutions.filter((solution) => !own.includes(solution))
  const found = new Map<string, TargetBefore['layers'][number]>()
  const note = async (uniqueName: string) => {
    for (const { kind, componentId, changed: attributes } of await run.target.fetchActiveLayers(uniqueName))
      if (attributes.length > 0) found.set(`${kind} ${componentId}`, { kind, componentId })
  }
  for (const { uniqueName } of own) await note(uniqueName)
  for (let start = 0; start < others.length; start += solutionsAtOnce) {
    await Promise.all(others.slice(start, start + solutionsAtOnce).map(({ uniqueName }) => note(uniqueName).catch(skip(run, uniqueName))))
  }
  return { layers: [...found.values()], flows: observed.flows.map(({ id, state }) => ({ id, state })) }
}

const solutionsAtOnce = 4

/** A foreign solution that cannot be read must not keep ours from going in: at worst a layer of it is taken for new, and named. */
function skip(run: AttemptRun, uniqueName: string) {
  return (error: unknown): void =>
    run.deps.log.warn('The layers of another solution could not be read', { solution: uniqueName, error: errorMessage(error) })
}

function changed(run: AttemptRun): Refusal {
  return {
    code: 'promotion.target-changed',
    message: `${run.environment.name} or its settings changed after the promotion of ${run.request.solution} ${run.request.version} was requested, so the plan that was approved no longer holds.`,
    hint: 'Request the promotion again: the new plan shows what is different.',
    reasons: [],
  }
}
