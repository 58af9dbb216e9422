import type { Kysely, Transaction } from 'kysely'
import { sql } from 'kysely'
import { firstPreviousHash, hashEntry } from '#domain/evidence'
import type { LedgerEvent, NewEvent } from '#domain/kernel'
import { DroverError } from '#domain/kernel'
import type { Append, Clock, Hashing, Projection } from '#engine/ports'
import { takeAppendLock } from './append-lock.ts'
import { foldEvents } from './fold.ts'
import type { Tables } from './schema.ts'
import { watchChannel } from './watch.ts'

export interface AppendMeans {
  readonly db: Kysely<Tables>
  readonly projections: readonly Projection[]
  readonly clock: Clock
  readonly hashing: Hashing
}

/** Appends in one transaction, or not at all; returns what was appended, without the events that were there by their key. */
export async function appendEvents(means: AppendMeans, append: Append): Promise<readonly LedgerEvent[]> {
  return means.db.transaction().execute(async (tx) => {
    await takeAppendLock(tx)
    const fresh = await withoutKnownKeys(tx, append)
    if (fresh.length === 0) return []
    const version = await streamVersion(tx, append.stream)
    requireExpected(append, version)
    const events = await link(tx, means, { ...append, events: fresh }, version)
    await insert(tx, events)
    await foldEvents(tx, means.projections, events)
    await sql`SELECT pg_notify(${watchChannel}, ${String(events.at(-1)?.sequence)})`.execute(tx)
    return events
  })
}

async function withoutKnownKeys(tx: Transaction<Tables>, append: Append): Promise<readonly NewEvent[]> {
  const keys = append.events.flatMap((event) => (event.key === undefined ? [] : [event.key]))
  const known = new Set<string>()
  if (keys.length > 0) {
    const rows = await tx.selectFrom('drover.ledger').select('key').where('stream', '=', append.stream).where('key', 'in', keys).execute()
    for (const row of rows) if (row.key !== null) known.add(row.key)
  }
  return append.events.filter((event) => {
    if (event.key === undefined) return true
    if (known.has(event.key)) return false
    known.add(event.key)
    return true
  })
}

async function streamVersion(tx: Transaction<Tables>, stream: string): Promise<number> {
  const row = await tx
    .selectFrom('drover.ledger')
    .select('stream_version')
    .where('stream', '=', stream)
    .orderBy('stream_version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.stream_version ?? 0
}

function requireExpected(append: Append, version: number): void {
  if (append.expectedVersion === undefined || append.expectedVersion === version) return
  throw new DroverError(
    'ledger.conflict',
    `Stream ${append.stream} is at version ${version}; the decision was made on version ${append.expectedVersion}.`,
    { hint: 'Load it again and decide on what it says now.', isRetryable: true },
  )
}

async function link(tx: Transaction<Tables>, means: AppendMeans, append: Append, version: number): Promise<readonly LedgerEvent[]> {
  const head = await tx.selectFrom('drover.ledger').select(['sequence', 'hash']).orderBy('sequence', 'desc').limit(1).executeTakeFirst()
  const at = means.clock.now()
  const events: LedgerEvent[] = []
  for (const [index, { type, data, key }] of append.events.entries()) {
    const unhashed = {
      sequence: Number(head?.sequence ?? 0) + index + 1,
      stream: append.stream,
      streamVersion: version + index + 1,
      type,
      data: asJson(data),
      ...(key === undefined ? {} : { key }),
      at,
      actor: append.actor,
      previousHash: events.at(-1)?.hash ?? head?.hash ?? firstPreviousHash,
    }
    events.push({ ...unhashed, hash: hashEntry(unhashed, means.hashing.sha256) })
  }
  return events
}

/** What a reader will see: dates as text, no undefined; so the hash is over what is stored, and projections fold the same. */
function asJson(data: unknown): unknown {
  return data === undefined ? null : JSON.parse(JSON.stringify(data))
}

async function insert(tx: Transaction<Tables>, events: readonly LedgerEvent[]): Promise<void> {
  await tx
    .insertInto('drover.ledger')
    .values(
      events.map((event) => ({
        sequence: event.sequence,
        stream: event.stream,
        stream_version: event.streamVersion,
        type: event.type,
        data: JSON.stringify(event.data),
        key: event.key ?? null,
        at: event.at,
        actor: event.actor,
        previous_hash: event.previousHash,
        hash: event.hash,
      })),
    )
    .execute()
}
