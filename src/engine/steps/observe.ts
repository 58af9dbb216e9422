import type { ObservedState, TargetContent } from '#domain/environment'
import type { AttemptId, Digest, Reason, Refusal } from '#domain/kernel'
import { DroverError, refuse } from '#domain/kernel'
import type { Plan, PlanDifferences } from '#domain/plan'
import type { ArrivedImport, PlannedAgain, Promotion, PromotionEvent, Standing } from '#domain/promotion'
import { attemptsOf, diffRenewal, findUnanswered, judgeLosses, recordRenewal } from '#domain/promotion'
import { verifySeal } from '#domain/release'
import { planBound } from '../promotion/plan-again.ts'
import type { AttemptRun, StepEnd } from '../promotion/run.ts'
import { loadStanding } from '../promotion/standing.ts'
import { loadPromotionStream, recordFact } from '../promotion/stream.ts'
import { loadMates } from '../train/train-standing.ts'
import { askUntilSettled, unclear } from './ask-for-import.ts'
import { noteBefore } from './read-before.ts'

/**
 * Looks again before acting: the bytes must still be those that were approved, and what the plan does still that which was shown. When an
 * earlier attempt's import is known to the target, the plan has been carried out in part, and that import is followed instead. When something
 * material changed, the attempt ends before it has changed anything, and people are asked about that.
 */
export async function observe(run: AttemptRun): Promise<StepEnd> {
  const { deps, request } = run
  return run.ctx.step<StepEnd>('observe', async () => {
    const other = findOtherContent(run)
    if (other !== undefined) return { end: 'failed', refusal: other }
    await deps.artifacts.get(request.boundTo.artifact)
    for (const earlier of run.earlierImports) {
      const found = await lookForEarlier(run, earlier)
      if (found !== undefined) return found
    }
    if (await hasBegunToUninstall(run)) return { end: 'done', note: 'Its uninstallation was sent before; what became of it is looked at.' }
    if (run.followsOnly) return { end: 'failed', refusal: nothingArrived(run) }
    const seen = await seeAgain(run)
    if (seen.end !== undefined) return seen.end
    const before = noteBefore(seen.observed, seen.content)
    await recordFact(deps.ledger, run.promotionId, {
      type: 'target-observed',
      data: { attemptId: run.attemptId, before },
      key: `${run.attemptId}:target-observed`,
    })
    return { end: 'done', note: `${run.environment.name} is ${seen.how}.`, facts: { before, wayBack: seen.wayBack } }
  })
}

/** What was approved is named by its digest; the release of the ledger must hold its seal and name the same (PIP-02, PIP-11). */
export function findOtherContent({ deps, release, request }: AttemptRun): Refusal | undefined {
  const isSealed = verifySeal(release, (text) => deps.hashing.sha256(text))
  const { digest } = isUnmanaged(request.plan) ? release.unmanaged : release.managed
  if (isSealed && digest === request.boundTo.artifact) return undefined
  const message = isSealed ? `The release names ${digest}, approved was ${request.boundTo.artifact}.` : 'Its seal does not fit its content.'
  return refuse(
    'PIP-02',
    `Release ${request.releaseId} of ${request.solution} ${request.version} is not what was approved; nothing was changed.`,
    'Do not use it. Prepare a new release, and find out who changed what was stored.',
    [{ subject: `release ${request.releaseId}`, message }],
  ).refusal
}

/** What an earlier attempt sent takes away what the plan was made of: planned again, nothing would be as it was approved. */
async function hasBegunToUninstall(run: AttemptRun): Promise<boolean> {
  if (run.request.plan.mode !== 'uninstall') return false
  const stream = await loadPromotionStream(run.deps.ledger, run.promotionId)
  return stream !== undefined && attemptsOf(stream.promotion).some(({ jobs }) => ['sent', 'passed'].includes(jobs.uninstall?.state ?? ''))
}

function isUnmanaged({ mode }: Pick<Plan, 'mode'>): boolean {
  return mode === 'unmanaged'
}

type Seen =
  | { readonly end: StepEnd }
  | {
      readonly end: undefined
      readonly observed: ObservedState
      readonly content: TargetContent
      readonly wayBack: Digest | null
      readonly how: string
    }

/** Plans again, and judges what is in force and the losses by what the target shows now. */
async function seeAgain(run: AttemptRun): Promise<Seen> {
  const { deps, promotionId, attemptId } = run
  const stream = await loadPromotionStream(deps.ledger, promotionId)
  if (stream === undefined) throw new DroverError('promotion.unknown', `The ledger holds no promotion ${promotionId}.`)
  // The word that ends this attempt may be in the ledger already, and the process that wrote it killed.
  if (hasEnded(stream.events, attemptId)) return { end: { end: 'renewed' } }
  const standing = await loadStanding(deps, stream.promotion)
  const outdated = refuseOutdated(run, standing)
  if (outdated !== undefined) return { end: { end: 'failed', refusal: outdated } }
  const { observed, content, ...again } = await planBound(deps, {
    ...run,
    isUnmanaged: isUnmanaged(run.request.plan),
    mates: await loadMates(deps, run.request),
    intent: run.request.intent,
  })
  const absent = again.plan.blockers.find((blocker) => blocker.code === 'secret.absent')
  if (absent !== undefined) return { end: { end: 'failed', refusal: absent } }
  const found = findMaterial(run, { promotion: stream.promotion, standing, again })
  const isMaterial = found.differences.length > 0
  if (isMaterial && countRenewals(stream.events) >= renewalsAtMost)
    return { end: { end: 'failed', refusal: restless(run, found.differences) } }
  const event = recordRenewal(again, found, isMaterial ? attemptId : undefined)
  if (event !== undefined) await recordFact(deps.ledger, promotionId, event)
  if (isMaterial) return { end: { end: 'renewed' } }
  const noted = found.noted.map(({ subject, message }) => `${subject}: ${message}`).join(' ')
  const how = `as it was when the promotion was approved${noted === '' ? '' : `, in all that matters to it (noted: ${noted})`}`
  return { end: undefined, observed, content, wayBack: again.plan.unmanaged?.wayBack ?? null, how }
}

/** What the people who opened the gates have to look at again: what the plan does, how much goes with it, and what nobody can tell any more. */
function findMaterial(
  run: AttemptRun,
  { promotion, standing, again }: { readonly promotion: Promotion; readonly standing: Standing; readonly again: PlannedAgain },
): PlanDifferences {
  const found = diffRenewal(promotion, again)
  const renewed = { ...promotion, request: { ...promotion.request, plan: again.plan } }
  const losses = judgeLosses(renewed, { rules: standing.losses, people: standing.people, now: run.deps.clock.now() })
  const open = losses.filter((loss) => loss.state !== 'open').flatMap((loss) => loss.reasons)
  const untold = findUnanswered(renewed, run.deps.clock.now(), standing)
  return { ...found, differences: [...found.differences, ...open, ...untold] }
}

function hasEnded(events: readonly PromotionEvent[], attemptId: AttemptId): boolean {
  return events.some((event) => event.type === 'plan-renewed' && event.data.attemptId === attemptId)
}

/** How often a promotion may find its target changed before it gives up: where no person decides, the next attempt starts at once. */
const renewalsAtMost = 5

function countRenewals(events: readonly PromotionEvent[]): number {
  return events.filter((event) => event.type === 'plan-renewed' && event.data.attemptId !== undefined).length
}

/** An attempt may have waited in its lane while a rule was tightened: what is in force now judges it once more, before anything is sent. */
function refuseOutdated({ promotionId, request }: AttemptRun, { outdated: reasons }: Standing): Refusal | undefined {
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

function restless(run: AttemptRun, differences: readonly Reason[]): Refusal {
  return refuse(
    'promotion.target-changed',
    `${run.environment.name} or its settings changed each of the ${renewalsAtMost + 1} times that the promotion of ${run.request.solution} ${run.request.version} was about to begin; nothing was changed.`,
    'Find out who works there, and request the promotion again when it is quiet.',
    differences,
  ).refusal
}
