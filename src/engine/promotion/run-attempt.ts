import { laneOf } from '#domain/environment'
import type { AttemptId, PromotionId } from '#domain/kernel'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { NewPromotionEvent, Promotion } from '#domain/promotion'
import type { StepKind } from '#domain/plan'
import type { Release } from '#domain/release'
import { secretsAmong } from '#domain/settings'
import type { DurableDefinition } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { WorkerDependencies } from '../dependencies.ts'
import { findEnvironment, findPipeline, findStage } from '../find.ts'
import { activateFlows } from '../steps/activate-flows.ts'
import { importSolution } from '../steps/import.ts'
import { observe } from '../steps/observe.ts'
import { stage } from '../steps/stage.ts'
import { verify } from '../steps/verify.ts'
import type { AttemptFacts, AttemptRun, AttemptStep, StepEnd } from './run.ts'
import { promotionStream, recordFact } from './stream.ts'
import { tagRelease } from './tag-release.ts'

export const attemptWork = 'run-attempt'

/** The kinds of step that an attempt is made of; a plan names which, and in which order. */
const steps: Readonly<Record<StepKind, AttemptStep>> = { observe, stage, import: importSolution, 'activate-flows': activateFlows, verify }

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
        const facts = await ctx.step('load', () => loadFacts(deps, input.promotionId))
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
  let facts: AttemptFacts = { layersBefore: [], uploadId: '', importJobId: '', earlierImport: null }
  const notes: string[] = []
  for (const step of run.request.plan.steps) {
    await run.ctx.step(`begin-${step}`, () =>
      note(run, { type: 'step-started', data: { attemptId: run.attemptId, step } }, `begin-${step}`),
    )
    const ended = await steps[step](run, facts)
    if (ended.end !== 'done') return finish(run, failure(run, ended))
    facts = { ...facts, ...ended.facts }
    notes.push(ended.note)
    await run.ctx.step(`end-${step}`, () =>
      note(run, { type: 'step-finished', data: { attemptId: run.attemptId, step, outcome: 'done', note: ended.note } }, `end-${step}`),
    )
  }
  await finish(run, { type: 'attempt-succeeded', data: { attemptId: run.attemptId, verification: notes } })
  await tagRelease(run)
}

function failure(run: AttemptRun, ended: Exclude<StepEnd, { end: 'done' }>): NewPromotionEvent {
  if (ended.end === 'failed') return { type: 'attempt-failed', data: { attemptId: run.attemptId, refusal: ended.refusal } }
  return { type: 'attempt-indeterminate', data: { attemptId: run.attemptId, message: ended.message } }
}

async function finish(run: AttemptRun, event: NewPromotionEvent): Promise<void> {
  await run.ctx.step('finish', () => end(run.deps, run, event))
}

async function end(deps: WorkerDependencies, ids: AttemptInput, event: NewPromotionEvent): Promise<void> {
  await recordFact(deps.ledger, ids.promotionId, { ...event, key: `${ids.attemptId}:ended` })
}

async function note(run: AttemptRun, event: NewPromotionEvent, key: string): Promise<void> {
  await recordFact(run.deps.ledger, run.promotionId, { ...event, key: `${run.attemptId}:${key}` })
}

async function loadFacts(deps: WorkerDependencies, promotionId: PromotionId) {
  const promotion = await deps.readModel.load<Promotion>('promotion', promotionId)
  if (promotion === undefined) throw new DroverError('promotion.unknown', `The ledger holds no promotion ${promotionStream(promotionId)}.`)
  const { request } = promotion
  const earlierJobs = promotion.earlierAttempts.flatMap((attempt) => attempt.jobs.importJobId ?? []).reverse()
  const release = await deps.readModel.load<Release>('release', request.releaseId)
  if (release === undefined)
    throw new DroverError('release.unknown', `The release ${request.releaseId} of promotion ${promotionId} is not in the ledger.`)
  const current = orThrow(await requireConfiguration(deps))
  const pipeline = orThrow(findPipeline(current.configuration, request.pipelineId))
  const environment = orThrow(findEnvironment(current.configuration, request.environmentId))
  return {
    request,
    earlierJobs,
    release,
    configuration: current.configuration,
    stage: orThrow(findStage(pipeline, request.stageId)),
    environment,
  }
}

function orThrow<T>(result: { ok: true; value: T } | { ok: false; refusal: { code: string; message: string; hint: string } }): T {
  if (result.ok) return result.value
  throw new DroverError(result.refusal.code, result.refusal.message, { hint: result.refusal.hint })
}
