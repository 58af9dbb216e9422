import { z } from 'zod'
import type { Instant, PersonId, PromotionId } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'
import { environmentSchema } from './environment.ts'
import { restorePointSchema } from './recovery.ts'

export const biographyKinds = [
  'release',
  'recovery',
  'hotfix',
  'emergency',
  'baseline',
  'tweak',
  'incident',
  'restore-point',
  'rehearsal',
  'restore',
  'repair',
  'hold',
  'protection',
] as const

export const biographySchema = z
  .object({
    environment: environmentSchema,
    entries: list(
      z.object({
        id: z.string(),
        at: id<Instant>('When.'),
        kind: z.enum(biographyKinds),
        text: z.string(),
        by: list(id<PersonId>('Who had it done, or said it.')),
        approvedBy: list(id<PersonId>('Who approved it.')).optional(),
        promotionId: id<PromotionId>('The promotion that it belongs to.').optional(),
        expiresAt: id<Instant>('When a restore point or tweak ends.').optional(),
        isExpired: z.boolean().optional(),
        isFailure: z.boolean().optional().describe('It went wrong.'),
      }),
    ).describe('Newest first.'),
    next: z.string().optional().describe('Names the next page; absent when there is none.'),
  })
  .meta({ id: 'Biography' })

export const incidentSchema = z
  .object({ id: z.string(), at: id<Instant>('When it was written.'), by: id<PersonId>('Who wrote it.'), text: z.string() })
  .meta({ id: 'Incident' })

export const restorePointsSchema = z
  .object({
    environment: environmentSchema,
    restorePoints: list(
      restorePointSchema.extend({
        isOurs: z.boolean().describe('Drover took it.'),
        state: z.enum(['kept', 'expired', 'gone']).describe('`gone`: recorded, not expired, and the platform does not show it.'),
        promotionId: id<PromotionId>('The promotion before which it was taken.').optional(),
      }),
    ).describe('Newest first.'),
  })
  .meta({ id: 'RestorePoints' })

export const takenRestorePointSchema = z
  .object({ restorePoint: restorePointSchema, message: z.string().describe('What it is, and what it is not.') })
  .meta({ id: 'TakenRestorePoint' })

export type BiographyReply = z.output<typeof biographySchema>
export type BiographyEntryReply = BiographyReply['entries'][number]
export type RestorePointsReply = z.output<typeof restorePointsSchema>
