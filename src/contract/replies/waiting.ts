import { z } from 'zod'
import { wordKinds } from '#domain/approval'
import type { Instant, PersonId, PromotionId, StageId, Version } from '#domain/kernel'
import { peopleGates } from '../vocabulary.ts'
import { id, list } from '../schema-parts.ts'

export const waitingSchema = z
  .object({
    promotions: list(
      z.object({
        promotionId: id<PromotionId>('Its id.'),
        solution: z.string(),
        version: id<Version>('What goes in, or went in.'),
        stageId: id<StageId>('Where.'),
        asks: list(z.enum(['decide', 'answer-unknown', 'acknowledge-loss', 'validate', 'sign-off'])).describe(
          'What the asking person may say of it now.',
        ),
        gates: list(z.enum(peopleGates)).describe('At which they decide or sign off.'),
      }),
    ),
    trains: list(z.object({ trainId: z.string(), name: z.string(), gates: list(z.enum(peopleGates)) })),
    waivers: list(z.object({ waiverId: z.string(), solution: z.string() })),
    words: list(
      z.object({
        kind: z.enum(wordKinds).describe('What is asked.'),
        id: z.string().describe('Tells it from others of its kind.'),
        what: z.string().describe('What it is about, in a sentence.'),
        by: id<PersonId>('Who asked for it.').exactOptional().describe('Absent: nobody did, it came due.'),
        at: id<Instant>('Since when it waits.'),
        command: z.string().describe('What gives it.'),
        path: z.string().exactOptional().describe('The page on which it is looked at; absent: there is none.'),
      }),
    ).describe('Words of a second person on what somebody asked for, and what came due.'),
  })
  .meta({ id: 'Waiting' })

export type WaitingReply = z.output<typeof waitingSchema>
