import { z } from 'zod'
import type { Instant, PersonId } from '#domain/kernel'
import { reasonSchema } from '../problem.ts'
import { id, list } from '../schema-parts.ts'

const itemId = z.templateLiteral(['RDY-', z.string()])

export const attestationSchema = z
  .object({
    item: itemId,
    by: id<PersonId>('Who said it.'),
    at: id<Instant>('When.'),
    text: z.string(),
    evidence: z.string().optional().describe('Where it can be looked up.'),
    holdsUntil: id<Instant>('Until when it counts.'),
  })
  .meta({ id: 'Attestation' })

export const readinessSchema = z
  .object({
    items: list(
      z.object({
        item: z.object({
          id: itemId,
          title: z.string(),
          proof: z.string().describe('What is looked at.'),
          source: z.string(),
          isScanned: z.boolean().describe('Whether what Drover reads can prove it.'),
          next: z.string(),
        }),
        state: z.enum(['proved', 'attested', 'missing']),
        reasons: list(reasonSchema),
        at: id<Instant>('When it was so, or was said.').optional(),
        attestation: attestationSchema.optional(),
      }),
    ),
    counts: z.object({ proved: z.int(), attested: z.int(), missing: z.int() }),
    score: z.int().describe('0 to 100; what was proved counts double by the shipped policy.'),
    next: list(z.object({ item: itemId, what: z.string() })),
  })
  .meta({ id: 'Readiness' })

export const releaseChecklistSchema = z
  .object({
    lines: list(
      z.object({
        id: z.string(),
        list: z.enum(['testing-and-approval', 'rollback-readiness', 'post-deployment']),
        title: z.string(),
        state: z.enum(['done', 'open', 'failed', 'not-asked']),
        reasons: list(reasonSchema),
        at: id<Instant>('When.').optional(),
      }),
    ),
    complete: z
      .object({ 'testing-and-approval': z.boolean(), 'rollback-readiness': z.boolean(), 'post-deployment': z.boolean() })
      .describe('Of each list: whether nothing of it is open or failed.'),
  })
  .meta({ id: 'ReleaseChecklist' })

export type AttestationReply = z.output<typeof attestationSchema>
export type ReadinessReply = z.output<typeof readinessSchema>
export type ReleaseChecklistReply = z.output<typeof releaseChecklistSchema>
