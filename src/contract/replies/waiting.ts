import { z } from 'zod'
import type { PromotionId, StageId, Version } from '#domain/kernel'
import { peopleGates } from '../configuration-file.ts'
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
  })
  .meta({ id: 'Waiting' })

export type WaitingReply = z.output<typeof waitingSchema>
