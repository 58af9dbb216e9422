import { DroverError, errorCode, errorMessage } from '#domain/kernel'
import type { DurableContext } from '#engine/ports'
import type { Pace } from './dependencies.ts'

/** What one or several looks for work in an environment showed. `running`: it is there and has not ended, with no operation to follow. */
export type SeenWork =
  | { readonly seen: 'operation'; readonly asyncOperationId: string }
  | { readonly seen: 'finished' }
  | { readonly seen: 'running' }
  | { readonly seen: 'absent' }
  | { readonly seen: 'no-answer'; readonly why: string }

/** `asyncOperationId` is null when the work was found without an operation to follow. */
export type Started =
  | { readonly outcome: 'started'; readonly asyncOperationId: string | null }
  | { readonly outcome: 'unclear'; readonly message: string }

/** Work that an environment is asked to begin, and that must not be begun twice. */
export interface Start {
  /** Names the recorded steps. */
  readonly label: string
  /** Written before the request: finding it already there means that an earlier run of this step may have sent it. */
  mark(attempt: number): Promise<boolean>
  send(): Promise<{ readonly asyncOperationId: string }>
  /** Looks for what was sent until there is something to go by, or the settle window has passed. */
  ask(): Promise<SeenWork>
  /** Recorded when it is certain that nothing was begun. */
  recordNotArrived(attempt: number): Promise<void>
  unclear(why: string): string
  /** What is thrown when it did not arrive so many times. */
  neverArrived(tries: number): DroverError
  /** What is thrown when it was turned away for so long, with what the environment said last. */
  turnedAwayTooLong(seconds: number, message: string): DroverError
}

interface StartRun {
  readonly ctx: DurableContext
  readonly pace: Pace
  checkLease(): Promise<void>
}

type Sent =
  | Started
  | { readonly outcome: 'not-arrived' }
  | { readonly outcome: 'turned-away'; readonly message: string; readonly retryAfterMs: number | null }

/** Longest pause between two starts that were turned away, when the environment names none. */
const longestPauseMs = 60_000

/** Sends until the environment has it, or nobody can tell: what did not arrive a few times, what was turned away for now for longer. */
export async function startOnce(run: StartRun, start: Start): Promise<Started> {
  const { startAttempts, retryMs, turnedAwayMs } = run.pace
  let missed = 0
  let turnedAway = 0
  let waitedMs = 0
  for (let attempt = 0; ; attempt++) {
    const sent = await run.ctx.step<Sent>(`${start.label}-${attempt}`, () => send(run, start, attempt))
    if (sent.outcome === 'started' || sent.outcome === 'unclear') return sent
    if (sent.outcome === 'not-arrived') {
      missed++
      if (missed >= startAttempts) throw start.neverArrived(startAttempts)
      await run.ctx.sleep(retryMs)
      continue
    }
    if (waitedMs >= turnedAwayMs) throw start.turnedAwayTooLong(Math.round(turnedAwayMs / 1000), sent.message)
    const pauseMs = Math.min(turnedAwayMs, sent.retryAfterMs ?? Math.min(longestPauseMs, retryMs * 2 ** Math.min(turnedAway, 10)))
    turnedAway++
    waitedMs += pauseMs
    await run.ctx.sleep(pauseMs)
  }
}

async function send(run: StartRun, start: Start, attempt: number): Promise<Sent> {
  if (!(await start.mark(attempt))) return ask(start, attempt)
  // Losing the lease here leaves the mark: the next attempt asks, and finds nothing.
  await run.checkLease()
  try {
    const { asyncOperationId } = await start.send()
    return { outcome: 'started', asyncOperationId }
  } catch (error) {
    if (!isClearNo(error)) return ask(start, attempt)
    await start.recordNotArrived(attempt)
    if (error.code === 'dataverse.unreachable') return { outcome: 'not-arrived' }
    if (!error.isRetryable) throw error
    return { outcome: 'turned-away', message: errorMessage(error), retryAfterMs: error.retryAfterMs ?? null }
  }
}

/** Whether nothing was started for certain: it did not leave, or the environment itself said no. An answer that cannot be read is no such no. */
function isClearNo(error: unknown): error is DroverError {
  return error instanceof DroverError && !['dataverse.ambiguous', 'dataverse.unexpected'].includes(errorCode(error))
}

async function ask(start: Start, attempt: number): Promise<Sent> {
  const asked = await start.ask()
  switch (asked.seen) {
    case 'operation':
      return { outcome: 'started', asyncOperationId: asked.asyncOperationId }
    case 'running':
    case 'finished':
      return { outcome: 'started', asyncOperationId: null }
    case 'absent':
      await start.recordNotArrived(attempt)
      return { outcome: 'not-arrived' }
    case 'no-answer':
      return { outcome: 'unclear', message: start.unclear(asked.why) }
  }
}
