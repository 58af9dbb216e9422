import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { ImportStart } from '#engine/ports'
import type { AttemptRun } from '../promotion/run.ts'
import { recordFact } from '../promotion/stream.ts'
import { askUntilSettled, unclear } from './ask-for-import.ts'

/** `asyncOperationId` is null when the job was found without an operation to follow. */
export type Started =
  | { readonly outcome: 'started'; readonly asyncOperationId: string | null }
  | { readonly outcome: 'unclear'; readonly message: string }

type Sent =
  | Started
  | { readonly outcome: 'not-arrived' }
  | { readonly outcome: 'turned-away'; readonly message: string; readonly retryAfterMs: number | null }

/** Longest pause between two starts that were turned away, when the environment names none. */
const longestPauseMs = 60_000

/** Sends until the environment has it, or nobody can tell: what did not arrive a few times, what was turned away for now for longer. */
export async function startOnce(run: AttemptRun, start: ImportStart): Promise<Started> {
  const { startAttempts, retryMs, turnedAwayMs } = run.pace
  let missed = 0
  let turnedAway = 0
  let waitedMs = 0
  for (let attempt = 0; ; attempt++) {
    const sent = await run.ctx.step<Sent>(`start-import-${attempt}`, () => send(run, start, attempt))
    if (sent.outcome === 'started' || sent.outcome === 'unclear') return sent
    if (sent.outcome === 'not-arrived') {
      missed++
      if (missed >= startAttempts) throw neverArrived(run)
      await run.ctx.sleep(retryMs)
      continue
    }
    if (waitedMs >= turnedAwayMs) throw turnedAwayTooLong(run, sent.message)
    const pauseMs = Math.min(turnedAwayMs, sent.retryAfterMs ?? Math.min(longestPauseMs, retryMs * 2 ** Math.min(turnedAway, 10)))
    turnedAway++
    waitedMs += pauseMs
    await run.ctx.sleep(pauseMs)
  }
}

/** The mark is written before the request: finding it already there means that an earlier run of this step may have sent it. */
async function send(run: AttemptRun, start: ImportStart, attempt: number): Promise<Sent> {
  const { importJobId } = start
  const isFirst = await recordFact(run.deps.ledger, run.promotionId, {
    type: 'job-recorded',
    data: { attemptId: run.attemptId, importJobId, importState: 'sent' },
    key: `${run.attemptId}:import-sent-${attempt}`,
  })
  if (!isFirst) return ask(run, importJobId, attempt)
  // Losing the lease here leaves the mark: the next attempt asks, and finds nothing.
  await run.checkLease()
  try {
    const { asyncOperationId } = await run.target.startImport(start)
    return { outcome: 'started', asyncOperationId }
  } catch (error) {
    if (!isClearNo(error)) return ask(run, importJobId, attempt)
    await recordNotArrived(run, importJobId, attempt)
    if (error.code === 'dataverse.unreachable') return { outcome: 'not-arrived' }
    if (!error.isRetryable) throw error
    return { outcome: 'turned-away', message: errorMessage(error), retryAfterMs: error.retryAfterMs ?? null }
  }
}

/** Whether nothing was started for certain: it did not leave, or the environment itself said no. An answer that cannot be read is no such no. */
function isClearNo(error: unknown): error is DroverError {
  return error instanceof DroverError && !['dataverse.ambiguous', 'dataverse.unexpected'].includes(errorCode(error))
}

async function ask(run: AttemptRun, importJobId: string, attempt: number): Promise<Sent> {
  const asked = await askUntilSettled(run, importJobId)
  switch (asked.seen) {
    case 'operation':
      return { outcome: 'started', asyncOperationId: asked.asyncOperationId }
    case 'running':
    case 'finished':
      return { outcome: 'started', asyncOperationId: null }
    case 'absent':
      await recordNotArrived(run, importJobId, attempt)
      return { outcome: 'not-arrived' }
    case 'no-answer':
      return { outcome: 'unclear', message: unclear(importJobId, asked.why) }
  }
}

async function recordNotArrived(run: AttemptRun, importJobId: string, attempt: number): Promise<void> {
  await recordFact(run.deps.ledger, run.promotionId, {
    type: 'job-recorded',
    data: { attemptId: run.attemptId, importJobId, importState: 'not-arrived' },
    key: `${run.attemptId}:import-not-arrived-${attempt}`,
  })
}

function neverArrived(run: AttemptRun): DroverError {
  const { environment, request, pace } = run
  return new DroverError(
    'import.unreachable',
    `${environment.name} did not take the import of ${request.solution} in ${pace.startAttempts} tries; nothing was started.`,
    { hint: 'Check that the environment is up, then resume the promotion.', isRetryable: true },
  )
}

function turnedAwayTooLong(run: AttemptRun, message: string): DroverError {
  const { environment, request, pace } = run
  return new DroverError(
    'import.turned-away',
    `${environment.name} turned the import of ${request.solution} away for ${Math.round(pace.turnedAwayMs / 1000)} s; nothing was started. It says: ${message}`,
    { hint: 'Wait until what it names has ended, then resume the promotion.', isRetryable: true },
  )
}
