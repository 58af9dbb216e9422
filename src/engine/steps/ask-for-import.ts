import { errorMessage } from '#domain/kernel'
import type { AttemptRun } from '../promotion/run.ts'
import type { SeenWork } from '../start-once.ts'

/** One look; an environment that gives no answer, or refuses one, says nothing about the import. */
export async function askForImport(run: AttemptRun, importJobId: string): Promise<SeenWork> {
  try {
    const asked = await run.target.findImport(importJobId, run.request.solution)
    if (!asked.found) return { seen: 'absent' }
    if (asked.asyncOperationId !== undefined) return { seen: 'operation', asyncOperationId: asked.asyncOperationId }
    return asked.isFinished ? { seen: 'finished' } : { seen: 'running' }
  } catch (error) {
    return { seen: 'no-answer', why: errorMessage(error) }
  }
}

/** Looks until there is something to go by, or the settle window has passed: only then is "absent" an answer. To be called inside a step. */
export async function askUntilSettled(run: AttemptRun, importJobId: string): Promise<SeenWork> {
  const { pollMs, settleMs } = run.pace
  const settledAt = nowMs(run) + settleMs
  for (;;) {
    const asked = await askForImport(run, importJobId)
    if (asked.seen === 'operation' || asked.seen === 'finished' || nowMs(run) >= settledAt) return asked
    await run.deps.pause(pollMs)
  }
}

/** Only for use inside a step, whose result is recorded. */
export function nowMs(run: AttemptRun): number {
  return Date.parse(run.deps.clock.now())
}

export function unclear(importJobId: string, why: string): string {
  return `What became of the import ${importJobId} cannot be told: ${why}. It is not sent again.`
}
