import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { LedgerFault } from '#domain/evidence'
import { followChain } from '#domain/evidence'
import type { LedgerEvent } from '#domain/kernel'
import type { Hashing, LedgerVerdict } from '#engine/ports'
import { readAllEvents } from './rows.ts'
import type { Tables } from './schema.ts'

/** Entries that are in memory at once; some of them hold whole plans. */
const batch = 200

/** Recomputes every link. A tail that was cut off is noticed as long as a read model still remembers a later entry. */
export async function verifyLedger(
  db: Kysely<Tables>,
  hashing: Hashing,
  onEntry?: (event: LedgerEvent) => void | Promise<void>,
): Promise<LedgerVerdict> {
  const remembered = await newestFolded(db)
  const walk = followChain(hashing.sha256)
  let sequence = 0
  for (;;) {
    const events = await readAllEvents(db, sequence, batch)
    for (const event of events) {
      walk.next(event)
      await onEntry?.(event)
      sequence = event.sequence
    }
    if (events.length < batch) break
  }
  const { entries, hash, faults } = walk.end()
  const all = [...faults, ...(await findStreamGaps(db)), ...cutOff(entries, remembered)]
  return { entries, hash, firstBroken: all[0]?.sequence, faults: all }
}

function cutOff(entries: number, remembered: number): readonly LedgerFault[] {
  if (remembered <= entries) return []
  const message = `The ledger ends with entry ${entries}, and what was read from it before reached entry ${remembered}: its tail was cut off.`
  return [{ kind: 'cut-off', sequence: entries + 1, message }]
}

/** Counted by the database, so that nothing has to be held for each stream. */
async function findStreamGaps(db: Kysely<Tables>): Promise<readonly LedgerFault[]> {
  const { rows } = await sql<{ stream: string; newest: string }>`
    SELECT stream, max(sequence) AS newest FROM drover.ledger GROUP BY stream HAVING max(stream_version) <> count(*) ORDER BY 2 LIMIT 5`.execute(
    db,
  )
  return rows.map(({ stream, newest }) => ({
    kind: 'removed',
    sequence: Number(newest),
    message: `The entries of ${stream} are not numbered without a gap.`,
  }))
}

async function newestFolded(db: Kysely<Tables>): Promise<number> {
  const row = await db
    .selectFrom('drover.read_model')
    .select((e) => e.fn.max('updated_sequence').as('newest'))
    .executeTakeFirst()
  return Number(row?.newest ?? 0)
}
