import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'

export const watchChannel = 'drover_ledger'
const firstRetryMs = 100
const lastRetryMs = 5000

export interface WatchHub {
  watch(onAppended: (sequence: number) => void): Promise<() => Promise<void>>
  close(): Promise<void>
}

/** One listening connection for any number of watchers; it is opened by the first and closed after the last. */
export function createWatchHub(url: string, readHead: () => Promise<number>): WatchHub {
  const watchers = new Set<(sequence: number) => void>()
  const tell = (sequence: number): void => {
    for (const watcher of watchers) watcher(sequence)
  }
  let connection: Promise<{ close(): Promise<void> }> | undefined
  const closeConnection = async (): Promise<void> => {
    const open = connection
    connection = undefined
    await open?.then((listening) => listening.close()).catch(() => undefined)
  }
  return {
    watch: async (onAppended) => {
      // A watcher of its own even when the same function watches twice.
      const watcher = (sequence: number): void => onAppended(sequence)
      watchers.add(watcher)
      const mine = (connection ??= keepListening(url, tell, readHead))
      try {
        await mine
      } catch (error) {
        watchers.delete(watcher)
        if (connection === mine) connection = undefined
        throw error
      }
      return async () => {
        if (watchers.delete(watcher) && watchers.size === 0) await closeConnection()
      }
    },
    close: async () => {
      watchers.clear()
      await closeConnection()
    },
  }
}

/** Listens until closed; after a lost connection it comes back and tells the newest sequence, since notices were missed. */
async function keepListening(
  url: string,
  tell: (sequence: number) => void,
  readHead: () => Promise<number>,
): Promise<{ close(): Promise<void> }> {
  const closing = new AbortController()
  let client = await listen(url, tell, () => void comeBack())
  const comeBack = async (): Promise<void> => {
    for (let waitMs = firstRetryMs; !closing.signal.aborted; waitMs = Math.min(waitMs * 2, lastRetryMs)) {
      try {
        const next = await listen(url, tell, () => void comeBack())
        if (closing.signal.aborted) return await next.end()
        client = next
        // When even this fails the connection is given up, and its end starts the next attempt.
        await readHead().then(tell, () => next.end())
        return
      } catch {
        await delay(waitMs, undefined, { signal: closing.signal, ref: false }).catch(() => undefined)
      }
    }
  }
  return {
    close: async () => {
      closing.abort()
      await client.end().catch(() => undefined)
    },
  }
}

async function listen(url: string, tell: (sequence: number) => void, onLost: () => void): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: 'drover watch', connectionTimeoutMillis: 10_000, keepAlive: true })
  let isListening = false
  client.on('error', () => undefined)
  client.on('notification', (notice) => tell(Number(notice.payload)))
  client.once('end', () => {
    if (isListening) onLost()
  })
  try {
    await client.connect()
    await client.query(`LISTEN ${watchChannel}`)
  } catch (error) {
    await client.end().catch(() => undefined)
    throw error
  }
  isListening = true
  return client
}
