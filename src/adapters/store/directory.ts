import type { Kysely } from 'kysely'
import type { Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Directory, TokenUses } from '#engine/ports'
import type { Guard } from './guard.ts'
import type { Tables } from './schema.ts'

export function createDirectory(db: Kysely<Tables>, guard: Guard): Directory {
  return {
    load: () =>
      guard('reading who people are', async () => {
        const rows = await db.selectFrom('drover.person_detail').selectAll().orderBy('person_id').orderBy('commitment').execute()
        return rows.map(({ person_id, subject, ...row }) => ({
          ...row,
          personId: toId<PersonId>(person_id),
          ...(subject === null ? {} : { subject }),
        }))
      }),
    put: (details) =>
      guard('keeping who people are', async () => {
        if (details.length === 0) return
        const rows = details.map(({ personId, subject, commitment, salt, name }) => ({
          ...{ commitment, salt, name },
          person_id: personId,
          subject: subject ?? null,
        }))
        await db
          .insertInto('drover.person_detail')
          .values(rows)
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      }),
    forget: (personId) =>
      guard('forgetting who somebody is', async () => {
        const { numDeletedRows } = await db.deleteFrom('drover.person_detail').where('person_id', '=', personId).executeTakeFirst()
        return Number(numDeletedRows)
      }),
  }
}

export function createTokenUses(db: Kysely<Tables>, guard: Guard): TokenUses {
  return {
    note: (tokenId, at) =>
      guard('noting the use of a token', async () => {
        await db
          .insertInto('drover.token_use')
          .values({ token_id: tokenId, used_at: at })
          .onConflict((conflict) => conflict.column('token_id').doUpdateSet({ used_at: at }))
          .execute()
      }),
    load: (tokenIds) =>
      guard('reading the uses of tokens', async () => {
        if (tokenIds.length === 0) return new Map()
        const rows = await db.selectFrom('drover.token_use').selectAll().where('token_id', 'in', tokenIds).execute()
        return new Map(rows.map((row) => [row.token_id, toId<Instant>(row.used_at)]))
      }),
  }
}
