import { z } from 'zod'
import type { EnvironmentId, PersonId, PromotionId, ReleaseId, StageId } from '#domain/kernel'
import { peopleGates } from './vocabulary.ts'
import { recoveryPlanSchema, trainRecoverySchema } from './replies/recovery.ts'
import { promotionListSchema, promotionViewSchema } from './replies/promotion.ts'
import { rescueListSchema, rescueSchema, restoreViewSchema } from './replies/rescue.ts'
import { unmanagedPlanSchema } from './replies/unmanaged-plan.ts'
import { emergencyField, id, seenField } from './schema-parts.ts'
import type { Route } from './route.ts'
import { apiBase, pageQuery } from './route.ts'

const rescueParams = z.object({ rescueId: z.string().min(1).max(200).describe('Id of the rescue.') })
const promotionParams = z.object({ promotionId: id<PromotionId>('Id of the promotion.') })

/** Promotions, and what they save. */
export const promotionRoutes = {
  requestPromotion: {
    method: 'POST',
    path: `${apiBase}/promotions`,
    tag: 'promotions',
    summary: 'Ask for a release to go into a stage',
    body: z.strictObject({
      releaseId: id<ReleaseId>('What goes in.'),
      stageId: id<StageId>('Where it goes in.'),
      isUnmanaged: z.boolean().optional().describe('The unmanaged artifact, which only protective environments take.'),
      emergency: emergencyField,
    }),
    status: 201,
    reply: promotionViewSchema,
  },
  loadPromotion: {
    method: 'GET',
    path: `${apiBase}/promotions/:promotionId`,
    tag: 'promotions',
    summary: 'A promotion with its gates, as they stand now',
    params: promotionParams,
    status: 200,
    reply: promotionViewSchema,
  },
  listPromotions: {
    method: 'GET',
    path: `${apiBase}/promotions`,
    tag: 'promotions',
    summary: 'Promotions, newest first',
    query: pageQuery,
    status: 200,
    reply: promotionListSchema,
  },
  decideApproval: {
    method: 'POST',
    path: `${apiBase}/promotions/:promotionId/decisions`,
    tag: 'promotions',
    summary: 'Approve or reject at a gate',
    description:
      'The decision is bound to the artifact and the plan as they are now; nobody decides on a request of their own. Before a yes the target is planned again: a change that matters is refused with promotion.plan-changed, with what changed as reasons.',
    params: promotionParams,
    body: z.strictObject({
      gate: z.enum(peopleGates),
      verdict: z.enum(['approve', 'reject']),
      comment: z.string().max(4000).default(''),
      onBehalfOf: id<PersonId>('Whose place you take as their deputy; needed where you may take several.').optional(),
      seen: seenField,
    }),
    status: 201,
    reply: promotionViewSchema,
  },
  acknowledgeLoss: {
    method: 'POST',
    path: `${apiBase}/promotions/:promotionId/acknowledgements`,
    tag: 'promotions',
    summary: 'Acknowledge, as a data owner, that data of one component goes',
    params: promotionParams,
    body: z.strictObject({
      subject: z.string().min(1).max(1000).describe('kind:key of the component that is destroyed, as the plan names it.'),
      ceiling: z.int().min(0).describe('So many rows or values at the most.'),
      days: z.number().positive().optional().describe('For how many days it holds; absent: as long as policy lets it.'),
      comment: z.string().min(1).max(4000),
    }),
    status: 201,
    reply: promotionViewSchema,
  },
  acknowledgeUnknown: {
    method: 'POST',
    path: `${apiBase}/promotions/:promotionId/unknown-acknowledgements`,
    tag: 'promotions',
    summary: 'Answer by name for what nobody can tell of a plan',
    description:
      'What nobody can tell is no pass. Where policy lets the word of one person be enough, it is given for the very lines that were shown; else it takes a waiver of the gate preflight.',
    params: promotionParams,
    body: z.strictObject({
      of: z
        .array(z.strictObject({ subject: z.string().max(1000), message: z.string().max(4000) }))
        .min(1)
        .max(10_000)
        .describe('The lines, as `unknown` of the promotion shows them.'),
      comment: z.string().min(1).max(4000).describe('What was looked at instead.'),
    }),
    status: 201,
    reply: promotionViewSchema,
  },
  withdrawPromotion: {
    method: 'POST',
    path: `${apiBase}/promotions/:promotionId/withdrawal`,
    tag: 'promotions',
    summary: 'Withdraw a promotion that has not started, or whose upgrade is only staged',
    params: promotionParams,
    status: 201,
    reply: promotionViewSchema,
  },
  finishMigration: {
    method: 'POST',
    path: `${apiBase}/promotions/:promotionId/migration-end`,
    tag: 'promotions',
    summary: 'Say that data is moved, so that a staged upgrade is applied',
    description:
      'For the owner of the solution and the data owners of the environment. What the upgrade removes then goes, with the data that is still in it.',
    params: promotionParams,
    body: z.strictObject({ comment: z.string().trim().min(1).max(4000).describe('What became of the data.') }),
    status: 201,
    reply: promotionViewSchema,
  },
  resumePromotion: {
    method: 'POST',
    path: `${apiBase}/promotions/:promotionId/resumption`,
    tag: 'promotions',
    summary: 'Resume a promotion that errored, is indeterminate, or failed after its import',
    description: 'A person has looked at the target and says why it is safe to go on.',
    params: promotionParams,
    body: z.strictObject({ reason: z.string().trim().min(1).max(4000) }),
    status: 201,
    reply: promotionViewSchema,
  },
  rollback: {
    method: 'POST',
    path: `${apiBase}/recoveries`,
    tag: 'promotions',
    summary: 'Ask for an environment to go back to a known good release',
    description:
      'Makes a promotion with the intent recovery: its plan, its gates as policy says, decisions bound to it. Without a way the environment is asked whether it takes the lower version; where it does not, the content of the release is packed under a higher one.',
    body: z.strictObject({
      environmentId: id<EnvironmentId>('What goes back.'),
      solution: z.string().min(1).max(100).describe('Unique name of the solution.'),
      to: id<ReleaseId>('A release that ran there; absent: the known-good one.').optional(),
      way: z.enum(['redeploy', 'repack', 'uninstall']).optional(),
      reason: z.string().trim().min(1).max(4000),
      typedName: z.string().max(200).optional().describe('Of an uninstallation: the name of the environment, exactly.'),
      isWithdrawing: z.boolean().optional().describe('What of the solution waits to go in there is withdrawn first.'),
    }),
    status: 201,
    reply: promotionViewSchema,
  },
  showRecovery: {
    method: 'GET',
    path: `${apiBase}/recoveries`,
    tag: 'promotions',
    summary: 'How an environment would come back from what is there now',
    query: z.object({
      environmentId: id<EnvironmentId>('Which environment.'),
      solution: z.string().min(1).max(100).describe('Unique name of the solution.'),
    }),
    status: 200,
    reply: recoveryPlanSchema,
  },
  planTrainRecovery: {
    method: 'POST',
    path: `${apiBase}/recoveries/train`,
    tag: 'promotions',
    summary: 'The stated way back of promotions that were to go in one after the other',
    body: z.strictObject({
      environmentId: id<EnvironmentId>('Where they go in.'),
      promotionIds: z.array(id<PromotionId>('A promotion.')).min(1).max(100).describe('In the order in which they were to go in.'),
    }),
    status: 200,
    reply: trainRecoverySchema,
  },
  planUnmanaged: {
    method: 'POST',
    path: `${apiBase}/plans/unmanaged`,
    tag: 'promotions',
    summary: 'What deploying the unmanaged artifact of a release would do in a protective environment',
    description:
      'Exports the solution of the target as it is now and compares three ways; changes nothing there. It is carried out by a promotion that asks for it.',
    body: z.strictObject({ releaseId: id<ReleaseId>('What would go in.'), stageId: id<StageId>('Where.') }),
    status: 200,
    reply: unmanagedPlanSchema,
  },
  decideConflict: {
    method: 'POST',
    path: `${apiBase}/plans/unmanaged/conflicts`,
    tag: 'promotions',
    summary: 'Say which side holds of a component that a protective environment and a release both changed',
    description: 'The word holds as long as both sides say what they say now.',
    body: z.strictObject({
      releaseId: id<ReleaseId>('What would go in.'),
      stageId: id<StageId>('Where.'),
      component: z.string().describe('kind:key.'),
      choice: z.enum(['theirs', 'ours']).describe('theirs: it stays as it is there; ours: the release holds.'),
      reason: z.string(),
    }),
    status: 200,
    reply: unmanagedPlanSchema,
  },
  listRescues: {
    method: 'GET',
    path: `${apiBase}/rescues`,
    tag: 'rescues',
    summary: 'What was saved before attempts destroyed it, newest first',
    query: z.object({ environment: z.string().min(1).max(200).optional().describe('Only what is from this environment.') }),
    status: 200,
    reply: rescueListSchema,
  },
  loadRescue: {
    method: 'GET',
    path: `${apiBase}/rescues/:rescueId`,
    tag: 'rescues',
    summary: 'One rescue, with how it was restored',
    params: rescueParams,
    status: 200,
    reply: rescueSchema,
  },
  restoreRescue: {
    method: 'POST',
    path: `${apiBase}/rescues/:rescueId/restores`,
    tag: 'rescues',
    summary: 'Write rescued rows and values back into their environment',
    description:
      'For data owners of the environment, and for platform-admins who give a reason. The tables and columns must be there again. Follow it by the rescue until its restore has ended.',
    params: rescueParams,
    body: z.strictObject({
      table: z.string().min(1).max(200).optional().describe('Only this table.'),
      reason: z.string().trim().max(4000).default(''),
      dryRun: z.boolean().default(false).describe('Say what would be written, and write nothing.'),
    }),
    status: 201,
    reply: restoreViewSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
