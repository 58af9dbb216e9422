import { z } from 'zod'
import type { Digest, EnvironmentId, Instant, PersonId, PromotionId, Version } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'

const selection = {
  table: z.string().describe('Logical name of the table.'),
  columns: list(z.string()).optional().describe('Columns whose values were saved; absent: whole rows.'),
  regarding: z
    .string()
    .optional()
    .describe(
      'The table on whose rows these rows hang: notes, party lists of activities, with whom they are shared, and what joins them to others.',
    ),
  contents: z.literal(true).optional().describe('What file and image columns hold, each counted as a row.'),
}

const restoredTableSchema = z.object({
  table: z.string(),
  regarding: z.string().optional().describe('The table on whose rows these rows hang.'),
  part: z
    .enum(['values', 'contents', 'links'])
    .describe('Rows and plain columns; what file and image columns hold; or lookups, owners, states and pairs, which follow.'),
  written: z.int(),
  kept: z.int().optional().describe('Rows of which something stays as people have it now: nothing that is there is overwritten.'),
  refused: z.int(),
  examples: list(z.object({ id: z.string(), message: z.string() })).describe('Some of the refused rows, by id and code.'),
})

const restoreSchema = z
  .object({
    id: z.string(),
    by: id<PersonId>('Who asked for it.'),
    reason: z.string(),
    startedAt: id<Instant>('When it began.'),
    tables: list(z.string()).optional().describe('Absent: all.'),
    done: list(restoredTableSchema),
    status: z.discriminatedUnion('state', [
      z.object({ state: z.literal('running') }),
      z.object({ state: z.literal('ended'), at: id<Instant>('When it ended.') }),
      z.object({ state: z.literal('errored'), at: id<Instant>('When it broke.'), code: z.string(), message: z.string() }),
    ]),
  })
  .meta({ id: 'Restore' })

export const rescueSchema = z
  .object({
    rescue: z.object({
      id: z.string(),
      savedAt: id<Instant>('When it was saved.'),
      keepUntil: id<Instant>('When it is deleted.'),
      items: list(
        z.object({
          ...selection,
          rows: z.int(),
          digest: id<Digest>('Of the stored, encrypted bytes.'),
          size: z.int().describe('Bytes.'),
        }),
      ),
    }),
    promotionId: id<PromotionId>('The promotion that saved it before its attempt destroyed it.').optional(),
    environmentId: id<EnvironmentId>('Where it is from.'),
    solution: z.string().optional(),
    version: id<Version>('The version that destroyed it.').optional(),
    repair: z
      .object({ recoveryId: z.string(), holds: z.string() })
      .optional()
      .describe('The repair that saved it, and what it holds; absent where a promotion did.'),
    layer: z
      .object({
        workId: z.string(),
        deviation: z.string(),
        kind: z.string(),
        key: z.string(),
        name: z.string(),
        size: z.int().describe('Bytes.'),
      })
      .optional()
      .describe('The change by hand that a revert took away; absent of anything else.'),
    restores: list(restoreSchema),
    removalBegunAt: id<Instant>('When its time was over; it is not restored any more.').optional(),
    removedAt: id<Instant>('When what it held was deleted.').optional(),
  })
  .meta({ id: 'Rescue' })

export const rescueListSchema = z.object({ rescues: list(rescueSchema) }).meta({ id: 'RescueList' })

export const restoreViewSchema = z
  .object({
    record: rescueSchema,
    places: list(z.object({ ...selection, rows: z.int(), isThere: z.boolean(), missing: list(z.string()) })).describe('Where the rows go.'),
    restoreId: z.string().optional().describe('Absent for a dry run.'),
  })
  .meta({ id: 'RestoreView' })

export type RescueReply = z.output<typeof rescueSchema>
export type RestoreViewReply = z.output<typeof restoreViewSchema>
