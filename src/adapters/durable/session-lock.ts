import { Client } from 'pg'

/**
 * A connection of its own that holds advisory locks. PostgreSQL frees them when the connection ends, so a dead process holds
 * nothing; needs a direct connection, since a transaction pooler such as PgBouncer would share it.
 */
export interface LockSession {
  readonly client: Client
  /** Becomes true when the connection ended, whoever ended it. */
  isLost(): boolean
  end(): Promise<void>
}

const connectTimeoutMs = 10_000
/** A question that is not answered in this time counts as a lost connection. */
const queryTimeoutMs = 10_000

export async function openLockSession(url: string, applicationName: string, onLost?: () => void): Promise<LockSession> {
  const client = new Client({
    connectionString: url,
    // PostgreSQL cuts it to 63 bytes and replaces what is not ASCII.
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5000,
  })
  let isLost = false
  let isEnding = false
  const lose = (): void => {
    if (isLost) return
    isLost = true
    if (!isEnding) onLost?.()
  }
  client.on('error', lose)
  client.on('end', lose)
  await client.connect()
  // A machine that vanished without a goodbye frees its locks after about 20 s rather than the two hours of the default.
  await client.query(
    'SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; SET idle_session_timeout = 0',
  )
  return {
    client,
    isLost: () => isLost,
    end: async () => {
      isEnding = true
      await client.end().catch(() => undefined)
    },
  }
}

export async function tryLock(client: Client, name: string): Promise<boolean> {
  const { rows } = await ask<{ taken: boolean }>(client, 'SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS taken', [name])
  return rows[0]?.taken === true
}

export async function unlock(client: Client, name: string): Promise<void> {
  await ask(client, 'SELECT pg_advisory_unlock(hashtextextended($1, 0))', [name])
}

/** Asks the server, over this very connection, whether the lock is still held by it. */
export async function holdsLock(client: Client, name: string): Promise<boolean> {
  const { rowCount } = await ask(
    client,
    `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid = pg_backend_pid()
       AND ((classid::bigint << 32) | objid::bigint) = hashtextextended($1, 0)`,
    [name],
  )
  return (rowCount ?? 0) > 0
}

/** The name that the session holding the lock gave itself, if it can be seen. */
export async function lockHolder(client: Client, name: string): Promise<string | undefined> {
  const { rows } = await ask<{ holder: string | null }>(
    client,
    `SELECT a.application_name AS holder FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
      WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
        AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended($1, 0)`,
    [name],
  )
  return rows[0]?.holder ?? undefined
}

function ask<Row extends Record<string, unknown>>(client: Client, text: string, values: unknown[]) {
  // query_timeout is an option of pg's that its types do not list.
  const query: { text: string; values: unknown[] } = { text, values, ...{ query_timeout: queryTimeoutMs } }
  return client.query<Row>(query)
}
