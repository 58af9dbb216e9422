import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Lookup, Page, ReadModel, ReadModelKind } from '#engine/ports'
import type { Guard } from './guard.ts'
import type { Tables } from './schema.ts'

/* The casts below: the caller names the type that the projection of the kind folds to, or sums up to. */
export function createReadModel(db: Kysely<Tables>, guard: Guard): ReadModel {
  const held = new Map<string, HeldDocument>()
  return {
    load: <T>(kind: ReadModelKind, id: string) =>
      guard(`reading ${kind} ${id}`, async () => {
        if (heldKinds.has(kind)) return (await loadHeld(db, held, { kind, id })) as T | undefined
        const row = await db
          .selectFrom('drover.read_model')
          .select('document')
          .where('kind', '=', kind)
          .where('id', '=', id)
          .executeTakeFirst()
        return row?.document as T | undefined
      }),
    list: <T>(kind: ReadModelKind, lookup: Lookup = {}) =>
      guard(`listing ${kind}`, async () => {
        const rows = await select(db, kind, lookup).select('document').execute()
        return rows.map((row) => row.document as T)
      }),
    listSummaries: <T>(kind: ReadModelKind, lookup: Lookup = {}) =>
      guard(`listing ${kind}`, async () => {
        const { limit } = lookup
        // One more than asked for tells whether there is a next page.
        const more = limit === undefined ? lookup : { ...lookup, limit: limit + 1 }
        const rows = await select(db, kind, more).select(['summary', 'created_sequence']).execute()
        const shown = rows.slice(0, limit)
        const next = rows.length > shown.length ? shown.at(-1)?.created_sequence : undefined
        return { rows: shown.map((row) => row.summary as T), next: next === undefined ? undefined : Number(next) } satisfies Page<T>
      }),
  }
}

/** Large, few, and asked for whenever anything is judged: the configuration grows with the solutions that are governed, and so would each judgement. */
const heldKinds: ReadonlySet<ReadModelKind> = new Set(['configuration'])

interface HeldDocument {
  readonly version: string
  readonly document: unknown
}

/** As it is in the database at this moment: the version of its row is asked each time, its content only where that is another. */
async function loadHeld(
  db: Kysely<Tables>,
  held: Map<string, HeldDocument>,
  { kind, id }: { readonly kind: ReadModelKind; readonly id: string },
): Promise<unknown> {
  const name = `${kind}/${id}`
  const known = held.get(name)
  // Which transaction wrote the row, at which entry: a ledger that is folded again writes it anew.
  const version = sql<string>`concat(updated_sequence, '/', xmin)`
  const row = await db
    .selectFrom('drover.read_model')
    .select([version.as('version'), sql`CASE WHEN ${version} = ${known?.version ?? ''} THEN NULL ELSE document END`.as('document')])
    .where('kind', '=', kind)
    .where('id', '=', id)
    .executeTakeFirst()
  if (row === undefined) {
    held.delete(name)
    return undefined
  }
  if (known?.version === row.version) return known.document
  held.set(name, { version: row.version, document: freeze(row.document) })
  return row.document
}

/** Many readers have the same document now: none may change it. */
function freeze(value: unknown): unknown {
  if (typeof value === 'object' && value !== null) for (const each of Object.values(Object.freeze(value))) freeze(each)
  return value
}

/** Newest first; an event makes at most one document of a kind, so its sequence is the place of that document for good. */
function select(db: Kysely<Tables>, kind: ReadModelKind, { ids, where, limit, after }: Lookup) {
  let query = db.selectFrom('drover.read_model').where('kind', '=', kind).orderBy('created_sequence', 'desc')
  if (ids !== undefined) query = query.where('id', '=', anyOf(ids))
  for (const [name, wanted] of Object.entries(where ?? {})) {
    // The name stands in the text of the query, or the indexes on summaries would not be found.
    const entry = sql<string>`summary->>${sql.lit(name)}`
    query = query.where(entry, '=', typeof wanted === 'string' ? wanted : anyOf(wanted))
  }
  if (after !== undefined) query = query.where('created_sequence', '<', after)
  return limit === undefined ? query : query.limit(limit)
}

function anyOf(values: readonly string[]) {
  return sql<string>`ANY(${values}::text[])`
}
