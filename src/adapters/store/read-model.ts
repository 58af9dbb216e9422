import type { Kysely, Transaction } from 'kysely'
import { sql } from 'kysely'
import type { LedgerEvent } from '#domain/kernel'
import type { Projection, ReadModel, ReadModelKind } from '#engine/ports'
import { takeAppendLock } from './append-lock.ts'
import { readAllEvents } from './rows.ts'
import type { Tables } from './schema.ts'

const rebuildBatch = 1000

type Guard = <T>(doing: string, work: () => Promise<T>) => Promise<T>

export function createReadModel(db: Kysely<Tables>, guard: Guard): ReadModel {
  return {
    load: <T>(kind: ReadModelKind, id: string) =>
      guard(`reading ${kind} ${id}`, async () => {
        const row = await db
          .selectFrom('drover.read_model')
          .select('document')
          .where('kind', '=', kind)
          .where('id', '=', id)
          .executeTakeFirst()
        // The caller names the type that the projection of this kind folds to.
        return row?.document as T | undefined
      }),
    list: <T>(kind: ReadModelKind, limit?: number) =>
      guard(`listing ${kind}`, async () => {
        const query = db
          .selectFrom('drover.read_model')
          .select('document')
          .where('kind', '=', kind)
          .orderBy('created_sequence', 'desc')
          .orderBy('id')
        const rows = await (limit === undefined ? query : query.limit(limit)).execute()
        // As in load.
        return rows.map((row) => row.document as T)
      }),
  }
}

interface Folded {
  readonly kind: ReadModelKind
  readonly id: string
  document: unknown
  createdSequence: number
  updatedSequence: number
}

/** Folds events into their documents; a fold that gives undefined removes the document. */
export async function foldEvents(
  tx: Transaction<Tables>,
  projections: readonly Projection[],
  events: readonly LedgerEvent[],
): Promise<void> {
  const touched = new Map<string, Folded>()
  for (const event of events) {
    for (const projection of projections) {
      const id = projection.id(event)
      if (id === undefined) continue
      const key = JSON.stringify([projection.kind, id])
      const folded = touched.get(key) ?? (await loadFolded(tx, projection.kind, id, event.sequence))
      // Removed and made anew is new, however the events fall into batches.
      if (folded.document === undefined) folded.createdSequence = event.sequence
      folded.document = projection.fold(folded.document, event)
      folded.updatedSequence = event.sequence
      touched.set(key, folded)
    }
  }
  for (const folded of touched.values()) await saveFolded(tx, folded)
}

/** Folds the whole ledger again; readers see the old documents until the new ones are complete. */
export async function rebuildReadModels(db: Kysely<Tables>, projections: readonly Projection[]): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await takeAppendLock(tx)
    await tx.deleteFrom('drover.read_model').execute()
    let sequence = 0
    for (;;) {
      const events = await readAllEvents(tx, sequence, rebuildBatch)
      if (events.length === 0) return sequence
      await foldEvents(tx, projections, events)
      sequence = events.at(-1)?.sequence ?? sequence
    }
  })
}

async function loadFolded(tx: Transaction<Tables>, kind: ReadModelKind, id: string, sequence: number): Promise<Folded> {
  const row = await tx.selectFrom('drover.read_model').selectAll().where('kind', '=', kind).where('id', '=', id).executeTakeFirst()
  const createdSequence = row === undefined ? sequence : Number(row.created_sequence)
  return { kind, id, document: row?.document, createdSequence, updatedSequence: sequence }
}

async function saveFolded(tx: Transaction<Tables>, folded: Folded): Promise<void> {
  if (folded.document === undefined) {
    await tx.deleteFrom('drover.read_model').where('kind', '=', folded.kind).where('id', '=', folded.id).execute()
    return
  }
  const document = JSON.stringify(folded.document)
  await tx
    .insertInto('drover.read_model')
    .values({
      kind: folded.kind,
      id: folded.id,
      document,
      created_sequence: folded.createdSequence,
      updated_sequence: folded.updatedSequence,
    })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'id']).doUpdateSet({ document: sql`${document}::json`, updated_sequence: folded.updatedSequence }),
    )
    .execute()
}
