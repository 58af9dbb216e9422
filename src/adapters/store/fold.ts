import type { Kysely, Transaction } from 'kysely'
import { sql } from 'kysely'
import type { LedgerEvent } from '#domain/kernel'
import type { Projection, ReadModelKind } from '#engine/ports'
import { takeAppendLock } from './append-lock.ts'
import { readAllEvents } from './rows.ts'
import type { Tables } from './schema.ts'

const rebuildBatch = 1000

/** A document in the making. */
interface Draft {
  readonly projection: Projection
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
  const drafts = new Map<string, Draft>()
  for (const event of events) {
    const concerned = new Map<ReadModelKind, Draft>()
    const folded = (kind: ReadModelKind): unknown => concerned.get(kind)?.document
    for (const projection of projections) {
      const id = projection.id(event, folded)
      if (id === undefined) continue
      const key = JSON.stringify([projection.kind, id])
      const draft = drafts.get(key) ?? (await loadDraft(tx, projection, { id, sequence: event.sequence }))
      // Removed and made anew is new, however the events fall into batches.
      if (draft.document === undefined) draft.createdSequence = event.sequence
      draft.document = projection.fold(draft.document, event, folded)
      draft.updatedSequence = event.sequence
      drafts.set(key, draft)
      concerned.set(projection.kind, draft)
    }
  }
  for (const draft of drafts.values()) await saveDraft(tx, draft)
}

/** Folds the whole ledger again; readers see the old documents until the new ones are complete. */
export async function rebuildReadModels(db: Kysely<Tables>, projections: readonly Projection[]): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await takeAppendLock(tx)
    return foldAll(tx, projections)
  })
}

/** Folds the whole ledger again unless this version of the projections did it; of several processes that start at once, one does. */
export async function refreshReadModels(db: Kysely<Tables>, projections: readonly Projection[], version: string): Promise<number> {
  return db.transaction().execute(async (tx) => {
    await takeAppendLock(tx)
    const known = await tx.selectFrom('drover.read_model_version').select('version').executeTakeFirst()
    if (known?.version === version) return 0
    const folded = await foldAll(tx, projections)
    await tx
      .insertInto('drover.read_model_version')
      .values({ version })
      .onConflict((conflict) => conflict.column('is_only').doUpdateSet({ version }))
      .execute()
    return folded
  })
}

async function foldAll(tx: Transaction<Tables>, projections: readonly Projection[]): Promise<number> {
  await tx.deleteFrom('drover.read_model').execute()
  let sequence = 0
  for (;;) {
    const events = await readAllEvents(tx, sequence, rebuildBatch)
    if (events.length === 0) return sequence
    await foldEvents(tx, projections, events)
    sequence = events.at(-1)?.sequence ?? sequence
  }
}

async function loadDraft(
  tx: Transaction<Tables>,
  projection: Projection,
  { id, sequence }: { readonly id: string; readonly sequence: number },
): Promise<Draft> {
  const row = await tx
    .selectFrom('drover.read_model')
    .select(['document', 'created_sequence'])
    .where('kind', '=', projection.kind)
    .where('id', '=', id)
    .executeTakeFirst()
  const createdSequence = row === undefined ? sequence : Number(row.created_sequence)
  return { projection, id, document: row?.document, createdSequence, updatedSequence: sequence }
}

async function saveDraft(tx: Transaction<Tables>, { projection, id, ...draft }: Draft): Promise<void> {
  const { kind } = projection
  if (draft.document === undefined) {
    await tx.deleteFrom('drover.read_model').where('kind', '=', kind).where('id', '=', id).execute()
    return
  }
  const document = JSON.stringify(draft.document)
  const summary = JSON.stringify(projection.summarise?.(draft.document) ?? {})
  const places = { created_sequence: draft.createdSequence, updated_sequence: draft.updatedSequence }
  await tx
    .insertInto('drover.read_model')
    .values({ kind, id, document, summary, ...places })
    .onConflict((conflict) =>
      conflict.columns(['kind', 'id']).doUpdateSet({ document: sql`${document}::json`, summary: sql`${summary}::jsonb`, ...places }),
    )
    .execute()
}
