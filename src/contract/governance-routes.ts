import { z } from 'zod'
import { completionViewSchema, structureViewSchema, tierSchema, tierViewSchema } from './replies/governance.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'

const solutionParams = z.object({ solution: z.string().min(1).max(100).describe('Unique name of the solution.') })
const path = `${apiBase}/solutions/:solution` as const
const reason = z.string().trim().min(1).max(4000)
const name = z.string().min(1).max(100)

/** How much rigour a solution needs, and how it is cut and moved. */
export const governanceRoutes = {
  loadTier: {
    method: 'GET',
    path: `${path}/tier`,
    tag: 'solutions',
    summary: 'The tier of a solution: its score, answer by answer, and what it is held to',
    description:
      'Reads the newest release and the last observation of its environments; records nothing. What nobody has answered and nothing shows weighs nothing and is counted as open: the tier is then a lowest one.',
    params: solutionParams,
    status: 200,
    reply: tierViewSchema,
  },
  answerTier: {
    method: 'POST',
    path: `${path}/tier/answers`,
    tag: 'solutions',
    summary: 'Answer a question that the tier of a solution rests on',
    description: 'For the owner of the solution. What a release shows weighs besides, and the heavier counts.',
    params: solutionParams,
    body: z.strictObject({ question: name, answer: name, comment: z.string().max(4000).default('') }),
    status: 201,
    reply: tierViewSchema,
  },
  decideTier: {
    method: 'POST',
    path: `${path}/tier/decisions`,
    tag: 'solutions',
    summary: 'Decide on a higher tier that is proposed for a solution',
    description:
      'A lower tier than the proposed one takes two people and has an end: the word of the first is recorded and refused with `tier.needs-second-person`. A decision upward holds at once; drover.yaml is then to be raised.',
    params: solutionParams,
    body: z.strictObject({
      tier: tierSchema,
      reason,
      days: z.int().min(1).max(3650).optional().describe('For how long a lower tier is kept; absent: as long as policy lets it.'),
      releaseId: name.optional().describe('The release that is judged, such as an older one that gives more; absent: the newest.'),
    }),
    status: 201,
    reply: tierViewSchema,
  },
  loadStructure: {
    method: 'GET',
    path: `${path}/structure`,
    tag: 'solutions',
    summary: 'What was decided on the structure of a solution, held against what is there',
    params: solutionParams,
    status: 200,
    reply: structureViewSchema,
  },
  decideStructure: {
    method: 'POST',
    path: `${path}/structure/decisions`,
    tag: 'solutions',
    summary: 'Record a decision on the structure of a solution',
    params: solutionParams,
    body: z.strictObject({ question: name, answer: name, reason }),
    status: 201,
    reply: structureViewSchema,
  },
  loadCompletion: {
    method: 'GET',
    path: `${path}/completion`,
    tag: 'solutions',
    summary: 'Whether a solution is complete, item by item',
    params: solutionParams,
    status: 200,
    reply: completionViewSchema,
  },
  noteRelease: {
    method: 'POST',
    path: `${path}/release-notes`,
    tag: 'solutions',
    summary: 'Say what is new in the newest release of a solution',
    params: solutionParams,
    body: z.strictObject({ text: reason }),
    status: 201,
    reply: completionViewSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
