import type { Digest } from '#domain/kernel'
import { errorMessage, refuse } from '#domain/kernel'
import type { ImportState } from '#domain/promotion'
import { followOperation } from '../follow-operation.ts'
import { recordFact } from '../promotion/stream.ts'
import type { SeenWork } from '../start-once.ts'
import type { AttemptFacts, AttemptRun, FollowedImport, StepEnd } from '../promotion/run.ts'
import { askForImport, unclear } from './ask-for-import.ts'
import { startImport } from './start-import.ts'

/**
 * Starts the import once and follows it. The id of the import job is chosen in a recorded step of its own, so that after a
 * crash or a dropped connection the environment can be asked whether that very job is there.
 */
export async function importSolution(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  if (facts.earlierImport !== null) return follow(run, facts.earlierImport)
  const importJobId = await run.ctx.step('choose-import-job', async () => {
    const id = run.deps.ids.guid()
    await recordFact(run.deps.ledger, run.promotionId, {
      type: 'job-recorded',
      data: { attemptId: run.attemptId, importJobId: id },
      key: `${run.attemptId}:import-job`,
    })
    return id
  })
  const started = await startImport(run, {
    importJobId,
    uploadId: facts.uploadId,
    mode: run.request.plan.mode,
    parameters: run.request.plan.parameters,
  })
  if (started.outcome === 'unclear') return { end: 'indeterminate', message: started.message }
  return follow(run, { attemptId: run.attemptId, importJobId, asyncOperationId: started.asyncOperationId })
}

async function follow(run: AttemptRun, job: FollowedImport): Promise<StepEnd> {
  const seen = job.asyncOperationId === null ? await followJob(run, job.importJobId) : operation(job.asyncOperationId)
  if (seen.seen === 'operation') return followToEnd(run, { ...job, asyncOperationId: seen.asyncOperationId })
  if (seen.seen === 'finished') return readResult(run, job)
  return { end: 'indeterminate', message: unclear(job.importJobId, seen.why) }
}

function operation(asyncOperationId: string): FollowEnd {
  return { seen: 'operation', asyncOperationId }
}

type FollowEnd = Exclude<SeenWork, { readonly seen: 'running' | 'absent' }>

/** Looks at a job that has no operation yet until it has one, or has ended; no end within the time-out is no answer. */
async function followJob(run: AttemptRun, importJobId: string): Promise<FollowEnd> {
  const { pollMs, settleMs, operationTimeoutMs } = run.pace
  for (let waitedMs = 0, look = 0; ; waitedMs += pollMs, look++) {
    const asked = await run.ctx.step(`follow-job-${look}`, () => askForImport(run, importJobId))
    if (asked.seen === 'operation' || asked.seen === 'finished') return asked
    if (asked.seen === 'absent' && waitedMs >= settleMs) return { seen: 'no-answer', why: 'the environment does not know it any more' }
    if (waitedMs >= operationTimeoutMs) return { seen: 'no-answer', why: `it showed no end in ${operationTimeoutMs / 1000} s` }
    await run.ctx.sleep(pollMs)
  }
}

async function followToEnd(run: AttemptRun, job: FollowedImport & { readonly asyncOperationId: string }): Promise<StepEnd> {
  const end = await followOperation(run, {
    label: 'import',
    asyncOperationId: job.asyncOperationId,
    environment: run.target,
    mustNotLose: true,
  })
  if (end.state === 'unclear') {
    // Rows of operations are cleared away; the job itself may still tell that it has ended.
    const asked = await run.ctx.step('look-at-import-job', () => askForImport(run, job.importJobId))
    return asked.seen === 'finished' ? readResult(run, job) : { end: 'indeterminate', message: end.message }
  }
  if (end.state === 'failed') {
    await run.ctx.step('record-import-failure', async () => recordEnd(run, job, { importState: 'failed', log: await readLog(run, job) }))
    return { end: 'failed', refusal: importFailed(run, end.code, end.message) }
  }
  return readResult(run, job)
}

async function readResult(run: AttemptRun, job: FollowedImport): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('read-import-result', async () => {
    const { importJobId } = job
    const result = await run.target.fetchImportResult(importJobId)
    const problems = [...result.errors.map((message) => ({ subject: run.request.solution, message })), ...result.failedComponents]
    if (!result.isPassed || problems.length > 0) {
      await recordEnd(run, job, { importState: 'in-part', log: result.log })
      return { end: 'failed', refusal: { ...importFailed(run, undefined, 'its result names failures'), hint: inPart, reasons: problems } }
    }
    await recordEnd(run, job, { importState: 'passed', log: result.log })
    const warnings = result.warnings.length === 0 ? '' : ` Warnings: ${result.warnings.join('; ')}`
    return { end: 'done', note: `${run.request.plan.mode} by import job ${importJobId}.${warnings}`, facts: { importJobId } }
  })
}

/** Recorded with the attempt that started it, whoever saw its end. */
async function recordEnd(
  run: AttemptRun,
  { attemptId, importJobId, asyncOperationId }: FollowedImport,
  { importState, log }: { readonly importState: ImportState; readonly log: string | undefined },
): Promise<void> {
  const importLog = await keepLog(run, log)
  await recordFact(run.deps.ledger, run.promotionId, {
    type: 'job-recorded',
    data: {
      ...{ attemptId, importJobId, importState },
      ...(asyncOperationId === null ? {} : { asyncOperationId }),
      ...(importLog === undefined ? {} : { importLog }),
    },
    key: `${attemptId}:import-ended`,
  })
}

/** Of an import whose operation failed; that it failed is recorded also where its log cannot be read. */
async function readLog(run: AttemptRun, { importJobId }: FollowedImport): Promise<string | undefined> {
  try {
    return (await run.target.fetchImportResult(importJobId)).log
  } catch (error) {
    run.deps.log.warn('The log of an import that failed cannot be read; its failure is recorded', {
      importJobId,
      error: errorMessage(error),
    })
    return undefined
  }
}

/** Kept before the ledger names it. It is evidence of an import, and what came of that is recorded also where there is no room for it. */
async function keepLog(run: AttemptRun, log: string | undefined): Promise<Digest | undefined> {
  if (log === undefined) return undefined
  try {
    return await run.deps.artifacts.put(new TextEncoder().encode(log))
  } catch (error) {
    run.deps.log.warn('The log of an import cannot be kept; its end is recorded', {
      promotionId: run.promotionId,
      error: errorMessage(error),
    })
    return undefined
  }
}

const inPart = 'Read the reasons. What did not fail may be there: go back, or mend the cause in Dev and promote the next version.'

function importFailed(run: AttemptRun, code: string | undefined, message: string) {
  return refuse(
    'import.failed',
    `The import of ${run.request.solution} ${run.request.version} into ${run.environment.name} failed${code === undefined ? '' : ` with ${code}`}: ${message}`,
    'Read the reasons; the platform rolls a failed import back. Mend the cause and request the promotion again.',
    [],
  ).refusal
}
