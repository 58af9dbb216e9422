import type { Environment } from '#domain/environment'
import type { Digest, Reason, Refusal, Version } from '#domain/kernel'
import { DroverError, errorMessage, refuse } from '#domain/kernel'
import type { ComponentParameters } from '#domain/plan'
import type { DurableContext, OpenEnvironment } from '#engine/ports'
import type { Pace, WorkerDependencies } from '../dependencies.ts'
import { followOperation } from '../follow-operation.ts'
import type { SeenWork } from '../start-once.ts'
import { startOnce } from '../start-once.ts'

/** What bringing a package into an environment works with; the ledger stream is the caller's. */
export interface PutRun {
  readonly deps: Pick<WorkerDependencies, 'artifacts' | 'clock' | 'ids' | 'pause' | 'openSourceControl'>
  readonly ctx: DurableContext
  readonly pace: Pace
  readonly environment: Pick<Environment, 'id' | 'name'>
  readonly target: OpenEnvironment
  checkLease(): Promise<void>
  /** Appends to the stream of the work under this key; false when it was there already. */
  record(key: string, data: PutRecord): Promise<boolean>
}

/** What the ledger keeps of an import: that it is about to be sent, that it did not arrive, and how it ended. */
export interface PutRecord {
  readonly solution: string
  readonly importJobId: string
  readonly state: 'sent' | 'not-arrived' | 'passed' | 'failed'
}

/** A package that is in the artifact store, and how it goes in. */
export interface PutPackage {
  /** Names recorded steps and keys of the ledger: one package in one run of the work. */
  readonly label: string
  readonly solution: string
  readonly version: Version
  readonly digest: Digest
  /** `unmanaged`: arrives as draft, and just its own components are published; the others are managed. */
  readonly mode: 'install' | 'update' | 'upgrade' | 'unmanaged'
  readonly parameters: ComponentParameters
}

export type PutEnd =
  | { readonly end: 'done'; readonly note: string }
  /** The world said no; nothing of the package is there, unless the reasons say so. */
  | { readonly end: 'failed'; readonly refusal: Refusal }
  /** Nobody can tell; it is not sent again. */
  | { readonly end: 'indeterminate'; readonly message: string }

/** Stages a package, imports it once, and believes the result; killed at any point, it goes on by asking for the very import that it chose. */
export async function putPackage(run: PutRun, put: PutPackage): Promise<PutEnd> {
  const { label } = put
  const staged = await run.ctx.step(`stage-${label}`, () => stage(run, put))
  if ('refusal' in staged) return { end: 'failed', refusal: staged.refusal }
  const importJobId = await run.ctx.step(`choose-import-${label}`, async () => run.deps.ids.guid())
  const import_: Import = { ...put, importJobId }
  const started = await startOnce(run, {
    label: `import-${label}`,
    mark: (attempt) => record(run, import_, 'sent', `sent-${attempt}`),
    send: () => run.target.startImport({ importJobId, uploadId: staged.uploadId, mode: put.mode, parameters: put.parameters }),
    ask: () => askUntilSettled(run, import_),
    recordNotArrived: async (attempt) => void (await record(run, import_, 'not-arrived', `not-arrived-${attempt}`)),
    unclear: (why) => unclear(import_, why),
    neverArrived: (tries) => neverArrived(run, put, `did not take it in ${tries} tries`),
    turnedAwayTooLong: (seconds, message) => neverArrived(run, put, `turned it away for ${seconds} s. It says: ${message}`),
  })
  if (started.outcome === 'unclear') return { end: 'indeterminate', message: started.message }
  const ended = await follow(run, import_, started.asyncOperationId)
  if (ended !== undefined) return ended
  const result = await run.ctx.step<PutEnd>(`read-result-${label}`, () => readResult(run, import_))
  if (result.end === 'done' && put.mode === 'unmanaged') await run.ctx.step(`publish-${label}`, () => publish(run, put.solution))
  return result
}

type Import = PutPackage & { readonly importJobId: string }

function record(run: PutRun, { label, solution, importJobId }: Import, state: PutRecord['state'], key: string): Promise<boolean> {
  return run.record(`${label}:${key}`, { solution, importJobId, state })
}

async function stage(run: PutRun, put: PutPackage): Promise<{ readonly uploadId: string } | { readonly refusal: Refusal }> {
  await run.checkLease()
  const staged = await run.target.stage(await run.deps.artifacts.get(put.digest))
  if (staged.isValid) return { uploadId: staged.uploadId }
  const message = `${run.environment.name} refused ${put.solution} ${put.version} when it was staged; nothing of it was brought.`
  return { refusal: refuse('import.staging-refused', message, 'Mend what is named, and go on.', staged.problems).refusal }
}

/** One look; an environment that gives no answer, or refuses one, says nothing about the import. */
async function ask(run: PutRun, { importJobId, solution }: Import): Promise<SeenWork> {
  try {
    const asked = await run.target.findImport(importJobId, solution)
    if (!asked.found) return { seen: 'absent' }
    if (asked.asyncOperationId !== undefined) return { seen: 'operation', asyncOperationId: asked.asyncOperationId }
    return asked.isFinished ? { seen: 'finished' } : { seen: 'running' }
  } catch (error) {
    return { seen: 'no-answer', why: errorMessage(error) }
  }
}

/** Only after the settle window is "absent" an answer. To be called inside a step. */
async function askUntilSettled(run: PutRun, put: Import): Promise<SeenWork> {
  const now = () => Date.parse(run.deps.clock.now())
  const settledAt = now() + run.pace.settleMs
  for (;;) {
    const asked = await ask(run, put)
    if (asked.seen === 'operation' || asked.seen === 'finished' || now() >= settledAt) return asked
    await run.deps.pause(run.pace.pollMs)
  }
}

/** Undefined when it ended well, as far as its operation or job tells. */
async function follow(run: PutRun, put: Import, asyncOperationId: string | null): Promise<Exclude<PutEnd, { end: 'done' }> | undefined> {
  const seen = asyncOperationId === null ? await followJob(run, put) : { operation: asyncOperationId }
  if ('why' in seen) return { end: 'indeterminate', message: unclear(put, seen.why) }
  if (seen.operation === undefined) return undefined
  const end = await followOperation(run, {
    label: `import-${put.label}`,
    asyncOperationId: seen.operation,
    environment: run.target,
    mustNotLose: true,
  })
  if (end.state === 'succeeded') return undefined
  if (end.state === 'failed') {
    const refusal = importFailed(run, put, `${end.code === undefined ? '' : `${end.code}: `}${end.message}`)
    await run.ctx.step(`record-failure-${put.label}`, () => record(run, put, 'failed', 'ended'))
    return { end: 'failed', refusal }
  }
  // Rows of operations are cleared away; the job itself may still tell that it has ended.
  const asked = await run.ctx.step(`look-at-import-${put.label}`, () => ask(run, put))
  return asked.seen === 'finished' ? undefined : { end: 'indeterminate', message: end.message }
}

type JobEnd = { readonly operation: string | undefined } | { readonly why: string }

/** Looks at a job that has no operation yet until it has one, or has ended. */
async function followJob(run: PutRun, put: Import): Promise<JobEnd> {
  const { pollMs, settleMs, operationTimeoutMs } = run.pace
  for (let waitedMs = 0, look = 0; ; waitedMs += pollMs, look++) {
    const asked = await run.ctx.step(`follow-job-${put.label}-${look}`, () => ask(run, put))
    if (asked.seen === 'operation') return { operation: asked.asyncOperationId }
    if (asked.seen === 'finished') return { operation: undefined }
    if (asked.seen === 'absent' && waitedMs >= settleMs) return { why: 'the environment does not know it any more' }
    if (waitedMs >= operationTimeoutMs) return { why: `it showed no end in ${operationTimeoutMs / 1000} s` }
    await run.ctx.sleep(pollMs)
  }
}

async function readResult(run: PutRun, put: Import): Promise<PutEnd> {
  const result = await run.target.fetchImportResult(put.importJobId)
  const problems: Reason[] = [...result.errors.map((message) => ({ subject: put.solution, message })), ...result.failedComponents]
  const isPassed = result.isPassed && problems.length === 0
  await record(run, put, isPassed ? 'passed' : 'failed', 'ended')
  if (!isPassed) return { end: 'failed', refusal: { ...importFailed(run, put, 'its result names failures'), reasons: problems } }
  const warnings = result.warnings.length === 0 ? '' : ` Warnings: ${result.warnings.join('; ')}`
  const how = put.mode === 'unmanaged' ? 'unmanaged, and published' : 'managed'
  return { end: 'done', note: `${put.solution} ${put.version} is in ${run.environment.name}, ${how}.${warnings}` }
}

/** Unmanaged content arrives as draft: just the solution's own is published, never everybody's. Repeated, it does no harm. */
async function publish(run: PutRun, solution: string): Promise<void> {
  const { pending, untold } = await run.target.fetchPending(solution)
  await run.checkLease()
  if (pending.length + untold.length > 0) await run.target.publish([...pending, ...untold])
}

function unclear({ importJobId, solution }: Import, why: string): string {
  return `What became of the import ${importJobId} of ${solution} cannot be told: ${why}. It is not sent again.`
}

function importFailed({ environment }: PutRun, { solution, version }: PutPackage, message: string): Refusal {
  return refuse(
    'import.failed',
    `The import of ${solution} ${version} into ${environment.name} failed: ${message}`,
    'Read the reasons; the platform rolls a failed import back. Mend the cause and go on.',
    [],
  ).refusal
}

function neverArrived({ environment }: PutRun, { solution }: PutPackage, how: string): DroverError {
  return new DroverError('import.unreachable', `The import of ${solution} was not started: ${environment.name} ${how}`, {
    hint: 'Check that the environment is up and idle, then go on.',
    isRetryable: true,
  })
}
