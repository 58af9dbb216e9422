import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { ObservationStore, ObservedPart } from '#engine/ports'
import type { Guard } from './guard.ts'
import type { Tables } from './schema.ts'

/** Parts of what was seen of environments. They can all be read again, so losing them costs requests and nothing else. */
export function createObservationStore(db: Kysely<Tables>, guard: Guard): ObservationStore {
  return {
    loadParts: (lane, prefix) =>
      guard(`reading what was seen of ${lane}`, async () => {
        const rows = await db
          .selectFrom('drover.observed_part')
          .select(['key', 'stamp', 'read_at', 'content'])
          .where('lane', '=', lane)
          .where(sql<boolean>`starts_with(key, ${prefix})`)
          .orderBy('key')
          .execute()
        return rows.map(partOf)
      }),
    findParts: (lane, keys) =>
      guard(`reading what was seen of ${lane}`, async () => {
        const rows = await db
          .selectFrom('drover.observed_part')
          .select(['key', 'stamp', 'read_at', 'content'])
          .where('lane', '=', lane)
          .where('key', '=', sql<string>`ANY(${keys}::text[])`)
          .execute()
        return rows.map(partOf)
      }),
    saveParts: (lane, parts) =>
      guard(`keeping what was seen of ${lane}`, async () => {
        for (let start = 0; start < parts.length; start += partsAtOnce) {
          const rows = parts.slice(start, start + partsAtOnce).map((part) => rowOf(lane, part))
          await db
            .insertInto('drover.observed_part')
            .values(rows)
            .onConflict((conflict) =>
              conflict.columns(['lane', 'key']).doUpdateSet((row) => ({
                stamp: row.ref('excluded.stamp'),
                read_at: row.ref('excluded.read_at'),
                content: row.ref('excluded.content'),
              })),
            )
            .execute()
        }
      }),
    removeParts: (lane, keys) =>
      guard(`forgetting what was seen of ${lane}`, async () => {
        await db.deleteFrom('drover.observed_part').where('lane', '=', lane).where('key', '=', sql<string>`ANY(${keys}::text[])`).execute()
      }),
  }
}

/** A statement takes at most 65,535 parameters. */
const partsAtOnce = 1_000

function partOf({ key, stamp, read_at, content }: Omit<Tables['drover.observed_part'], 'lane'>): ObservedPart {
  return { key, stamp, readAt: toId<Instant>(read_at), content }
}

function rowOf(lane: string, { key, stamp, readAt, content }: ObservedPart) {
  return { lane, key, stamp, read_at: readAt, content: JSON.stringify(content) }
}
