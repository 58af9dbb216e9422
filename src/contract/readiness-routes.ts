import { z } from 'zod'
import type { PromotionId } from '#domain/kernel'
import { attestationSchema, readinessSchema, releaseChecklistSchema } from './replies/readiness.ts'
import { id } from './schema-parts.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'

/** How ready the tenant is, and the checklist of each promotion. */
export const readinessRoutes = {
  loadReadiness: {
    method: 'GET',
    path: `${apiBase}/readiness`,
    tag: 'readiness',
    summary: 'The readiness checklist, each item proved, attested or missing',
    description: 'Judged from what is recorded: configuration, promotions, kept observations. No environment is asked.',
    status: 200,
    reply: readinessSchema,
  },
  attestReadiness: {
    method: 'POST',
    path: `${apiBase}/readiness/:item/attestations`,
    tag: 'readiness',
    summary: 'Say that an item holds which no scan can show',
    description: 'The newest word on an item holds, until its date. It counts for nothing where what was read shows the opposite.',
    params: z.object({ item: z.string().max(20).describe('For example RDY-17.') }),
    body: z.strictObject({
      text: z.string().max(4000).describe('How it is done, so that another can check it.'),
      evidence: z.string().max(2000).optional().describe('Where it can be looked up.'),
      days: z.number().optional().describe('For how many days it holds; absent: as long as policy lets it.'),
    }),
    status: 201,
    reply: attestationSchema,
  },
  loadReleaseChecklist: {
    method: 'GET',
    path: `${apiBase}/promotions/:promotionId/checklist`,
    tag: 'promotions',
    summary: 'The release checklist of a promotion, filled from what is recorded of it',
    params: z.object({ promotionId: id<PromotionId>('Id of the promotion.') }),
    status: 200,
    reply: releaseChecklistSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
