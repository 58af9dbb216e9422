import type { Clock } from '../clock.ts'
import { ODataError } from '../errors.ts'
import type { EnvironmentStore, Row, Transaction } from '../store/store.ts'
import type { JobRows } from './job-rows.ts'
import { putAccepted, putEnded, putProgress, putStarted } from './job-rows.ts'
import type { JobOutcome, JobRequest, Jobs } from './jobs.ts'
import { WriterPlaces } from './lock.ts'
import { failureOf, toError } from './outcome.ts'

export interface JobsOptions {
  readonly clock: Clock
  guid(): string
}

/** Milliseconds that a job waits before it starts, and between its steps, at scale 1: a fraction of what the service takes. */
const queueMs = 25
const stepMs = 20
const steps = [20, 50, 80]

const inFlight = '~job'

/** Runs the solution operations of all environments of one process. */
export function createJobs(options: JobsOptions): Jobs {
  const places = new WriterPlaces()
  const running = new Set<Promise<unknown>>()
  const { clock } = options

  async function begin(request: JobRequest): Promise<{ readonly rows: JobRows; readonly id: string }> {
    const id = options.guid()
    const rows = {
      asyncOperationId: id,
      importJobId: request.importJob?.id,
      historyId: request.history === undefined ? undefined : options.guid(),
    }
    const at = clock.now().toISOString()
    await request.env.write((tx) => {
      putAccepted(tx, request, { id, token: options.guid(), at })
      tx.put(inFlight, id, { id, ...rows })
    })
    return { rows, id }
  }

  return {
    async start(request) {
      const { env, lock } = request
      refuseUsedImportJob(request)
      if (lock !== undefined) places.take(env.name, lock)
      const release = (): void => {
        if (lock !== undefined) places.release(env.name)
      }
      try {
        const { rows, id } = await begin(request)
        const work = runStored(clock, request, { rows, id, release })
        running.add(work)
        void work.finally(() => running.delete(work))
        return { asyncOperationId: id }
      } catch (error) {
        release()
        throw error
      }
    },
    async runNow(request) {
      const { env, lock } = request
      refuseUsedImportJob(request)
      if (lock !== undefined) places.take(env.name, lock)
      const rows = {
        asyncOperationId: undefined,
        importJobId: request.importJob?.id,
        historyId: request.history === undefined ? undefined : options.guid(),
      }
      try {
        const outcome = await runSteps(clock, request, { rows, id: options.guid() })
        if (outcome.result === 'failed') throw toError(outcome)
      } finally {
        if (lock !== undefined) places.release(env.name)
      }
    },
    holder: (environment) => places.holder(environment),
    async withLock(environment, lock, work) {
      places.take(environment, lock)
      try {
        return await work()
      } finally {
        places.release(environment)
      }
    },
    recover: (env) => endInterrupted(env, clock.now().toISOString()),
    async idle() {
      while (running.size > 0) await Promise.allSettled(running)
    },
  }
}

async function runStored(
  clock: Clock,
  request: JobRequest,
  job: { readonly rows: JobRows; readonly id: string; release(): void },
): Promise<void> {
  try {
    await clock.wait(queueMs)
    await runSteps(clock, request, job)
  } finally {
    job.release()
  }
}

async function runSteps(clock: Clock, request: JobRequest, job: { readonly rows: JobRows; readonly id: string }): Promise<JobOutcome> {
  const { env } = request
  const { rows, id } = job
  const startedAt = clock.now()
  await env.write((tx) => {
    tx.put(inFlight, id, { id, ...rows })
    putStarted(tx, request, rows, startedAt.toISOString())
  })
  for (const progress of steps) {
    await clock.wait(stepMs)
    if (rows.importJobId !== undefined) await env.write((tx) => putProgress(tx, rows, progress))
  }
  function end(tx: Transaction, outcome: JobOutcome): JobOutcome {
    const stoppedAt = clock.now()
    putEnded(tx, rows, { outcome, at: stoppedAt.toISOString(), data: request.describe?.(outcome, { startedAt, stoppedAt }) })
    tx.remove(inFlight, id)
    return outcome
  }
  try {
    await request.prepare?.()
    return await env.write((tx) => end(tx, request.commit(tx)))
  } catch (error) {
    const outcome = failureOf(error)
    return env.write((tx) => end(tx, outcome))
  }
}

/** The process died while these ran: their one transaction had not happened, so nothing of them is there. */
async function endInterrupted(env: EnvironmentStore, at: string): Promise<void> {
  const message = 'The operation was interrupted because the server was restarted. Nothing of it was applied; start it again.'
  await env.write((tx) => {
    for (const row of tx.list(inFlight)) {
      putEnded(tx, toRows(row), { outcome: { result: 'failed', code: '0x80040216', message }, at })
    }
    for (const id of tx.list(inFlight).map(keyOf)) tx.remove(inFlight, id)
  })
}

function refuseUsedImportJob(request: JobRequest): void {
  const id = request.importJob?.id
  if (id === undefined || request.env.read((tx) => tx.get('importjob', id)) === undefined) return
  // DuplicateRecord (web-api A.5): an import job's id can be used once.
  throw new ODataError(412, '0x80040237', `A record with matching key values already exists: importjob ${id}.`)
}

function toRows(row: Row): JobRows {
  // Rows of this table are written by this file only.
  return row as unknown as JobRows
}

function keyOf(row: Row): string {
  return String(row.id)
}
