import type { Kysely } from 'kysely'
import type { LedgerEvent } from '#domain/kernel'
import type { Hashing } from '#engine/ports'
import { hashOf } from './append.ts'
import { readAllEvents } from './rows.ts'
import type { Tables } from './schema.ts'

const batch = 1000

/** Recomputes every link. A tail that was cut off is noticed as long as a read model still remembers a later entry. */
export async function verifyLedger(
  db: Kysely<Tables>,
  hashing: Hashing,
): Promise<{ readonly entries: number; readonly firstBroken: number | undefined }> {
  const remembered = await newestFolded(db)
  const versions = new Map<string, number>()
  let previousHash = '0'.repeat(64)
  let sequence = 0
  for (;;) {
    const events = await readAllEvents(db, sequence, batch)
    for (const event of events) {
      const position = { sequence: sequence + 1, streamVersion: (versions.get(event.stream) ?? 0) + 1, previousHash }
      if (!holds(event, position, hashing)) return { entries: sequence, firstBroken: position.sequence }
      versions.set(event.stream, event.streamVersion)
      previousHash = event.hash
      sequence = event.sequence
    }
    if (events.length < batch) return { entries: sequence, firstBroken: remembered > sequence ? sequence + 1 : undefined }
  }
}

function holds(event: LedgerEvent, position: Pick<LedgerEvent, 'sequence' | 'streamVersion' | 'previousHash'>, hashing: Hashing): boolean {
  return (
    event.sequence === position.sequence &&
    event.streamVersion === position.streamVersion &&
    event.previousHash === position.previousHash &&
    event.hash === hashOf(event, hashing)
  )
}

async function newestFolded(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('drover.read_model')
    .select((e) => e.fn.max('updated_sequence').as('newest'))
    .executeTakeFirst()
  return Number(row?.newest ?? 0)
}
