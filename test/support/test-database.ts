import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { migrate } from '#adapters/store'
import type { Database } from '../../src/app/embedded-database.ts'
import { startDatabase } from '../../src/app/embedded-database.ts'

export interface TestDatabase extends Database {
  readonly folder: string
  /** Its owner, connected; for what only a test does. */
  readonly owner: Client
  /** Leaves the schema as a first start does: made, and with nothing in it. */
  empty(): Promise<void>
  /** Makes it what the first version of Drover had, with the ledger as it is, and the places of solutions not yet folded. */
  makeOlder(): Promise<void>
  /** Stops it and leaves nothing of it on the disk. */
  close(): Promise<void>
}

/** A PostgreSQL for one test file, as a workspace has it. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-database-'))
  const database = await startDatabase({ workspace: folder, log: { info: () => undefined, warn: () => undefined, error: () => undefined } })
  const owner = new Client({ connectionString: database.ownerUrl })
  await owner.connect()
  return {
    ...database,
    folder,
    owner,
    async empty() {
      await owner.query('DROP SCHEMA IF EXISTS drover CASCADE')
      await migrate(database.ownerUrl)
    },
    makeOlder: () => makeOlder(owner),
    async close() {
      await owner.end()
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function makeOlder(owner: Client): Promise<void> {
  await owner.query('ALTER TABLE drover.read_model DROP COLUMN summary')
  const { rows } = await owner.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'drover'")
  const later = rows.map(({ name }) => name).filter((name) => !['migration', 'ledger', 'read_model'].includes(name))
  for (const name of later) await owner.query(`DROP TABLE drover.${owner.escapeIdentifier(name)}`)
  await owner.query("DELETE FROM drover.migration WHERE name > '0001-ledger'")
  await owner.query("DELETE FROM drover.read_model WHERE kind = 'deployment'")
}
