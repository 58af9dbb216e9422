import { createHash } from 'node:crypto'
import type { EnvironmentStore, ReadTransaction, Row, StoredRow, Transaction } from './store.ts'

/** Writes that are seen by those who read through `tx` and by nobody else, until they are written down elsewhere. */
export interface HeldWrites {
  readonly tx: Transaction
  writeDown(target: Transaction): void
}

interface Held {
  readonly row: Row
  readonly definition: Row | undefined
}

export function holdWrites(ground: ReadTransaction): HeldWrites {
  const tables = new Map<string, Map<string, Held | undefined>>()
  const blobs = new Map<string, Uint8Array>()
  const heldIn = (table: string): Map<string, Held | undefined> => {
    const known = tables.get(table)
    if (known !== undefined) return known
    const made = new Map<string, Held | undefined>()
    tables.set(table, made)
    return made
  }
  const range: ReadTransaction['range'] = (table, from) => {
    const held = tables.get(table)
    if (held === undefined) return ground.range(table, from)
    // Of the ground as many more as may be held otherwise.
    const { limit } = from
    return merge(ground.range(table, { ...from, ...(limit === undefined ? {} : { limit: limit + held.size }) }), held, from)
  }
  return {
    tx: {
      get(table, id) {
        const rows = tables.get(table)
        const held = rows?.get(id)
        return held !== undefined || rows?.has(id) === true ? wholeOf(held) : ground.get(table, id)
      },
      list: (table) => (tables.has(table) ? range(table, {}).map(({ row }) => row) : ground.list(table)),
      range,
      blob: (digest) => blobs.get(digest) ?? ground.blob(digest),
      hasBlob: (digest) => blobs.has(digest) || ground.hasBlob(digest),
      put: (table, id, row, definition) => void heldIn(table).set(id, { row, definition }),
      remove: (table, id) => void heldIn(table).set(id, undefined),
      putBlob(bytes) {
        const digest = createHash('sha256').update(bytes).digest('hex')
        blobs.set(digest, bytes)
        return digest
      },
    },
    writeDown(target) {
      for (const bytes of blobs.values()) target.putBlob(bytes)
      for (const [table, rows] of tables)
        for (const [id, held] of rows) {
          if (held === undefined) target.remove(table, id)
          else target.put(table, id, held.row, held.definition)
        }
    },
  }
}

/** A store over held writes: each `write` is still all or nothing by itself. Closed when the writes are written down or dropped. */
export function heldStore(name: string, held: HeldWrites): { readonly env: EnvironmentStore; close(): void } {
  let isOpen = true
  const checkOpen = (): void => {
    if (!isOpen) throw new Error(`The joined writes to "${name}" have ended; this store must not be kept.`)
  }
  const env: EnvironmentStore = {
    name,
    read(work) {
      checkOpen()
      return work(held.tx)
    },
    async write(work) {
      checkOpen()
      const part = holdWrites(held.tx)
      const result = work(part.tx)
      part.writeDown(held.tx)
      return result
    },
    async join(work) {
      checkOpen()
      const part = holdWrites(held.tx)
      const inner = heldStore(name, part)
      try {
        const result = await work(inner.env)
        part.writeDown(held.tx)
        return result
      } finally {
        inner.close()
      }
    },
    remembered: (_key, work) => work(),
  }
  return {
    env,
    close() {
      isOpen = false
    },
  }
}

function merge(
  ground: readonly StoredRow[],
  held: ReadonlyMap<string, Held | undefined>,
  from: Parameters<ReadTransaction['range']>[1],
): readonly StoredRow[] {
  const { prefix = '', after, limit } = from
  const kept = ground.filter(({ id }) => !held.has(id))
  const changed: StoredRow[] = []
  for (const [id, put] of held) {
    const row = id.startsWith(prefix) && (after === undefined || id > after) ? wholeOf(put) : undefined
    if (row !== undefined) changed.push({ id, row })
  }
  const all = changed.length === 0 ? kept : [...kept, ...changed].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)))
  return limit === undefined ? all : all.slice(0, limit)
}

function wholeOf(held: Held | undefined): Row | undefined {
  return held?.definition === undefined ? held?.row : { ...held.definition, ...held.row }
}
