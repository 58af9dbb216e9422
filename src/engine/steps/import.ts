import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { ImportStart } from '#engine/ports'
import { followOperation } from '../follow-operation.ts'
import { recordFact } from '../promotion/stream.ts'
import type { AttemptFacts, AttemptRun, StepEnd } from '../promotion/run.ts'

/**
 * Starts the import once and follows it. The id of the import job is chosen in a recorded step of its own, so that after a
 * crash or a dropped connection the environment can be asked whether that very job is there.
 */
export async function importSolution(run: AttemptRun, facts: AttemptFacts): Promise<StepEnd> {
  if (facts.earlierImport !== null) return follow(run, facts.earlierImport.importJobId, facts.earlierImport.asyncOperationId)
  const importJobId = await run.ctx.step('choose-import-job', async () => {
    const id = run.deps.ids.guid()
    await recordFact(run.deps.ledger, run.promotionId, {
      type: 'job-recorded',
      data: { attemptId: run.attemptId, importJobId: id },
      key: `${run.attemptId}:import-job`,
    })
    return id
  })
  const started = await startOnce(run, {
    importJobId,
    uploadId: facts.uploadId,
    mode: run.request.plan.mode,
    parameters: run.request.plan.parameters,
  })
  if (started.outcome === 'unclear') return { end: 'indeterminate', message: started.message }
  return follow(run, importJobId, started.asyncOperationId)
}

async function follow(run: AttemptRun, importJobId: string, asyncOperationId: string | null): Promise<StepEnd> {
  if (asyncOperationId !== null) {
    const end = await followOperation(run, { label: 'import', asyncOperationId, environment: run.target })
    if (end.state === 'unclear') return { end: 'indeterminate', message: end.message }
    if (end.state === 'failed') return { end: 'failed', refusal: importFailed(run, end.code, end.message) }
  }
  return readResult(run, importJobId, asyncOperationId)
}

/** `asyncOperationId` is null when the job was found finished and its operation row is gone. */
type Started =
  | { readonly outcome: 'started'; readonly asyncOperationId: string | null }
  | { readonly outcome: 'unclear'; readonly message: string }
type Sent = Started | { readonly outcome: 'not-arrived' }

async function startOnce(run: AttemptRun, start: ImportStart): Promise<Started> {
  const { startAttempts, retryMs } = run.deps.pace
  for (let attempt = 0; attempt < startAttempts; attempt++) {
    const sent = await run.ctx.step<Sent>(`start-import-${attempt}`, () => send(run, start, attempt))
    if (sent.outcome !== 'not-arrived') return sent
    await run.ctx.sleep(retryMs)
  }
  throw new DroverError(
    'import.unreachable',
    `${run.environment.name} did not take the import of ${run.request.solution} in ${startAttempts} tries; nothing was started.`,
    {
      hint: 'Check that the environment is up, then resume the promotion.',
      isRetryable: true,
    },
  )
}

/** The mark is written before the request: finding it already there means that an earlier run of this step may have sent it. */
async function send(run: AttemptRun, start: ImportStart, attempt: number): Promise<Sent> {
  const isFirst = await recordFact(run.deps.ledger, run.promotionId, {
    type: 'job-recorded',
    data: { attemptId: run.attemptId, importJobId: start.importJobId },
    key: `${run.attemptId}:import-sent-${attempt}`,
  })
  if (!isFirst) return askUntilSettled(run, start.importJobId)
  await run.checkLease()
  try {
    const { asyncOperationId } = await run.target.startImport(start)
    return { outcome: 'started', asyncOperationId }
  } catch (error) {
    if (errorCode(error) === 'dataverse.unreachable') return { outcome: 'not-arrived' }
    if (errorCode(error) === 'dataverse.ambiguous') return askUntilSettled(run, start.importJobId)
    throw error
  }
}

/** Absent in import jobs, operations and history until the settle window has passed: it did not start. No answer: nobody can tell. */
async function askUntilSettled(run: AttemptRun, importJobId: string): Promise<Sent> {
  const { pollMs, settleMs } = run.deps.pace
  for (let waitedMs = 0; ; waitedMs += pollMs) {
    try {
      const asked = await run.target.findImport(importJobId, run.request.solution)
      if (asked.found && asked.asyncOperationId !== undefined) return { outcome: 'started', asyncOperationId: asked.asyncOperationId }
      if (asked.found && asked.isFinished) return { outcome: 'started', asyncOperationId: null }
      if (waitedMs >= settleMs)
        return asked.found ? unclear(importJobId, 'its import job exists, but no operation to follow') : { outcome: 'not-arrived' }
    } catch (error) {
      if (waitedMs >= settleMs) return unclear(importJobId, errorMessage(error))
    }
    await run.deps.pause(pollMs)
  }
}

function unclear(importJobId: string, why: string): Started {
  return { outcome: 'unclear', message: `Whether the import ${importJobId} was started cannot be told: ${why}. It is not sent again.` }
}

async function readResult(run: AttemptRun, importJobId: string, asyncOperationId: string | null): Promise<StepEnd> {
  return run.ctx.step<StepEnd>('read-import-result', async () => {
    if (asyncOperationId !== null) {
      await recordFact(run.deps.ledger, run.promotionId, {
        type: 'job-recorded',
        data: { attemptId: run.attemptId, asyncOperationId },
        key: `${run.attemptId}:operation`,
      })
    }
    const result = await run.target.fetchImportResult(importJobId)
    const problems = [...result.errors.map((message) => ({ subject: run.request.solution, message })), ...result.failedComponents]
    if (!result.isPassed || problems.length > 0) {
      return { end: 'failed', refusal: { ...importFailed(run, undefined, 'the result of the import names failures'), reasons: problems } }
    }
    const warnings = result.warnings.length === 0 ? '' : ` Warnings: ${result.warnings.join('; ')}`
    return { end: 'done', note: `${run.request.plan.mode} by import job ${importJobId}.${warnings}`, facts: { importJobId } }
  })
}

function importFailed(run: AttemptRun, code: string | undefined, message: string) {
  return {
    code: 'import.failed',
    message: `The import of ${run.request.solution} ${run.request.version} into ${run.environment.name} failed${code === undefined ? '' : ` with ${code}`}: ${message}`,
    hint: 'Read the reasons; the platform rolls a failed import back. Mend the cause and request the promotion again.',
    reasons: [],
  }
}
