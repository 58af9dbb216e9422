import { z } from 'zod'
import type { PromotionId } from '#domain/kernel'
import { peopleGates } from './vocabulary.ts'
import { promotionViewSchema } from './replies/promotion.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { id, seenField } from './schema-parts.ts'

const promotionParams = z.object({ promotionId: id<PromotionId>('Id of the promotion.') })
const path = `${apiBase}/promotions/:promotionId` as const

/** What opens gates beside a word of people, and what is said of a promotion once it is in. */
export const gateRoutes = {
  reportTests: {
    method: 'POST',
    path: `${path}/test-reports`,
    tag: 'promotions',
    summary: 'Hand in a report of tests at the gate that such reports open',
    description:
      "Reports in JUnit's XML form, of tests that ran where this very artifact is: the stage before. Green is a yes of whoever the gate names, and a failure a no, which ends the promotion. A report without a test that ran, that cannot be read or is older than the artifact is refused.",
    params: promotionParams,
    body: z.strictObject({
      gate: z.enum(peopleGates).default('automated-tests'),
      reports: z
        .array(z.strictObject({ name: z.string().min(1).max(300).describe('What to call it.'), xml: z.string().min(1).max(10_000_000) }))
        .min(1)
        .max(200)
        .describe('As they were written.'),
      command: z.string().max(4000).optional().describe('The command that was run.'),
      comment: z.string().max(2000).default(''),
      seen: seenField,
    }),
    bodyLimit: 12_000_000,
    status: 201,
    reply: promotionViewSchema,
  },
  approveByPullRequest: {
    method: 'POST',
    path: `${path}/pull-requests`,
    tag: 'promotions',
    summary: 'Approve the review by a pull request that was merged',
    description:
      'Its host is asked: it was merged, somebody else than its author approved what was merged, and nobody asked for changes. What it merged must be the source of this very release. The yes is still that of a person whom the gate names.',
    params: promotionParams,
    body: z.strictObject({
      url: z
        .url({ protocol: /^https?$/ })
        .max(1000)
        .describe('Its address, as a browser shows it.'),
      comment: z.string().max(4000).default(''),
      seen: seenField,
    }),
    status: 201,
    reply: promotionViewSchema,
  },
  validatePromotion: {
    method: 'POST',
    path: `${path}/validations`,
    tag: 'promotions',
    summary: 'Say how a pet stood a promotion',
    description:
      'At the end of its watch, or weeks later at its review. What did not stand it holds the pet, and offers the ways back. Until it is said, the next release of the solution waits before that pet.',
    params: promotionParams,
    body: z.strictObject({
      of: z.enum(['watch', 'review']).default('watch'),
      outcome: z.enum(['passed', 'failed']),
      note: z.string().trim().min(1).max(4000).describe('What was looked at.'),
      evidence: z.string().max(2000).optional().describe('Where it can be seen: an address, or words.'),
    }),
    status: 201,
    reply: promotionViewSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
