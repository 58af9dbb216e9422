import type { Kysely, Selectable } from 'kysely'
import type { Instant, LedgerEvent } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Tables } from './schema.ts'

export type LedgerRow = Selectable<Tables['drover.ledger']>

/** All entries of one stream, in order. */
export async function readStream(db: Kysely<Tables>, stream: string): Promise<readonly LedgerEvent[]> {
  const rows = await db.selectFrom('drover.ledger').selectAll().where('stream', '=', stream).orderBy('stream_version').execute()
  return rows.map(toEvent)
}

export async function readNewest(db: Kysely<Tables>, stream: string): Promise<LedgerEvent | undefined> {
  const row = await db
    .selectFrom('drover.ledger')
    .selectAll()
    .where('stream', '=', stream)
    .orderBy('stream_version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row && toEvent(row)
}

/** Entries after `sequence`, in order, at most `limit`. */
export async function readAllEvents(db: Kysely<Tables>, sequence: number, limit: number): Promise<readonly LedgerEvent[]> {
  const rows = await db.selectFrom('drover.ledger').selectAll().where('sequence', '>', sequence).orderBy('sequence').limit(limit).execute()
  return rows.map(toEvent)
}

export async function readHashes(
  db: Kysely<Tables>,
  sequence: number,
  limit: number,
): Promise<readonly Pick<LedgerEvent, 'sequence' | 'hash'>[]> {
  const rows = await db
    .selectFrom('drover.ledger')
    .select(['sequence', 'hash'])
    .where('sequence', '>', sequence)
    .orderBy('sequence')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ sequence: Number(row.sequence), hash: row.hash }))
}

export async function readHead(db: Kysely<Tables>): Promise<Pick<LedgerEvent, 'sequence' | 'hash'> | undefined> {
  const row = await db.selectFrom('drover.ledger').select(['sequence', 'hash']).orderBy('sequence', 'desc').limit(1).executeTakeFirst()
  return row && { sequence: Number(row.sequence), hash: row.hash }
}

export function toEvent(row: LedgerRow): LedgerEvent {
  return {
    sequence: Number(row.sequence),
    stream: row.stream,
    streamVersion: row.stream_version,
    type: row.type,
    data: row.data,
    ...(row.key === null ? {} : { key: row.key }),
    at: toId<Instant>(row.at),
    actor: row.actor,
    previousHash: row.previous_hash,
    hash: row.hash,
  }
}
