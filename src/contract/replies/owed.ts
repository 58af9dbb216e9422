import { z } from 'zod'
import type { Instant, PersonId, PromotionId, Version } from '#domain/kernel'
import { peopleGates } from '../vocabulary.ts'
import { id, list } from '../schema-parts.ts'

export const signOffSchema = z
  .object({
    gate: z.enum(peopleGates),
    by: id<PersonId>('Who.'),
    verdict: z.enum(['approve', 'reject']),
    comment: z.string(),
    at: id<Instant>('When.'),
    onBehalfOf: id<PersonId>('Whose place was taken.').optional(),
  })
  .meta({ id: 'SignOff' })

export const owedItemSchema = z
  .object({
    promotionId: id<PromotionId>('What owes it.'),
    solution: z.string(),
    version: id<Version>('What went in.'),
    environmentId: z.string().describe('Where.'),
    lane: z.string().describe('The place that it is.'),
    intent: z.enum(['release', 'recovery', 'hotfix', 'emergency']).describe('What it went past the gate for.'),
    hotfixId: z.string().optional(),
    requestedBy: id<PersonId>('Who asked; they give none of it.'),
    gate: z.enum(peopleGates),
    people: list(id<PersonId>('Who may give it.')),
    quorum: z.int(),
    since: id<Instant>('When it went in.'),
    dueAt: id<Instant>('Until when it is to be given.'),
    given: list(signOffSchema),
    isOverdue: z.boolean(),
    isRefused: z.boolean().describe('Somebody said no: the stage is to go back, or others say yes.'),
  })
  .meta({ id: 'OwedItem' })

export const owedListSchema = z
  .object({
    owed: list(owedItemSchema).describe('The most urgent first.'),
    emergencies: list(
      z.object({
        solution: z.string(),
        times: z.int().describe('How many were declared.'),
        withinDays: z.number(),
        last: id<Instant>('When the newest was.'),
        isMany: z.boolean().describe('More than policy takes for exceptions.'),
      }),
    ),
  })
  .meta({ id: 'OwedList' })

export type OwedListReply = z.output<typeof owedListSchema>
export type OwedItemReply = z.output<typeof owedItemSchema>
