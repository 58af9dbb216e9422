import { DroverError, errorMessage } from '#domain/kernel'
import type { Fence } from '#engine/ports'
import type { LockSession } from './session-lock.ts'
import { holdsLock, lockHolder, openLockSession } from './session-lock.ts'

export interface FenceOptions {
  /** How long `hold` waits for another holder; then `fence.busy`. Default 30 s. */
  readonly waitMs?: number
}

/** Leases as PostgreSQL session locks, each on a connection of its own, so that whoever loses the connection loses the lease. */
export function createFence(url: string, { waitMs = 30_000 }: FenceOptions = {}): Fence {
  return {
    hold: async (key, holder, fn) => {
      const session = await open(url, key, holder)
      try {
        await takeWithin(session, key, waitMs)
        return await fn({ check: () => check(session, key) })
      } finally {
        await session.end()
      }
    },
  }
}

function lockName(key: string): string {
  return `drover.fence/${key}`
}

async function open(url: string, key: string, holder: string): Promise<LockSession> {
  try {
    return await openLockSession(url, `drover fence ${holder}`)
  } catch (error) {
    throw new DroverError('fence.unreachable', `The database did not answer when ${holder} asked for the fence of ${key}.`, {
      hint: 'Check that PostgreSQL runs, then try again.',
      cause: error,
      isRetryable: true,
    })
  }
}

/** Waits in PostgreSQL's own queue for the lock, so that waiters are served in turn and at once. */
async function takeWithin(session: LockSession, key: string, waitMs: number): Promise<void> {
  try {
    await session.client.query(`SET lock_timeout = ${Math.max(1, Math.floor(waitMs))}`)
    await session.client.query('SELECT pg_advisory_lock(hashtextextended($1, 0))', [lockName(key)])
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === '55P03') {
      const by = await lockHolder(session.client, lockName(key)).catch(() => undefined)
      throw new DroverError('fence.busy', `Something else works on ${key}${by === undefined ? '' : ` (${by})`}; waited ${waitMs} ms.`, {
        hint: 'Wait until that work is finished, then try again.',
        cause: error,
        isRetryable: true,
      })
    }
    throw lost(key, error)
  }
}

async function check(session: LockSession, key: string): Promise<void> {
  if (session.isLost()) throw lost(key, undefined)
  let isHeld: boolean
  try {
    isHeld = await holdsLock(session.client, lockName(key))
  } catch (error) {
    throw lost(key, error)
  }
  if (!isHeld) throw lost(key, undefined)
}

function lost(key: string, cause: unknown): DroverError {
  const why = cause === undefined ? '' : `: ${errorMessage(cause)}`
  return new DroverError('fence.lost', `The lease on ${key} is lost, so nothing more may be changed there under it${why}.`, {
    hint: 'Take the lease again and look at what the environment shows before acting.',
    cause,
    isRetryable: true,
  })
}
