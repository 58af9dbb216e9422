import type { Kysely, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { NoticeTopic } from '#domain/pipeline'
import type { NotificationRecord, NotificationStore } from '#engine/ports'
import type { Guard } from './guard.ts'
import type { NotificationTable, Tables } from './schema.ts'

/** What is to be told outside. Rows hold no text: what they are about stands in the ledger. */
export function createNotificationStore(db: Kysely<Tables>, guard: Guard): NotificationStore {
  return {
    loadPosition: (channel) => guard('reading how far a channel is', () => loadPosition(db, channel)),
    advance: (channel, step) => guard('noting what is to be told', () => advance(db, channel, step)),
    claim: (channel, claim) => guard('taking what is to be told', () => takeDue(db, channel, claim)),
    settle: ({ channel, sequence }, { state, dueAt, tries, sentAt, failure }) =>
      guard('noting what was told', async () => {
        await db
          .updateTable('drover.notification')
          .set({ state, due_at: dueAt, tries, sent_at: sentAt ?? null, failure: failure ?? null })
          .where('channel', '=', channel)
          .where('sequence', '=', sequence)
          .execute()
      }),
    list: (limit) =>
      guard('listing what was told', async () => {
        const rows = await db
          .selectFrom('drover.notification')
          .selectAll()
          .orderBy('sequence', 'desc')
          .orderBy('channel')
          .limit(limit)
          .execute()
        return rows.map(recordOf)
      }),
    count: () =>
      guard('counting what is to be told', async () => {
        const rows = await db
          .selectFrom('drover.notification')
          .select((e) => ['channel', e.fn.countAll().as('waiting'), sql<string>`count(*) FILTER (WHERE tries > 0)`.as('failing')])
          .where('state', '=', 'due')
          .groupBy('channel')
          .execute()
        return rows.map(({ channel, waiting, failing }) => ({ channel, waiting: Number(waiting), failing: Number(failing) }))
      }),
    prune: (before) =>
      guard('clearing what was told', async () => {
        await db.deleteFrom('drover.notification').where('state', '<>', 'due').where('added_at', '<', before).execute()
      }),
  }
}

async function loadPosition(db: Kysely<Tables>, channel: string): Promise<number | undefined> {
  const row = await db.selectFrom('drover.notification_position').select('sequence').where('channel', '=', channel).executeTakeFirst()
  return row === undefined ? undefined : Number(row.sequence)
}

async function advance(
  db: Kysely<Tables>,
  channel: string,
  { from, to, at, due }: Parameters<NotificationStore['advance']>[1],
): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const moved =
      from === undefined
        ? await transaction
            .insertInto('drover.notification_position')
            .values({ channel, sequence: to })
            .onConflict((conflict) => conflict.doNothing())
            .executeTakeFirst()
            .then(({ numInsertedOrUpdatedRows }) => numInsertedOrUpdatedRows)
        : await transaction
            .updateTable('drover.notification_position')
            .set({ sequence: to })
            .where('channel', '=', channel)
            .where('sequence', '=', from)
            .executeTakeFirst()
            .then(({ numUpdatedRows }) => numUpdatedRows)
    if (moved !== 1n) return false
    const rows = due.map(({ sequence, topic }) => ({
      ...{ channel, sequence, topic, added_at: at, tries: 0, state: 'due', due_at: at, sent_at: null, failure: null },
    }))
    if (rows.length > 0)
      await transaction
        .insertInto('drover.notification')
        .values(rows)
        // A channel that was taken out and named again is read again from where it was named.
        .onConflict((conflict) => conflict.doNothing())
        .execute()
    return true
  })
}

async function takeDue(
  db: Kysely<Tables>,
  channel: string,
  { now, until, limit }: Parameters<NotificationStore['claim']>[1],
): Promise<readonly NotificationRecord[]> {
  const rows = await db
    .updateTable('drover.notification')
    .set({ due_at: until })
    .where('channel', '=', channel)
    .where('sequence', 'in', (e) =>
      e
        .selectFrom('drover.notification')
        .select('sequence')
        .where('channel', '=', channel)
        .where('state', '=', 'due')
        .where('due_at', '<=', now)
        .orderBy('sequence')
        .limit(limit)
        .forUpdate()
        .skipLocked(),
    )
    .returningAll()
    .execute()
  return rows.map(recordOf).toSorted((a, b) => a.sequence - b.sequence)
}

function recordOf(row: Selectable<NotificationTable>): NotificationRecord {
  return {
    channel: row.channel,
    sequence: Number(row.sequence),
    // Both are written from these types alone.
    topic: row.topic as NoticeTopic,
    state: row.state as NotificationRecord['state'],
    addedAt: toId<Instant>(row.added_at),
    tries: row.tries,
    dueAt: toId<Instant>(row.due_at),
    ...(row.sent_at === null ? {} : { sentAt: toId<Instant>(row.sent_at) }),
    ...(row.failure === null ? {} : { failure: row.failure }),
  }
}
