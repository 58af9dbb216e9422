import { z } from 'zod'
import { policyTestPageSchema, policyViewSchema } from './replies/policy.ts'
import type { Route } from './route.ts'
import { after, apiBase } from './route.ts'

/** What is demanded, where it comes from, and what another policy would have done. */
export const policyRoutes = {
  showPolicy: {
    method: 'GET',
    path: `${apiBase}/policy`,
    tag: 'policy',
    summary: 'The policy in force: every value with its source, and what the configuration changes',
    status: 200,
    reply: policyViewSchema,
  },
  testPolicy: {
    method: 'POST',
    path: `${apiBase}/policy/tests`,
    tag: 'policy',
    summary: 'Replay recorded promotions against another policy',
    description:
      'Takes a policy document, whose values change the policy in force, or a drover.yaml, whose policy stands in place of all that is in force. ' +
      'Records nothing. What was not recorded of a promotion counts as unknown and is never guessed. In pages, newest first: sums are those of the page.',
    body: z.strictObject({
      yaml: z.string().max(1_000_000),
      since: z.iso.datetime({ offset: true }).optional().describe('Only promotions that were asked for since.'),
      after: after.optional().describe('`next` of the page before.'),
      limit: z.int().min(1).max(200).default(100),
    }),
    status: 200,
    reply: policyTestPageSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
