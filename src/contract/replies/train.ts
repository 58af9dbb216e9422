import { z } from 'zod'
import type { EnvironmentId, Instant, PersonId, PromotionId, ReleaseId, StageId, Version } from '#domain/kernel'
import { peopleGates } from '../vocabulary.ts'
import { refusalSchema } from '../problem.ts'
import { id, list } from '../schema-parts.ts'
import { placeSchema, promotionViewSchema } from './promotion.ts'
import { trainStepSchema } from './recovery.ts'

const tier = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])

export const trainSchema = z
  .object({
    trainId: z.string(),
    name: z.string().describe('What people call it; its id where nobody gave one.'),
    environmentId: id<EnvironmentId>('Where all of it goes in.'),
    requestedBy: id<PersonId>('Who asked.'),
    requestedAt: id<Instant>('When.'),
    tier: tier.describe('The highest tier of its solutions, which rules for all of them.'),
    members: list(
      z.object({
        position: z.int().describe('From 1, in the order in which they go in.'),
        promotionId: id<PromotionId>('The promotion as which it travels.'),
        releaseId: id<ReleaseId>('What goes in.'),
        solution: z.string(),
        version: id<Version>('Version of the solution.'),
        tier,
        stageId: id<StageId>('Stage of its own pipeline.'),
        needs: list(z.string()).describe('Solutions of the train that it needs, and goes after.'),
      }),
    ),
    collisions: list(
      z.object({
        kind: z.enum(['shared', 'removed']).describe('Both have a say on it, or one takes away what the other has or needs.'),
        solutions: z.tuple([z.string(), z.string()]).readonly(),
        components: list(z.string()).describe('kind:key of the first few.'),
        count: z.int(),
      }),
    ).describe('Where its releases meet: what is planned of the later may differ when its turn comes, and is then asked again.'),
    state: z
      .enum(['assembling', 'standing', 'withdrawn', 'rejected', 'refused', 'arrived', 'stopped'])
      .describe('standing: what has not gone in may still. stopped: one of it failed, and nothing goes in any more.'),
    decisions: list(
      z.object({
        gate: z.enum(peopleGates),
        by: id<PersonId>('Who decided.'),
        onBehalfOf: id<PersonId>('Whose place its person took.').optional(),
        verdict: z.enum(['approve', 'reject']),
        comment: z.string(),
        at: id<Instant>('When.'),
        binding: z.string().describe('Hash over what its promotions were bound to.'),
        on: list(z.object({ promotionId: id<PromotionId>('A promotion that it was recorded on.') })),
      }),
    ),
    withdrawn: z.object({ by: id<PersonId>('Who took it back.'), reason: z.string(), at: id<Instant>('When.') }).optional(),
    refusal: refusalSchema.optional().describe('Why it could not be put together.'),
    endedAt: id<Instant>('When nothing of it was under way any more.').optional(),
  })
  .meta({ id: 'Train' })

export const trainViewSchema = z
  .object({
    train: trainSchema,
    binding: z.string().describe('Hash over what its promotions are bound to now: what a decision names as seen.'),
    promotions: list(promotionViewSchema).describe('Its promotions, in their order.'),
    mayDecide: list(z.enum(peopleGates)).describe('Gates on which the asking person may decide now.'),
    places: list(placeSchema).describe('The places in which they may.'),
    wayBack: list(trainStepSchema).describe('How what is in goes back; empty while the train goes on by itself.'),
  })
  .meta({ id: 'TrainView' })

export const trainListSchema = z.object({ trains: list(trainSchema) }).meta({ id: 'TrainList' })

export type TrainReply = z.output<typeof trainSchema>
export type TrainViewReply = z.output<typeof trainViewSchema>
