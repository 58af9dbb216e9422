import { laneOf } from '#domain/environment'
import type { AttemptId, PromotionId } from '#domain/kernel'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import { withoutNames } from '#domain/people'
import type { NewPromotionEvent } from '#domain/promotion'
import { findImports, stepsOfAttempt } from '#domain/promotion'
import type { Plan, StepKind } from '#domain/plan'
import { secretsAmong } from '#domain/settings'
import type { DurableDefinition } from '#engine/ports'
import { requireWritten } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { findEnvironment, findStage, findWayOf } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { activateFlows } from '../steps/activate-flows.ts'
import { applyUpgrade, withdrawUpgrade } from '../steps/apply-upgrade.ts'
import { grantAccess } from '../steps/grant-access.ts'
import { loadData } from '../steps/load-data.ts'
import { uninstall } from '../steps/uninstall.ts'
import { exportCurrent } from '../steps/export-current.ts'
import { importSolution } from '../steps/import.ts'
import { observeStaged } from '../steps/observe-staged.ts'
import { observe } from '../steps/observe.ts'
import { publish } from '../steps/publish.ts'
import { remove } from '../steps/remove.ts'
import { repack } from '../steps/repack.ts'
import { restorePoint } from '../steps/restore-point.ts'
import { rescue } from '../steps/rescue.ts'
import { stage } from '../steps/stage.ts'
import { verifyUninstalled } from '../steps/verify-uninstalled.ts'
import { verifyUnmanaged } from '../steps/verify-unmanaged.ts'
import { verify } from '../steps/verify.ts'
import type { AttemptFacts, AttemptRun, AttemptStep, StepEnd } from './run.ts'
import { checkWindow } from './check-window.ts'
import { completion } from './complete-attempt.ts'
import { endAttempt } from './end-attempt.ts'
import { loadSealedRelease } from './sealed-release.ts'
import { loadPromotionStream, promotionStream, recordFact } from './stream.ts'
import { tagRelease } from './tag-release.ts'

export const attemptWork = 'run-attempt'

/** The kinds of step that an attempt is made of; a plan names which, and in which order. */
const steps: Readonly<Record<StepKind, AttemptStep>> = {
  observe: (run) => (run.migration === undefined ? observe(run) : observeStaged(run)),
  'restore-point': restorePoint,
  'export-current': exportCurrent,
  repack,
  stage,
  rescue,
  import: importSolution,
  'apply-upgrade': applyUpgrade,
  'withdraw-upgrade': withdrawUpgrade,
  publish,
  remove,
  uninstall,
  'load-data': loadData,
  'grant-access': grantAccess,
  'activate-flows': activateFlows,
  verify: (run, facts) => {
    if (run.request.plan.mode === 'uninstall') return verifyUninstalled(run)
    return run.request.plan.mode === 'unmanaged' ? verifyUnmanaged(run, facts) : verify(run, facts)
  },
}

interface AttemptInput {
  readonly promotionId: PromotionId
  readonly attemptId: AttemptId
}

/** One durable run of the technical work of a promotion: a loop over the planned steps, under the lease of its environment. */
export function attemptDefinition(deps: WorkerDependencies): DurableDefinition<AttemptInput> {
  return {
    name: attemptWork,
    async run(ctx, input) {
      try {
        const facts = await ctx.step('load', () => loadFacts(deps, input))
        await deps.fence.hold(laneOf(facts.environment), input.attemptId, async (lease) => {
          const secrets = secretsAmong(facts.request.plan.parameters.environmentVariables.map(({ value }) => value))
          const target = deps.environments.open(facts.environment, secrets)
          await walk({ deps, ctx, ...input, ...facts, target, checkLease: () => lease.check() })
        })
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('An attempt broke', { ...input, error: errorMessage(error) })
        await ctx.step('record-error', () =>
          end(deps, input, {
            type: 'attempt-errored',
            data: { attemptId: input.attemptId, code: errorCode(error), message: errorMessage(error) },
          }),
        )
      }
    },
  }
}

async function walk(run: AttemptRun): Promise<void> {
  let facts: AttemptFacts = { before: null, uploadId: '', importJobId: '', earlierImport: null }
  const notes: string[] = []
  for (const [index, step] of stepsOfAttempt(stepsOf(run.request.plan), run.migration).entries()) {
    const shut = await checkWindow(run, facts, { step, isFirst: index === 0 })
    if (shut?.end === 'postponed') return
    if (shut?.end === 'migrating')
      return finish(run, { type: 'migration-opened', data: { attemptId: run.attemptId, reasons: shut.reasons } })
    await run.ctx.step(`begin-${step}`, () =>
      note(run, { type: 'step-started', data: { attemptId: run.attemptId, step } }, `begin-${step}`),
    )
    const ended = await steps[step](run, facts)
    if (ended.end === 'renewed') return
    if (ended.end === 'migrating')
      return finish(run, { type: 'migration-opened', data: { attemptId: run.attemptId, reasons: ended.reasons } })
    if (ended.end !== 'done') return finish(run, failure(run, ended, hasImported(run, facts)))
    facts = { ...facts, ...ended.facts }
    notes.push(ended.note)
    await run.ctx.step(`end-${step}`, () =>
      note(run, { type: 'step-finished', data: { attemptId: run.attemptId, step, outcome: 'done', note: ended.note } }, `end-${step}`),
    )
  }
  const ended = await completion(run, notes)
  await finish(run, ended)
  if (ended.type === 'attempt-succeeded') await tagRelease(run)
}

/** Flows that are left as they are need looking at too: the import may have switched one that someone stopped. */
function stepsOf({ steps: planned, flows }: Plan): readonly StepKind[] {
  if (flows.length === 0 || planned.includes('activate-flows')) return planned
  return planned.flatMap((step) => (step === 'verify' ? (['activate-flows', 'verify'] as const) : [step]))
}

function hasImported(run: AttemptRun, facts: AttemptFacts): boolean {
  return facts.importJobId !== '' || run.earlierImports.some(({ importState }) => importState === 'passed')
}

/** A "no" that comes after the import leaves the version in the target: it can be resumed, not asked for again. */
function failure(
  run: AttemptRun,
  ended: Exclude<StepEnd, { end: 'done' | 'renewed' | 'migrating' }>,
  isResumable: boolean,
): NewPromotionEvent {
  const { attemptId } = run
  if (ended.end === 'failed') return { type: 'attempt-failed', data: { attemptId, refusal: ended.refusal, isResumable } }
  return { type: 'attempt-indeterminate', data: { attemptId, message: ended.message } }
}

async function finish(run: AttemptRun, event: NewPromotionEvent): Promise<void> {
  // Reasons name people, and the ledger does not.
  await run.ctx.step('finish', () => end(run.deps, run, withoutNames(event, run.configuration.people)))
}

async function end(deps: WorkerDependencies, ids: AttemptInput, event: NewPromotionEvent): Promise<void> {
  await endAttempt(deps, ids, event)
}

async function note(run: AttemptRun, event: NewPromotionEvent, key: string): Promise<void> {
  await recordFact(run.deps.ledger, run.promotionId, { ...event, key: `${run.attemptId}:${key}` })
}

/** From the ledger itself: what goes into a target hangs on no read model. The pace is kept, so that a replay takes the same steps. */
async function loadFacts(deps: WorkerDependencies, { promotionId, attemptId }: AttemptInput) {
  const stream = await loadPromotionStream(deps.ledger, promotionId)
  if (stream === undefined) throw new DroverError('promotion.unknown', `The ledger holds no promotion ${promotionStream(promotionId)}.`)
  const { request } = stream.promotion
  const current = orThrow(await requireWritten(deps))
  const release = await loadSealedRelease(deps.ledger, request.releaseId)
  const pipeline = orThrow(findWayOf(current.configuration, release))
  const environment = orThrow(findEnvironment(current.configuration, request.environmentId))
  return {
    request,
    migration: stream.promotion.migration,
    earlierImports: findImports(stream.promotion).filter((earlier) => earlier.attemptId !== attemptId),
    followsOnly: stream.events.some(
      (event) => event.type === 'attempt-started' && event.data.attemptId === attemptId && event.data.followsOnly === true,
    ),
    release,
    configuration: current.configuration,
    stage: orThrow(findStage(pipeline, request.stageId)),
    environment,
    pace: deps.paceOf(environment),
  }
}
