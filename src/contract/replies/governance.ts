import { z } from 'zod'
import type { Instant, PersonId, ReleaseId, Version } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'

export const tierSchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)])

const weighedAnswerSchema = z.object({
  question: z.string(),
  text: z.string().describe('The question in words.'),
  from: z.enum(['read', 'answered', 'unknown']).describe('unknown: it weighs what is known of it, and may weigh more.'),
  answer: z.string().optional(),
  said: z.string().describe('The answer in words, or what is missing.'),
  weight: z.number(),
  floor: tierSchema.optional().describe('The lowest tier of a solution of which this is said; absent: it only weighs.'),
  evidence: list(z.string()),
  isForOwner: z.boolean().describe('Whether the owner may answer it.'),
  source: z.string(),
})

const proposalFields = {
  tier: tierSchema,
  configured: tierSchema,
  score: z.number(),
  why: list(z.string()),
  open: z.int(),
  releaseId: id<ReleaseId>('The release that it was made for.'),
  version: id<Version>('Its version.'),
  at: id<Instant>('When.'),
}

const decisionSchema = z.object({
  tier: tierSchema,
  against: tierSchema.describe('The tier that was proposed.'),
  reason: z.string(),
  by: id<PersonId>('Who decided.'),
  proposedBy: id<PersonId>('The first of two people.').optional(),
  at: id<Instant>('When.'),
  until: id<Instant>('Until when a lower tier is kept.').optional(),
  releaseId: id<ReleaseId>('The release that was judged; absent: the newest of then.').optional(),
})

export const tierViewSchema = z
  .object({
    solution: z.string(),
    owner: z.string(),
    configured: tierSchema.describe('In drover.yaml.'),
    inForce: tierSchema.describe('By whose demands it is judged now.'),
    assessment: z.object({
      answers: list(weighedAnswerSchema),
      score: z.number(),
      tier: tierSchema.describe('At least this one, while questions are open.'),
      why: list(z.string()),
      open: z.int().describe('How many questions are open.'),
    }),
    hold: z
      .object({
        tier: tierSchema,
        configured: tierSchema,
        why: list(z.string()),
        since: id<Instant>('Since when it is proposed.'),
        decided: z.object({ tier: tierSchema, until: id<Instant>('Until when.').optional() }).optional(),
      })
      .optional()
      .describe('There while it is held to a higher tier than drover.yaml gives it.'),
    next: z.string().optional().describe('How it comes out of the hold.'),
    release: z.object({ releaseId: z.string(), version: z.string() }).optional().describe('The newest sealed one, which was read.'),
    questions: list(
      z.object({
        id: z.string(),
        answers: list(z.object({ answer: z.string(), text: z.string(), weight: z.number(), floor: tierSchema.optional() })),
      }),
    ),
    thresholds: z.object({ 2: z.number(), 3: z.number(), 4: z.number() }).describe('The score from which each tier begins.'),
    proposal: z.object({ ...proposalFields, answers: list(weighedAnswerSchema) }).optional(),
    decision: decisionSchema.optional(),
    word: decisionSchema.omit({ proposedBy: true }).optional().describe('The word of a first person that waits for a second.'),
    history: list(
      z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('proposed'), proposal: z.object(proposalFields) }),
        z.object({ kind: z.literal('decided'), decision: decisionSchema }),
      ]),
    ).describe('Newest first.'),
  })
  .meta({ id: 'TierView' })

const structureDecisionSchema = z.object({
  question: z.enum(['segmentation', 'branching', 'versioning', 'uat', 'managed-environments']),
  answer: z.string(),
  reason: z.string(),
  by: id<PersonId>('Who decided.'),
  at: id<Instant>('When.'),
})

export const structureViewSchema = z
  .object({
    solution: z.string(),
    tier: tierSchema.describe('The tier in force.'),
    structure: list(
      z.object({
        question: structureDecisionSchema.shape.question,
        text: z.string(),
        answers: list(z.string()).describe('What may be decided.'),
        decision: structureDecisionSchema.optional(),
        isDemanded: z.boolean().describe('Whether it has to be decided at this tier.'),
        seen: list(z.string()).describe('What is there and fits.'),
        deviations: list(z.string()).describe('Where what is there differs.'),
        source: z.string(),
      }),
    ),
    environments: list(
      z.object({
        environment: z.string(),
        shouldBeManaged: z.boolean(),
        why: list(z.string()),
        isManaged: z.boolean().optional().describe('Absent: nobody could tell.'),
        deviation: z.string().optional().describe('Of the Default environment of the tenant where policy keeps the solution out of it.'),
      }),
    ).describe('Which of its environments are to be Managed Environments.'),
    earlier: list(structureDecisionSchema).describe('Decisions that others replaced, newest first.'),
  })
  .meta({ id: 'StructureView' })

export const completionViewSchema = z
  .object({
    solution: z.string(),
    tier: tierSchema.describe('The tier in force.'),
    release: z.object({ releaseId: z.string(), version: z.string() }).optional(),
    isComplete: z.boolean().describe('Whether nothing that the tier demands is missing.'),
    items: list(
      z.object({
        id: z.string(),
        text: z.string(),
        state: z.enum(['proved', 'attested', 'missing']),
        isAdvice: z.boolean().describe('Missing, and not demanded at this tier.'),
        by: z.string().describe('What proves it, who says it, or what is missing.'),
        next: z.string().optional().describe('What to do.'),
        source: z.string(),
      }),
    ),
  })
  .meta({ id: 'CompletionView' })

export type TierViewReply = z.output<typeof tierViewSchema>
export type StructureViewReply = z.output<typeof structureViewSchema>
export type CompletionViewReply = z.output<typeof completionViewSchema>
