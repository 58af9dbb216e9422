import { nodeHashing } from '#adapters/world'
import { firstPreviousHash, hashEntry } from '#domain/evidence'
import type { LedgerEvent } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { Ledger } from '#engine/ports'

/** A ledger in memory, with the real one's rules of keys and versions, and its chain. */
export function createFakeLedger(now = (): string => '2026-01-01T00:00:00.000Z'): Ledger {
  const entries: LedgerEvent[] = []
  const streamOf = (stream: string) => entries.filter((entry) => entry.stream === stream)
  return {
    async append({ stream, expectedVersion, actor, events }) {
      const known = streamOf(stream)
      if (expectedVersion !== undefined && known.length !== expectedVersion)
        throw new DroverError('ledger.conflict', `${stream} moved on.`, { isRetryable: true })
      const fresh = events.filter((event) => event.key === undefined || !known.some((entry) => entry.key === event.key))
      const appended = fresh.map(
        (event, index): LedgerEvent => ({
          ...event,
          sequence: entries.length + index + 1,
          stream,
          streamVersion: known.length + index + 1,
          at: toId(now()),
          actor,
          previousHash: '',
          hash: '',
        }),
      )
      const chained = appended.map((event) => {
        const previousHash = entries.at(-1)?.hash ?? firstPreviousHash
        const linked = { ...event, previousHash, hash: hashEntry({ ...event, previousHash }, nodeHashing.sha256) }
        entries.push(linked)
        return linked
      })
      return chained
    },
    read: async (stream) => streamOf(stream),
    readNewest: async (stream) => streamOf(stream).at(-1),
    readAll: async (after, limit) => entries.filter((entry) => entry.sequence > after).slice(0, limit),
    readHashes: async (after, limit) => entries.filter((entry) => entry.sequence > after).slice(0, limit),
    readHead: async () => entries.at(-1),
    async verify(onEntry) {
      for (const entry of entries) await onEntry?.(entry)
      return { entries: entries.length, hash: entries.at(-1)?.hash ?? '', firstBroken: undefined, faults: [] }
    },
    watch: async () => async () => undefined,
  }
}
