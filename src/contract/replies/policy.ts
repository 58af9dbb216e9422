import { z } from 'zod'
import type { Instant, PromotionId, StageId, Version } from '#domain/kernel'
import { id, list, nextPage } from '../schema-parts.ts'
import { reasonSchema } from '../problem.ts'

export const policyViewSchema = z
  .object({
    version: z.string().describe('Of the policy in force; it says which shipped policy it is, and which changes.'),
    configurationVersion: z.int().optional().describe('Of the configuration in force; absent before the first.'),
    values: list(
      z.object({
        path: z.string().describe('Where it stands in a policy document.'),
        label: z.string(),
        unit: z.string().optional(),
        value: z.unknown(),
        source: z.string().describe('Where it comes from; of what is ours, why.'),
        status: z.enum(['stated', 'ours']),
        weaker: z.enum(['less', 'more', 'either']).describe('Which way of changing it takes two people.'),
        shipped: z.object({ value: z.unknown() }).optional().describe('There where the configuration changes it: what is shipped.'),
      }),
    ),
    document: z.record(z.string(), z.unknown()).describe('The same as a policy document.'),
  })
  .meta({ id: 'PolicyView' })

const outcome = z.enum(['same', 'stopped', 'longer', 'sooner', 'unknown', 'never-began'])

export const policyTestPageSchema = z
  .object({
    version: z.string().describe('Of the policy that was tried.'),
    promotions: list(
      z.object({
        promotionId: id<PromotionId>('Id of the promotion.'),
        solution: z.string(),
        version: id<Version>('Version of the solution.'),
        tier: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
        stageId: id<StageId>('Id of the stage.'),
        requestedAt: id<Instant>('When.'),
        outcome,
        hours: z.number().describe('By how many hours later or sooner.'),
        reasons: list(reasonSchema).describe('What would have stopped or delayed it.'),
        unknown: list(reasonSchema).describe('What cannot be told, because it was not recorded.'),
      }),
    ).describe('Those that would not have gone as they went, or of which that cannot be told; newest first.'),
    sums: z.object({
      promotions: z.int(),
      outcomes: z.record(outcome, z.int()),
      delayHours: z.number(),
      savedHours: z.number(),
      tiers: z.record(z.string(), z.object({ promotions: z.int(), stopped: z.int(), delayHours: z.number() })),
    }),
    next: nextPage,
  })
  .meta({ id: 'PolicyTestPage' })

export type PolicyViewReply = z.output<typeof policyViewSchema>
export type PolicyTestPageReply = z.output<typeof policyTestPageSchema>
