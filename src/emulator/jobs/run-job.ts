import type { Clock } from '../clock.ts'
import type { EnvironmentStore, Row, Transaction } from '../store/store.ts'
import type { JobRows } from './job-rows.ts'
import { putEnded, putProgress, putStarted } from './job-rows.ts'
import type { FailingComponents, JobOutcome, JobRequest } from './jobs.ts'
import { failureOf } from './outcome.ts'

/** Jobs that have begun and not ended, for a restart to end them. */
const inFlight = '~job'

/** Milliseconds that the work of a job takes at scale 1: a fraction of what the service takes. */
export const usualWorkMs = 60
const fewestSteps = 3
const mostSteps = 19
/** A long job says how far it is about this often, in milliseconds of this machine. */
const tellEveryMs = 50

export interface StartedJob {
  readonly rows: JobRows
  readonly id: string
  /** Milliseconds of the service. */
  readonly workMs: number
  readonly failing: FailingComponents
}

export function putInFlight(tx: Transaction, id: string, rows: JobRows): void {
  tx.put(inFlight, id, { id, ...rows })
}

export function removeInFlight(tx: Transaction, id: string): void {
  tx.remove(inFlight, id)
}

/** Runs a job whose place is taken, to its end. What fails in it is its outcome; only a broken store throws. */
export async function runJob(clock: Clock, request: JobRequest, job: StartedJob): Promise<JobOutcome> {
  const { env } = request
  const { rows, id, failing } = job
  const startedAt = clock.now()
  await env.write((tx) => {
    putInFlight(tx, id, rows)
    putStarted(tx, request, rows, startedAt.toISOString())
  })
  await takeTime(clock, env, job)
  function end(tx: Transaction, outcome: JobOutcome): JobOutcome {
    const stoppedAt = clock.now()
    const data = request.describe?.(outcome, { startedAt, stoppedAt, failing })
    putEnded(tx, rows, { outcome, at: stoppedAt.toISOString(), data })
    tx.remove(inFlight, id)
    return outcome
  }
  try {
    await request.prepare?.()
    return await env.write((tx) => end(tx, request.commit(tx, failing)))
  } catch (error) {
    const outcome = failureOf(error)
    return env.write((tx) => end(tx, outcome))
  }
}

// The work itself is one transaction; the time that the service takes for it goes by before, in steps that the import job shows.
async function takeTime(clock: Clock, env: EnvironmentStore, { rows, workMs }: StartedJob): Promise<void> {
  const steps = Math.min(mostSteps, Math.max(fewestSteps, Math.floor(clock.scaled(workMs) / tellEveryMs)))
  for (let step = 1; step <= steps; step += 1) {
    await clock.wait(workMs / steps)
    const progress = Math.round((95 * step) / (steps + 1))
    if (rows.importJobId !== undefined) await env.write((tx) => putProgress(tx, rows, progress))
  }
}

/** The process died while these ran: their one transaction had not happened, so nothing of them is there. */
export async function endInterrupted(env: EnvironmentStore, at: string): Promise<void> {
  if (env.read((tx) => tx.list(inFlight)).length === 0) return
  const message = 'The operation was interrupted because the server was restarted. Nothing of it was applied; start it again.'
  await env.write((tx) => {
    for (const row of tx.list(inFlight)) {
      putEnded(tx, toRows(row), { outcome: { result: 'failed', code: '0x80040216', message }, at })
      tx.remove(inFlight, String(row.id))
    }
  })
}

function toRows(row: Row): JobRows {
  // Rows of this table are written by this file only.
  return row as unknown as JobRows
}
