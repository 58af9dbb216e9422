import { mkdir } from 'node:fs/promises'
import type { Database, RootDatabase } from 'lmdb'
import { open } from 'lmdb'
import { Blobs } from './blobs.ts'
import { Definitions } from './definitions.ts'
import { rowDictionary } from './row-dictionary.ts'
import { RowMemory } from './row-memory.ts'
import type { PlacedRow, ReadTransaction, Row, Transaction } from './store.ts'

/** The file of a folder of environments, and what is remembered of it. Rows stand under environment, table and id. */
export interface Disk {
  readonly root: RootDatabase
  readonly rows: Database<Row, string[]>
  readonly blobs: Blobs
  readonly definitions: Definitions
  /** Ends of the joined writes that run now, by environment. */
  readonly joins: Map<string, Promise<void>>
  readonly memory: RowMemory
}

/**
 * Addresses, not memory, that are set aside for the file: one that outgrows its own is mapped anew, and what was read through the old map
 * stays in memory twice. Windows may make the file itself as large.
 */
const addresses = process.platform === 'win32' ? {} : { mapSize: 2 ** 34 }

/**
 * Rows are written as maps, not as records of msgpack: each stands for itself either way, and describing its record anew takes a part of the
 * time of an import's puts. Records are read all the same. An option of the encoder, which the types of the store do not name.
 */
const asMaps = { useRecords: false }

export async function openDisk(dataDir: string): Promise<Disk> {
  await mkdir(dataDir, { recursive: true })
  // Without overlapping, a commit returns when it is on disk: 1.2 ms measured, and a fsync alone 1.9 ms on the same machine.
  const root = open({ path: dataDir, maxDbs: 4, overlappingSync: false, ...addresses })
  // A row repeats the names of its columns: compressed, hundreds of environments take a quarter less.
  const rows = root.openDB<Row, string[]>({
    name: 'rows',
    encoding: 'msgpack',
    ...asMaps,
    compression: { threshold: 1000, dictionary: rowDictionary },
  })
  const blobs = new Blobs(root.openDB<Uint8Array, string>({ name: 'blobs', encoding: 'binary' }))
  return { rows, blobs, definitions: new Definitions(blobs), root, joins: new Map(), memory: new RowMemory() }
}

export function emptyGround(disk: Disk): ReadTransaction {
  return { ...reader(disk, ''), get: () => undefined, list: () => [], range: () => [] }
}

export function clear(disk: Disk, name: string): void {
  for (const key of [...disk.rows.getKeys({ start: [name], end: [name, '\uffff', '\uffff'] })]) disk.rows.removeSync(key)
}

export function* rowsOf(disk: Disk, name: string): Iterable<PlacedRow> {
  for (const { key, value } of disk.rows.getRange({ start: [name], end: [name, '\uffff', '\uffff'] }))
    yield { table: key[1] ?? '', id: key[2] ?? '', row: disk.definitions.attach(value) }
}

export function reader(disk: Disk, name: string): ReadTransaction {
  return {
    get: (table, id) => attached(disk, disk.rows.get([name, table, id])),
    list: (table) =>
      [...disk.rows.getRange({ start: [name, table], end: [name, table, '\uffff'] })].map(({ value }) => disk.definitions.attach(value)),
    range(table, { prefix = '', after, limit }) {
      const start = [name, table, after === undefined || after < prefix ? prefix : `${after}\u0000`]
      const found = disk.rows.getRange({ start, end: [name, table, `${prefix}\uffff`], ...(limit === undefined ? {} : { limit }) })
      return [...found].map(({ key, value }) => ({ id: key[2] ?? '', row: disk.definitions.attach(value) }))
    },
    blob: (digest) => disk.blobs.get(digest),
    hasBlob: (digest) => disk.blobs.has(digest),
  }
}

/** `written` gets the names of the tables that change. */
export function writer(disk: Disk, name: string, written?: Set<string>): Transaction {
  return {
    ...reader(disk, name),
    put(table, id, row, definition) {
      written?.add(table)
      disk.rows.putSync([name, table, id], definition === undefined ? row : disk.definitions.detach(row, definition))
    },
    remove(table, id) {
      written?.add(table)
      disk.rows.removeSync([name, table, id])
    },
    putBlob: (bytes) => disk.blobs.put(bytes),
  }
}

/**
 * All that `work` writes, or nothing. A commit that LMDB gives up (below) wrote nothing, and is begun anew from what is there: so `work` may run
 * more than once.
 */
export function transact<T>(disk: Disk, work: () => T): T {
  for (let left = mostCommits - 1; ; left -= 1) {
    let isKept = false
    try {
      const result = disk.root.transactionSync(work)
      isKept = true
      return result
    } catch (error) {
      if (left === 0 || !isGivenUp(error)) throw error
    } finally {
      disk.blobs.settle(isKept)
    }
  }
}

/**
 * MDB_BAD_TXN, in a commit of which only the list of free pages could not be laid out ("reserved freelist had a data entry with zero-size", in
 * mdb_freelist_save of lmdb 3.5). Seen once in some thirty thousand imports; nobody can provoke it, so that the next commit goes through is
 * not shown.
 */
function isGivenUp(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === -30_782
}

const mostCommits = 3

function attached(disk: Disk, row: Row | undefined): Row | undefined {
  return row === undefined ? undefined : disk.definitions.attach(row)
}
