import type { DroverError } from '#domain/kernel'
import { errorMessage } from '#domain/kernel'
import type { Clock, DurableContext, OpenEnvironment } from '#engine/ports'
import type { Pace } from './dependencies.ts'
import { followOperation } from './follow-operation.ts'
import type { SeenWork } from './start-once.ts'
import { startOnce } from './start-once.ts'

interface ImportRun {
  readonly deps: { readonly clock: Clock; pause(ms: number): Promise<void> }
  readonly ctx: DurableContext
  readonly pace: Pace
  readonly target: OpenEnvironment
  checkLease(): Promise<void>
}

export interface TransportFile {
  readonly importJobId: string
  /** Unique name of the solution in the file, which is a container alone. */
  readonly transport: string
  bytes(): Promise<Uint8Array>
  /** Written before the request; false when it stood there already. */
  mark(attempt: number): Promise<boolean>
  notTaken(why: string): DroverError
}

export type TransportEnd =
  | { readonly end: 'imported' }
  | { readonly end: 'refused'; readonly message: string }
  /** Nobody can tell what became of it; it is not sent again. */
  | { readonly end: 'unclear'; readonly message: string }

/** Imports a transport unmanaged. It is sent once; whoever finds that it was sent asks what became of it. */
export async function importTransport(run: ImportRun, file: TransportFile): Promise<TransportEnd> {
  const { importJobId, notTaken } = file
  const started = await startOnce(run, {
    label: 'start-import',
    mark: (attempt) => file.mark(attempt),
    send: () => send(run, file),
    ask: () => askUntilSettled(run, file),
    recordNotArrived: async () => undefined,
    unclear: (why) => `What became of the import ${importJobId} cannot be told: ${why}. It is not sent again.`,
    neverArrived: (tries) => notTaken(`it did not arrive in ${tries} tries`),
    turnedAwayTooLong: (seconds, message) => notTaken(`it was turned away for ${seconds} s: ${message}`),
  })
  if (started.outcome === 'unclear') return { end: 'unclear', message: started.message }
  const { asyncOperationId } = started
  if (asyncOperationId === null) return followJob(run, file)
  const ended = await followOperation(run, { label: 'import', asyncOperationId, environment: run.target })
  if (ended.state === 'succeeded') return { end: 'imported' }
  return { end: ended.state === 'failed' ? 'refused' : 'unclear', message: ended.message }
}

/** Found without an operation that could be followed: only the job itself tells that it has ended. */
async function followJob(run: ImportRun, file: TransportFile): Promise<TransportEnd> {
  const { pollMs, settleMs, operationTimeoutMs } = run.pace
  for (let waitedMs = 0, at = 0; ; waitedMs += pollMs, at++) {
    const asked = await run.ctx.step(`follow-job-${at}`, () => askOnce(run, file))
    if (asked.seen === 'finished') return { end: 'imported' }
    if (asked.seen === 'absent' && waitedMs >= settleMs)
      return { end: 'unclear', message: `The environment does not know the import ${file.importJobId} any more.` }
    if (waitedMs >= operationTimeoutMs)
      return { end: 'unclear', message: `The import ${file.importJobId} showed no end in ${operationTimeoutMs / 1000} s.` }
    await run.ctx.sleep(pollMs)
  }
}

async function send({ target }: ImportRun, file: TransportFile): Promise<{ readonly asyncOperationId: string }> {
  const { uploadId, isValid, problems } = await target.stage(await file.bytes())
  if (!isValid) throw file.notTaken(problems.map(({ subject, message }) => `${subject}: ${message}`).join(' '))
  const parameters = { connectionReferences: [], environmentVariables: [] }
  return target.startImport({ importJobId: file.importJobId, uploadId, mode: 'unmanaged', parameters })
}

/** Only after the settle window is "absent" an answer. To be called inside a step. */
async function askUntilSettled(run: ImportRun, file: TransportFile): Promise<SeenWork> {
  const now = (): number => Date.parse(run.deps.clock.now())
  const settledAt = now() + run.pace.settleMs
  for (;;) {
    const asked = await askOnce(run, file)
    if (asked.seen === 'operation' || asked.seen === 'finished' || now() >= settledAt) return asked
    await run.deps.pause(run.pace.pollMs)
  }
}

async function askOnce({ target }: ImportRun, { importJobId, transport }: TransportFile): Promise<SeenWork> {
  try {
    const { found, asyncOperationId, isFinished } = await target.findImport(importJobId, transport)
    if (!found) return { seen: 'absent' }
    if (asyncOperationId !== undefined) return { seen: 'operation', asyncOperationId }
    return isFinished ? { seen: 'finished' } : { seen: 'running' }
  } catch (error) {
    return { seen: 'no-answer', why: errorMessage(error) }
  }
}
