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
  let session = await takeOwnLock(options)
  let rounds: Promise<void> = Promise.resolve()
  const round = async (): Promise<void> => {
    try {
      if (session.isLost()) {
        session = await regainOwnLock(options)
      }
      await recoverDead(session, options)
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

async function recoverDead({ client }: LockSession, { executorId, applicationVersion, log }: FailoverOptions): Promise<void> {
  const { rows } = await client.query<{ executor_id: string }>(
    `SELECT DISTINCT executor_id FROM ${durableSchema}.workflow_status
      WHERE status = 'PENDING' AND executor_id <> $1 AND application_version = $2 AND application_name = $3`,
    [executorId, applicationVersion, applicationName],
  )
  for (const { executor_id: other } of rows) {
    if (!(await tryLock(client, lockName(other)))) continue
    try {
      const recovered = (await DBOSExecutor.globalInstance?.recoverPendingWorkflows([other])) ?? []
      if (recovered.length > 0) log.warn('Took over the work of a dead worker.', { deadWorker: other, works: recovered.length })
    } finally {
      await unlock(client, lockName(other))
    }
  }
}
