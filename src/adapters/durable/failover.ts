import { setTimeout as delay } from 'node:timers/promises'
// Not public API, hence the exact version of the package: only the vendor's paid service tells dead executors from live ones.
import { DBOSExecutor } from '@dbos-inc/dbos-sdk/internal/dbos-executor'
import { DroverError, errorMessage } from '#domain/kernel'
import type { Log } from '#engine/ports'
import { applicationName, durableSchema } from './names.ts'
import type { LockSession } from './session-lock.ts'
import { openLockSession, tryLock, unlock } from './session-lock.ts'

export interface FailoverOptions {
  readonly databaseUrl: string
  readonly executorId: string
  readonly applicationVersion: string
  readonly log: Log
}

const roundMs = 1000
/** PostgreSQL may need a moment to notice that the process before us is dead. */
const takeOverWaitMs = 5000

/**
 * Every worker holds a lock on its own name from before it launches until it is gone; so a name with unfinished work and a free
 * lock belongs to a dead worker, and whoever gets that lock puts the work back into its queue.
 */
export async function startFailover(options: FailoverOptions): Promise<{ watchOthers(): void; stop(): Promise<void> }> {
  const stopping = new AbortController()
  const reported = new Set<string>()
  let session = await takeOwnLock(options)
  let rounds: Promise<void> = Promise.resolve()
  const round = async (): Promise<void> => {
    try {
      if (session.isLost()) {
        session = await regainOwnLock(options)
      }
      await recoverDead(session, options, reported)
    } catch (error) {
      if (!stopping.signal.aborted)
        options.log.warn('Could not look for work of dead workers; trying again.', { reason: errorMessage(error) })
    }
  }
  const watchOthers = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await round()
      await delay(roundMs, undefined, { signal: stopping.signal }).catch(() => undefined)
    }
  }
  return {
    watchOthers: () => {
      rounds = watchOthers()
    },
    stop: async () => {
      stopping.abort()
      await rounds
      await session.end()
    },
  }
}

function lockName(executorId: string): string {
  return `drover.worker/${executorId}`
}

async function takeOwnLock({ databaseUrl, executorId }: FailoverOptions): Promise<LockSession> {
  const session = await openLockSession(databaseUrl, `drover worker ${executorId}`)
  const deadline = Date.now() + takeOverWaitMs
  while (!(await tryLock(session.client, lockName(executorId)))) {
    if (Date.now() > deadline) {
      await session.end()
      throw new DroverError('worker.name-taken', `Another live worker is named ${executorId}.`, {
        hint: 'Stop that worker, or give this one another name.',
      })
    }
    await delay(100)
  }
  return session
}

/** Meanwhile others may have taken over our work; DBOS refuses our results then, and the fence our requests. */
async function regainOwnLock(options: FailoverOptions): Promise<LockSession> {
  options.log.warn('The worker lost its lock with its database connection; taking it again.', { executorId: options.executorId })
  const session = await takeOwnLock(options)
  options.log.info('The worker has its lock again.', { executorId: options.executorId })
  return session
}

interface Unfinished {
  readonly executor_id: string
  readonly application_version: string
}

async function recoverDead({ client }: LockSession, options: FailoverOptions, reported: Set<string>): Promise<void> {
  const { rows } = await client.query<Unfinished>(
    `SELECT DISTINCT executor_id, application_version FROM ${durableSchema}.workflow_status
      WHERE status = 'PENDING' AND executor_id <> $1 AND application_name = $2`,
    [options.executorId, applicationName],
  )
  for (const row of rows) {
    if (!(await tryLock(client, lockName(row.executor_id)))) continue
    try {
      if (row.application_version === options.applicationVersion) await takeOver(row, options)
      else reportStranded(row, options, reported)
    } finally {
      await unlock(client, lockName(row.executor_id))
    }
  }
}

async function takeOver({ executor_id: deadWorker }: Unfinished, { log }: FailoverOptions): Promise<void> {
  const recovered = (await DBOSExecutor.globalInstance?.recoverPendingWorkflows([deadWorker])) ?? []
  if (recovered.length > 0) log.warn('Took over the work of a dead worker.', { deadWorker, works: recovered.length })
}

/** Its recorded steps may not fit our code, so it is not ours to finish; but it still holds its place in its queue. */
function reportStranded(
  { executor_id, application_version }: Unfinished,
  { log, applicationVersion }: FailoverOptions,
  reported: Set<string>,
): void {
  const subject = `${application_version} ${executor_id}`
  if (reported.has(subject)) return
  reported.add(subject)
  log.error(
    'A dead worker of another version left unfinished work, which holds up its queue; start a worker of that version to finish it.',
    {
      deadWorker: executor_id,
      version: application_version,
      thisVersion: applicationVersion,
    },
  )
}
