import { z } from 'zod'
import type { PersonId, Instant, PromotionId, ReleaseId, StageId } from '#domain/kernel'
import { machineGates, peopleGates } from './vocabulary.ts'
import { owedListSchema } from './replies/owed.ts'
import { promotionViewSchema } from './replies/promotion.ts'
import { waiverListSchema, waiverViewSchema } from './replies/waiver.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { id } from './schema-parts.ts'

const waiverParams = z.object({ waiverId: z.string().min(1).max(200).describe('Id of the waiver.') })
const path = `${apiBase}/waivers/:waiverId` as const
const reason = z.string().trim().min(1).max(4000)
const solution = z.string().min(1).max(100).describe('Unique name of the solution.')
// The brand exists for the compiler only; the engine brings every moment to UTC.
const moment = z.iso.datetime({ offset: true }) as unknown as z.ZodType<Instant, Instant>

/** Exceptions to rules, and gates that are made up for afterwards. */
export const waiverRoutes = {
  requestWaiver: {
    method: 'POST',
    path: `${apiBase}/waivers`,
    tag: 'waivers',
    summary: 'Ask for a named exception to one rule',
    description:
      'It holds for one solution until its end, once somebody above whoever asks approved it. What can never be waived is refused at once.',
    body: z.strictObject({
      waives: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('check'), ruleId: z.string().min(1).max(100) }),
        z.strictObject({ kind: z.literal('gate'), gate: z.enum(machineGates) }),
      ]),
      solution,
      stageId: id<StageId>('Only into this stage.').optional(),
      releaseId: id<ReleaseId>('Only for this release.').optional(),
      place: z.string().min(1).max(1000).optional().describe('Only for findings at this component or path.'),
      reason: reason.describe('Why the rule cannot be kept.'),
      measure: reason.describe('What is done instead.'),
      from: moment.optional().describe('From when it is to hold; absent: now.'),
      until: moment.describe('Until when.'),
    }),
    status: 201,
    reply: waiverViewSchema,
  },
  listWaivers: {
    method: 'GET',
    path: `${apiBase}/waivers`,
    tag: 'waivers',
    summary: 'Waivers of every state, newest first, and how often each rule was waived',
    query: z.object({ solution: solution.optional() }),
    status: 200,
    reply: waiverListSchema,
  },
  loadWaiver: {
    method: 'GET',
    path,
    tag: 'waivers',
    summary: 'A waiver and how it stands',
    params: waiverParams,
    status: 200,
    reply: waiverViewSchema,
  },
  decideWaiver: {
    method: 'POST',
    path: `${path}/decision`,
    tag: 'waivers',
    summary: 'Approve or reject a waiver',
    description: 'For whoever policy names for the rule; never for whoever asked, nor for the owner of the solution.',
    params: waiverParams,
    body: z.strictObject({ verdict: z.enum(['approve', 'reject']), comment: z.string().max(4000).default('') }),
    status: 201,
    reply: waiverViewSchema,
  },
  revokeWaiver: {
    method: 'POST',
    path: `${path}/revocation`,
    tag: 'waivers',
    summary: 'End a waiver before its date',
    params: waiverParams,
    body: z.strictObject({ reason }),
    status: 201,
    reply: waiverViewSchema,
  },
  signOffPromotion: {
    method: 'POST',
    path: `${apiBase}/promotions/:promotionId/sign-offs`,
    tag: 'promotions',
    summary: 'Give a word at a gate that a hotfix or an emergency did not wait for',
    description:
      'For whom the gate named or their deputy, once, and never for whoever asked for the promotion. A no is recorded, and the gate stays owed.',
    params: z.object({ promotionId: id<PromotionId>('Id of the promotion.') }),
    body: z.strictObject({
      gate: z.enum(peopleGates),
      verdict: z.enum(['approve', 'reject']),
      comment: z.string().max(4000).default(''),
      onBehalfOf: id<PersonId>('Whose place you take as their deputy; needed where you may take several.').optional(),
    }),
    status: 201,
    reply: promotionViewSchema,
  },
  listOwed: {
    method: 'GET',
    path: `${apiBase}/owed`,
    tag: 'promotions',
    summary: 'Gates that promotions went past and still owe, the most urgent first',
    query: z.object({ solution: solution.optional() }),
    status: 200,
    reply: owedListSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
