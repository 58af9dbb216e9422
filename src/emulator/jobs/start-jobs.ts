import type { Clock } from '../clock.ts'
import { ODataError } from '../errors.ts'
import type { EnvironmentStore } from '../store/store.ts'
import type { JobRows } from './job-rows.ts'
import { putAccepted } from './job-rows.ts'
import type { JobFaults, JobRequest, JobRunner, LockName, OtherHolder } from './jobs.ts'
import { WriterPlaces } from './lock.ts'
import { OtherHolders } from './other-holders.ts'
import { toError } from './outcome.ts'
import type { StartedJob } from './run-job.ts'
import { endInterrupted, putInFlight, runJob, usualWorkMs } from './run-job.ts'

export interface JobsOptions {
  readonly clock: Clock
  guid(): string
  /** None unless given. */
  readonly faults?: JobFaults
}

/** Milliseconds that an accepted job waits before it starts, at scale 1. */
const queueMs = 25

const noFaults: JobFaults = { duration: (_job, usual) => usual, otherHolder: () => undefined, failing: () => () => undefined }

/** Runs the solution operations of all environments of one process. */
export function createJobs({ clock, guid, faults = noFaults }: JobsOptions): JobRunner {
  const places = new WriterPlaces(clock)
  const others = new OtherHolders(clock, guid)
  const running = new Set<Promise<unknown>>()

  function occupy(environment: string, other: OtherHolder): void {
    places.take(environment, other.holder, clock.now().getTime() + clock.scaled(other.ms))
  }
  // Whoever comes first has the place: here, that is decided before the operation that asks for it.
  async function take(environment: string, wanted: LockName, env?: EnvironmentStore): Promise<void> {
    const other = places.holder(environment) === undefined ? faults.otherHolder(environment, wanted) : undefined
    if (other === undefined) return places.take(environment, wanted)
    occupy(environment, other)
    if (env !== undefined) await others.begin(env, other)
    places.take(environment, wanted)
  }
  async function enter({ env, lock }: JobRequest): Promise<() => void> {
    if (lock === undefined) return () => undefined
    await take(env.name, lock, env)
    return () => places.release(env.name)
  }
  function jobOf(request: JobRequest, rows: JobRows, id: string): StartedJob {
    const named = { environment: request.env.name, message: request.messageName }
    return { rows, id, workMs: faults.duration(named, usualWorkMs), failing: faults.failing(named) }
  }
  function rowsOf(request: JobRequest, asyncOperationId: string | undefined): JobRows {
    return {
      asyncOperationId,
      importJobId: request.importJob?.id,
      historyId: request.history === undefined ? undefined : guid(),
    }
  }

  return {
    async start(request) {
      refuseUsedImportJob(request)
      const leave = await enter(request)
      try {
        const id = guid()
        const rows = rowsOf(request, id)
        const at = clock.now().toISOString()
        await request.env.write((tx) => {
          putAccepted(tx, request, { id, token: guid(), at })
          putInFlight(tx, id, rows)
        })
        const work = queued(clock, request, jobOf(request, rows, id))
          // A store that takes nothing more (a full disk) leaves the job in flight, for the next start to end it; other environments go on.
          .catch(() => undefined)
          .finally(() => {
            leave()
            running.delete(work)
          })
        running.add(work)
        return { asyncOperationId: id }
      } catch (error) {
        leave()
        throw error
      }
    },
    async runNow(request) {
      refuseUsedImportJob(request)
      const leave = await enter(request)
      try {
        const outcome = await runJob(clock, request, jobOf(request, rowsOf(request, undefined), guid()))
        if (outcome.result === 'failed') throw toError(outcome)
      } finally {
        leave()
      }
    },
    holder: (environment) => places.holder(environment),
    async withLock(environment, lock, work) {
      await take(environment, lock)
      try {
        return await work()
      } finally {
        places.release(environment)
      }
    },
    async occupy(env, other) {
      occupy(env.name, other)
      await others.begin(env, other)
    },
    recover: (env) => endInterrupted(env, clock.now().toISOString()),
    async idle() {
      while (running.size > 0) await Promise.allSettled(running)
    },
    stop: () => others.endAll(),
  }
}

async function queued(clock: Clock, request: JobRequest, job: StartedJob): Promise<void> {
  await clock.wait(queueMs)
  await runJob(clock, request, job)
}

function refuseUsedImportJob(request: JobRequest): void {
  const id = request.importJob?.id
  if (id === undefined || request.env.read((tx) => tx.get('importjob', id)) === undefined) return
  // DuplicateRecord (web-api A.5): an import job's id can be used once.
  throw new ODataError(412, '0x80040237', `A record with matching key values already exists: importjob ${id}.`)
}
