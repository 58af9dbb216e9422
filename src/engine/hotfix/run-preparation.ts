import type { Environment } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { Hotfix } from '#domain/hotfix'
import type { Refusal } from '#domain/kernel'
import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { Configuration, Stage } from '#domain/pipeline'
import { wayOfRelease } from '#domain/pipeline'
import type { Release } from '#domain/release'
import type { DurableContext, DurableDefinition } from '#engine/ports'
import { requireConfiguration } from '../apply-configuration.ts'
import type { PutEnd, PutRun } from '../cattle/put-package.ts'
import { putSource, sourceFolder } from '../cattle/put-source.ts'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { findEnvironment, findWay } from '../find.ts'
import { orThrow } from '../or-throw.ts'
import { loadSealedRelease } from '../promotion/sealed-release.ts'
import { findLeftovers } from './check-dev.ts'
import { asRelease } from './find-way.ts'
import { putBase } from './put-base.ts'
import { loadHotfix, recordHotfix } from './stream.ts'

export const hotfixWork = 'prepare-hotfix'

export interface HotfixInput {
  readonly hotfixId: string
  readonly workId: string
}

/** What making a pair ready works with; recorded when it began, so that a replay takes the same steps. */
export interface PairFacts {
  readonly hotfix: Hotfix
  readonly base: Release
  readonly configuration: Configuration
  readonly dev: Environment
  readonly test: Environment
  /** The stage that its Test is. */
  readonly testStage: Stage
  readonly devPace: Pace
  readonly testPace: Pace
}

export interface PairRun extends PairFacts {
  readonly deps: WorkerDependencies
  readonly ctx: DurableContext
  readonly workId: string
}

/** Branch → source into Dev → nothing else there → the bytes that production runs into Test; each step recorded. */
export function hotfixDefinition(deps: WorkerDependencies): DurableDefinition<HotfixInput> {
  return {
    name: hotfixWork,
    async run(ctx, input) {
      try {
        const facts = await ctx.step('load', () => loadFacts(deps, input.hotfixId))
        await prepare({ deps, ctx, workId: input.workId, ...facts })
      } catch (error) {
        if (errorCode(error) === 'unexpected') deps.log.error('Preparing a hotfix broke', { ...input, error: errorMessage(error) })
        await ctx.step('record-error', () => endHotfixPreparation(deps, input, refusalOf(error)))
      }
    },
  }
}

/** Ends what did not end well, under the same key as any other end. */
export async function endHotfixPreparation(
  deps: Pick<WorkerDependencies, 'ledger'>,
  { hotfixId, workId }: HotfixInput,
  refusal: Refusal,
): Promise<void> {
  await recordHotfix(deps.ledger, hotfixId, [{ type: 'hotfix-preparation-failed', data: { workId, refusal }, key: `${workId}:ended` }])
}

function refusalOf(error: unknown): Refusal {
  const hint = error instanceof DroverError ? error.hint : undefined
  const next = 'Mend the cause, then try again with `drover hotfix retry`, or abandon the hotfix.'
  return { code: errorCode(error), message: errorMessage(error), hint: hint ?? next, reasons: [] }
}

async function loadFacts(deps: WorkerDependencies, hotfixId: string): Promise<PairFacts> {
  const hotfix = orThrow(await loadHotfix(deps, hotfixId))
  const { configuration } = orThrow(await requireConfiguration(deps))
  const base = await loadSealedRelease(deps.ledger, hotfix.base.releaseId)
  const dev = orThrow(findEnvironment(configuration, hotfix.dev))
  const test = orThrow(findEnvironment(configuration, hotfix.test))
  const { pipeline } = orThrow(findWay(configuration, hotfix.solution))
  const [testStage] = orThrow(wayOfRelease(pipeline, { hotfix: asRelease(hotfix) })).stages
  if (testStage === undefined) throw new DroverError('stage.unknown', `Hotfix ${hotfixId} has no stage to be tested in.`)
  return { hotfix, base, configuration, dev, test, testStage, devPace: deps.paceOf(dev), testPace: deps.paceOf(test) }
}

async function prepare(run: PairRun): Promise<void> {
  await run.ctx.step('make-branch', () => makeBranch(run))
  const dev = await run.deps.fence.hold(laneOf(run.dev), run.workId, (lease) => prepareDev(run, () => lease.check()))
  if (dev !== undefined) return end(run, dev)
  const test = await run.deps.fence.hold(laneOf(run.test), run.workId, (lease) =>
    putBase(run, putRun(run, { environment: run.test, checkLease: () => lease.check(), pace: run.testPace })),
  )
  if (test.end !== 'done') return end(run, refusalIn(run, test))
  await note(run, 'test', test.note)
  await run.ctx.step('end', () =>
    recordHotfix(run.deps.ledger, run.hotfix.hotfixId, [
      { type: 'hotfix-prepared', data: { workId: run.workId }, key: `${run.workId}:ended` },
    ]),
  )
}

/** One commit that changes nothing, on the commit that production runs: releases of the hotfix are committed after it. */
async function makeBranch(run: PairRun): Promise<void> {
  const { hotfix, configuration, deps } = run
  const control = deps.openSourceControl(configuration.sourceRepository)
  const folder = sourceFolder(hotfix.solution)
  const { commit, version, tag } = hotfix.base
  const source = await control.readSource({ folder, commit })
  if (source === undefined || source.files.size === 0) {
    throw new DroverError('hotfix.no-source', `The source repository does not have commit ${commit.slice(0, 12)}, which production runs.`, {
      hint: 'Check `sourceRepository` in drover.yaml: it has to be the one that releases were committed to.',
    })
  }
  await control.commitBranch({
    branch: hotfix.branch,
    parent: source.commit,
    folders: [{ folder, files: source.files }],
    message: `Begin hotfix ${hotfix.hotfixId} of ${hotfix.solution}\n\nFrom ${tag ?? version}, as ${run.base.id} brought it to production: ${hotfix.reason}`,
    author: hotfix.startedBy,
  })
  await recordStep(run, 'branch', `${hotfix.branch}, from ${tag ?? commit.slice(0, 12)}.`)
}

async function prepareDev(run: PairRun, checkLease: () => Promise<void>): Promise<Refusal | undefined> {
  const { hotfix, configuration } = run
  const put = putRun(run, { environment: run.dev, checkLease, pace: run.devPace })
  const { ended } = await putSource(put, {
    label: 'dev',
    repository: configuration.sourceRepository,
    solution: hotfix.solution,
    commit: hotfix.base.commit,
  })
  if (ended.end !== 'done') return refusalIn(run, ended)
  await note(run, 'dev', ended.note)
  const leftovers = await findLeftovers(run, put.target)
  if (leftovers === null)
    await note(run, 'compare', `${run.dev.name} holds what ${hotfix.base.version} is made of, and nothing else of it.`)
  return leftovers ?? undefined
}

function putRun(run: PairRun, of: { readonly environment: Environment; readonly pace: Pace; checkLease(): Promise<void> }): PutRun {
  const { hotfixId } = run.hotfix
  return {
    ...of,
    deps: run.deps,
    ctx: run.ctx,
    target: run.deps.environments.open(of.environment),
    record: (key, { importJobId, state }) =>
      recordHotfix(run.deps.ledger, hotfixId, [
        { type: 'hotfix-import-recorded', data: { importJobId, state }, key: `${run.workId}:${key}` },
      ]),
  }
}

function refusalIn({ hotfix }: PairRun, ended: Exclude<PutEnd, { end: 'done' }>): Refusal {
  if (ended.end === 'failed') return ended.refusal
  const hint = `Look into the environment; then try again with \`drover hotfix retry ${hotfix.hotfixId}\`, or abandon the hotfix.`
  return { code: 'hotfix.indeterminate', message: ended.message, hint, reasons: [] }
}

async function end(run: PairRun, refusal: Refusal): Promise<void> {
  await run.ctx.step('end', () => endHotfixPreparation(run.deps, { hotfixId: run.hotfix.hotfixId, workId: run.workId }, refusal))
}

async function note(run: PairRun, name: string, text: string): Promise<void> {
  await run.ctx.step(`note-${name}`, () => recordStep(run, name, text))
}

async function recordStep(run: PairRun, name: string, text: string): Promise<void> {
  await recordHotfix(run.deps.ledger, run.hotfix.hotfixId, [
    { type: 'hotfix-step', data: { name, note: text }, key: `${run.workId}:step:${name}` },
  ])
}
