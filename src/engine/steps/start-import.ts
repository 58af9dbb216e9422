import { DroverError } from '#domain/kernel'
import type { ImportStart } from '#engine/ports'
import type { ImportState } from '#domain/promotion'
import type { AttemptRun } from '../promotion/run.ts'
import { recordFact } from '../promotion/stream.ts'
import type { Started } from '../start-once.ts'
import { startOnce } from '../start-once.ts'
import { askUntilSettled, unclear } from './ask-for-import.ts'

/** Starts an import under the id that was chosen for its job, once. */
export async function startImport(run: AttemptRun, start: ImportStart): Promise<Started> {
  const { importJobId } = start
  const record = (importState: ImportState, key: string) =>
    recordFact(run.deps.ledger, run.promotionId, {
      type: 'job-recorded',
      data: { attemptId: run.attemptId, importJobId, importState },
      key: `${run.attemptId}:${key}`,
    })
  return startOnce(run, {
    label: 'start-import',
    mark: (attempt) => record('sent', `import-sent-${attempt}`),
    send: () => run.target.startImport(start),
    ask: () => askUntilSettled(run, importJobId),
    recordNotArrived: async (attempt) => void (await record('not-arrived', `import-not-arrived-${attempt}`)),
    unclear: (why) => unclear(importJobId, why),
    neverArrived: (tries) => neverArrived(run, tries),
    turnedAwayTooLong: (seconds, message) => turnedAwayTooLong(run, seconds, message),
  })
}

function neverArrived({ environment, request }: AttemptRun, tries: number): DroverError {
  return new DroverError(
    'import.unreachable',
    `${environment.name} did not take the import of ${request.solution} in ${tries} tries; nothing was started.`,
    { hint: 'Check that the environment is up, then resume the promotion.', isRetryable: true },
  )
}

function turnedAwayTooLong({ environment, request }: AttemptRun, seconds: number, message: string): DroverError {
  return new DroverError(
    'import.turned-away',
    `${environment.name} turned the import of ${request.solution} away for ${seconds} s; nothing was started. It says: ${message}`,
    { hint: 'Wait until what it names has ended, then resume the promotion.', isRetryable: true },
  )
}
