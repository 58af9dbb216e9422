import type { Transaction } from 'kysely'
import { sql } from 'kysely'
import type { Tables } from './schema.ts'

const appendLock = 7_340_002

/** Whoever appends, or folds everything again, holds this until its transaction ends; so sequences have no gaps and commit in order. */
export async function takeAppendLock(tx: Transaction<Tables>): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(${appendLock})`.execute(tx)
}
