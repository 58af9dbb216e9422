import { Kysely, PostgresDialect } from 'kysely'
import { Pool } from 'pg'
import type {
  Clock,
  Directory,
  Hashing,
  Ledger,
  NotificationStore,
  ObservationStore,
  Projection,
  ReadModel,
  TokenUses,
} from '#engine/ports'
import { appendEvents } from './append.ts'
import { createDirectory, createTokenUses } from './directory.ts'
import { storeError } from './errors.ts'
import { rebuildReadModels, refreshReadModels } from './fold.ts'
import { createNotificationStore } from './notification-store.ts'
import { createObservationStore } from './observation-store.ts'
import { createReadModel } from './read-model.ts'
import { readAllEvents, readHashes, readHead, readNewest, readStream } from './rows.ts'
import type { Tables } from './schema.ts'
import { verifyLedger } from './verify.ts'
import { createWatchHub } from './watch.ts'

export interface StoreOptions {
  /** The app login's URL; the owner's is not needed after {@link migrate}. */
  readonly url: string
  readonly projections: readonly Projection[]
  readonly clock: Clock
  readonly hashing: Hashing
}

export interface Store {
  readonly ledger: Ledger
  readonly readModel: ReadModel
  readonly observations: ObservationStore
  readonly directory: Directory
  readonly tokenUses: TokenUses
  readonly notifications: NotificationStore
  /** Folds the whole ledger again, in one transaction; needed after a projection changed. Returns the number of entries folded. */
  rebuildReadModels(): Promise<number>
  /** The same, unless `version` of the projections has folded it already: then 0. */
  refreshReadModels(version: string): Promise<number>
  close(): Promise<void>
}

/** The ledger and its read models in PostgreSQL; the schema must be there ({@link migrate}). */
export function createStore({ url, projections, clock, hashing }: StoreOptions): Store {
  const pool = new Pool({
    connectionString: url,
    max: 8,
    application_name: 'drover store',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  })
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined)
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const watching = createWatchHub(url, async () => (await readAllHead(db)) ?? 0)
  const guard = async <T>(doing: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw storeError(error, doing)
    }
  }
  return {
    ledger: {
      append: (append) => guard(`appending to ${append.stream}`, () => appendEvents({ db, projections, clock, hashing }, append)),
      read: (stream) => guard(`reading ${stream}`, () => readStream(db, stream)),
      readNewest: (stream) => guard(`reading ${stream}`, () => readNewest(db, stream)),
      readAll: (sequence, limit) => guard('reading the ledger', () => readAllEvents(db, sequence, limit)),
      readHashes: (sequence, limit) => guard('reading the ledger', () => readHashes(db, sequence, limit)),
      readHead: () => guard('reading the ledger', () => readHead(db)),
      verify: (onEntry) => guard('verifying the ledger', () => verifyLedger(db, hashing, onEntry)),
      watch: (onAppended) => guard('watching the ledger', () => watching.watch(onAppended)),
    },
    readModel: createReadModel(db, guard),
    observations: createObservationStore(db, guard),
    directory: createDirectory(db, guard),
    tokenUses: createTokenUses(db, guard),
    notifications: createNotificationStore(db, guard),
    rebuildReadModels: () => guard('rebuilding the read models', () => rebuildReadModels(db, projections)),
    refreshReadModels: (version) => guard('refreshing the read models', () => refreshReadModels(db, projections, version)),
    close: async () => {
      await watching.close()
      await db.destroy()
    },
  }
}

async function readAllHead(db: Kysely<Tables>): Promise<number | undefined> {
  const row = await db
    .selectFrom('drover.ledger')
    .select((e) => e.fn.max('sequence').as('head'))
    .executeTakeFirst()
  return row?.head === null || row?.head === undefined ? undefined : Number(row.head)
}
