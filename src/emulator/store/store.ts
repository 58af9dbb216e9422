import { DroverError } from '#domain/kernel'
import { busyTables, timelineRow, writeBusyRowsLast } from './busy-rows.ts'
import type { Disk } from './disk.ts'
import { clear, emptyGround, openDisk, reader, rowsOf, transact, writer } from './disk.ts'
import type { HeldWrites } from './held-writes.ts'
import { heldStore, holdWrites } from './held-writes.ts'

/** JSON values; keys are logical names in lower case. */
export type Row = Readonly<Record<string, unknown>>

export interface StoredRow {
  readonly id: string
  readonly row: Row
}

export interface ReadTransaction {
  get(table: string, id: string): Row | undefined
  /** All rows of a table in the order of their ids. */
  list(table: string): readonly Row[]
  /** The ids that begin so, with their rows, in order; `after` is an id that they must be greater than. Reads no more than `limit`. */
  range(table: string, from: { readonly prefix?: string; readonly after?: string; readonly limit?: number }): readonly StoredRow[]
  blob(digest: string): Uint8Array | undefined
  /** Cheaper than reading it. */
  hasBlob(digest: string): boolean
}

export interface Transaction extends ReadTransaction {
  /**
   * `definition` are columns that the row has where `row` does not give them itself; rows of any number of environments may have the same,
   * which is kept once for all.
   */
  put(table: string, id: string, row: Row, definition?: Row): void
  remove(table: string, id: string): void
  /** Returns the sha256 of the bytes in hex, which is their name; the same bytes are kept once for all environments. */
  putBlob(bytes: Uint8Array): string
}

export interface EnvironmentStore {
  readonly name: string
  read<T>(work: (tx: ReadTransaction) => T): T
  /** All or nothing; on disk when the promise resolves. `work` must be synchronous. */
  write<T>(work: (tx: Transaction) => T): Promise<T>
  /**
   * Several writes as one. What `work` writes through `joined` is seen there alone until `work` resolves, and is then on disk all at once;
   * when it rejects, nothing remains. Other writers of the environment wait meanwhile, so `work` must write through `joined` only.
   */
  join<T>(work: (joined: EnvironmentStore) => Promise<T>): Promise<T>
  /** What `work` makes of this environment's rows and of nothing else; kept under the key until a row of the environment is written. */
  remembered<T>(key: string, work: () => T): T
}

/** A row with its place in an environment. */
export interface PlacedRow extends StoredRow {
  readonly table: string
}

/** All that an environment is. */
export interface EnvironmentContent {
  /** To be gone through more than once, as a write may be begun anew. */
  readonly rows: readonly PlacedRow[]
  readonly blobs: readonly Uint8Array[]
}

export interface EmulatorStore {
  /** Names in order; cheap. */
  environments(): readonly string[]
  has(name: string): boolean
  /** What belongs to no environment and outlives them. */
  tenant(): EnvironmentStore
  /** Throws `emulator.environment-unknown`. */
  environment(name: string): EnvironmentStore
  create(name: string): Promise<void>
  /**
   * Puts what `work` writes in the place of all that the environment had, all at once when it resolves; makes the environment when it is
   * new. When it rejects, everything stays as it was. Other writers of the environment wait meanwhile.
   */
  renew(name: string, work: (fresh: EnvironmentStore) => Promise<void>): Promise<void>
  /** Removes the environment with every row of it, and what `forget` takes away of the tenant, all at once; shared blobs stay. */
  remove(name: string, forget?: (tenant: Transaction) => void): Promise<void>
  /** Every row of an environment, of the emulator's own tables too. */
  rows(name: string): Iterable<PlacedRow>
  blob(digest: string): Uint8Array | undefined
  /** Puts `content` in the place of all that the environment had, in one transaction; makes the environment when it is new. */
  replace(name: string, content: EnvironmentContent): Promise<void>
  close(): Promise<void>
}

const registry = '~environments'
// No environment can have a name that begins so.
const tenantName = '~tenant'

/** Opens, or makes, the store of all local environments in one folder. One process may have it open for writing at a time. */
export async function openStore(dataDir: string): Promise<EmulatorStore> {
  const disk = await openDisk(dataDir)
  const { root, rows, blobs } = disk
  const opened = new Map<string, OpenEnvironment>()
  const tenant = environmentStore(disk, tenantName)
  // Known by heart: every request asks for them.
  let names: readonly string[] = []
  function readNames(): void {
    names = [...rows.getKeys({ start: [registry], end: [registry, '\uffff'] })].map((key) => key[1] ?? '')
    for (const name of names) if (!opened.has(name)) opened.set(name, environmentStore(disk, name))
    for (const name of opened.keys()) if (!names.includes(name)) opened.delete(name)
  }
  function changeNow(name: string, work: () => void): void {
    transact(disk, work)
    disk.memory.forgetAll(name)
    opened.get(name)?.forget()
    readNames()
  }
  async function change(name: string, work: () => void): Promise<void> {
    while (disk.joins.has(name)) await disk.joins.get(name)
    changeNow(name, work)
  }
  readNames()
  return {
    environments: () => names,
    has: (name) => opened.has(name),
    tenant: () => tenant.store,
    environment(name) {
      const found = opened.get(name)
      if (found !== undefined) return found.store
      throw new DroverError('emulator.environment-unknown', `There is no local environment "${name}".`, {
        hint: `Create it first. Known environments: ${names.join(', ') || 'none'}.`,
      })
    },
    create: (name) => change(name, () => void rows.putSync([registry, name], { name })),
    renew: (name, work) =>
      alone(disk, name, async () => {
        const { held } = await hold(name, emptyGround(disk), work)
        changeNow(name, () => {
          clear(disk, name)
          rows.putSync([registry, name], { name })
          held.writeDown(writer(disk, name))
        })
      }),
    async remove(name, forget) {
      const written = new Set<string>()
      await change(name, () => {
        clear(disk, name)
        rows.removeSync([registry, name])
        forget?.(writer(disk, tenantName, written))
      })
      disk.memory.forget(tenantName, written)
      tenant.forget()
    },
    rows: (name) => rowsOf(disk, name),
    blob: (digest) => blobs.get(digest),
    replace: (name, content) =>
      change(name, () => {
        clear(disk, name)
        rows.putSync([registry, name], { name })
        const tx = writer(disk, name)
        for (const bytes of content.blobs) tx.putBlob(bytes)
        for (const { table, id, row } of content.rows) tx.put(table, id, row)
        tx.remove(busyTables.stamps, timelineRow)
      }),
    async close() {
      await root.close()
    },
  }
}

interface OpenEnvironment {
  readonly store: EnvironmentStore
  forget(): void
}

/** More than the users of a busy environment; a guard against keys that never come again. */
const mostRemembered = 1000

function environmentStore(disk: Disk, name: string): OpenEnvironment {
  const memory = new Map<string, unknown>()
  const ground = reader(disk, name)
  const read: ReadTransaction = {
    ...ground,
    get: (table, id) => disk.memory.get(name, table, id, ground),
    list: (table) => disk.memory.list(name, table, ground),
  }
  const forget = (): void => memory.clear()
  function commit<T>(work: (tx: Transaction) => T): T {
    const written = new Set<string>()
    try {
      // Synchronous, so that a `work` that throws leaves nothing behind and two writers never interleave.
      return transact(disk, () => writeBusyRowsLast(writer(disk, name, written), work))
    } finally {
      disk.memory.forget(name, written)
      forget()
    }
  }
  const store: EnvironmentStore = {
    name,
    read: (work) => work(read),
    async write(work) {
      while (disk.joins.has(name)) await disk.joins.get(name)
      return commit(work)
    },
    join: (work) =>
      alone(disk, name, async () => {
        const { result, held } = await hold(name, read, work)
        commit((tx) => held.writeDown(tx))
        return result
      }),
    remembered<T>(key: string, work: () => T): T {
      // A key is used for one type of value only.
      if (memory.has(key)) return memory.get(key) as T
      const value = work()
      if (memory.size >= mostRemembered) memory.clear()
      memory.set(key, value)
      return value
    },
  }
  return { store, forget }
}

/** Lets nobody else write to the environment until `work` has ended. */
async function alone<T>(disk: Disk, name: string, work: () => Promise<T>): Promise<T> {
  while (disk.joins.has(name)) await disk.joins.get(name)
  let end = (): void => undefined
  disk.joins.set(name, new Promise((resolve) => (end = resolve)))
  try {
    return await work()
  } finally {
    disk.joins.delete(name)
    end()
  }
}

/** What `work` writes over `ground`, to be written down. */
async function hold<T>(
  name: string,
  ground: ReadTransaction,
  work: (joined: EnvironmentStore) => Promise<T>,
): Promise<{ readonly result: T; readonly held: HeldWrites }> {
  const held = holdWrites(ground)
  const joined = heldStore(name, held)
  try {
    return { result: await work(joined.env), held }
  } finally {
    joined.close()
  }
}
