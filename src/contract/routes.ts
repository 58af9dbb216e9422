import { z } from 'zod'
import type { Digest, EnvironmentId, PersonId, PromotionId, ReleaseId, StageId } from '#domain/kernel'
import { configurationFileSchema, peopleGates } from './configuration-file.ts'
import { boardSchema } from './replies/board.ts'
import { configurationProposalSchema, configurationVersionSchema } from './replies/configuration.ts'
import { environmentInspectionSchema, environmentListSchema, protectionSchema, upgradeWorkSchema } from './replies/environment.ts'
import { ledgerPageSchema, ledgerVerificationSchema } from './replies/ledger.ts'
import { environmentRecordSchema, observationSchema } from './replies/observation.ts'
import { meSchema } from './replies/people.ts'
import { releasePlanSchema } from './replies/plan.ts'
import { promotionListSchema, promotionViewSchema } from './replies/promotion.ts'
import { rescueListSchema, rescueSchema, restoreViewSchema } from './replies/rescue.ts'
import { releaseListSchema, releaseStartedSchema, releaseViewSchema } from './replies/release.ts'
import { driftSchema, revertProposalSchema } from './replies/drift.ts'
import { unmanagedPlanSchema } from './replies/unmanaged-plan.ts'
import { id } from './schema-parts.ts'

/** Where the API begins; a breaking change makes a v2 beside it. */
export const apiBase = '/api/v1'

/** One route of the API, as data: the server, the client and the OpenAPI document are made from it. */
export interface Route {
  readonly method: 'GET' | 'POST'
  /** Path with `:name` for each parameter. */
  readonly path: string
  readonly tag: string
  readonly summary: string
  readonly description?: string
  readonly params?: z.ZodObject
  readonly query?: z.ZodObject
  readonly body?: z.ZodType
  /** Status of success and its body; `bytes` is a file, `events` a stream of server-sent events. */
  readonly status: 200 | 201 | 202
  readonly reply: z.ZodType | 'bytes' | 'events'
}

const rescueParams = z.object({ rescueId: z.string().min(1).max(200).describe('Id of the rescue.') })
const promotionParams = z.object({ promotionId: id<PromotionId>('Id of the promotion.') })
const releaseParams = z.object({ releaseId: id<ReleaseId>('Id of the release.') })
const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .describe('sha256: and 64 hex digits.') as unknown as z.ZodType<Digest, Digest>
const environmentParams = z.object({ environmentId: id<EnvironmentId>('Id of the environment.') })
const deviation = z.string().min(1).max(1000).describe('Id of the deviation.')
const after = z.coerce.number().int().min(0)
const pageQuery = z.object({
  after: after.optional().describe('`next` of the page before; without it the list begins with the newest.'),
  limit: z.coerce.number().int().min(1).max(500).default(50),
})

export const routes = {
  loadMe: {
    method: 'GET',
    path: `${apiBase}/me`,
    tag: 'people',
    summary: 'Who the token says you are',
    status: 200,
    reply: meSchema,
  },
  loadConfiguration: {
    method: 'GET',
    path: `${apiBase}/configuration`,
    tag: 'configuration',
    summary: 'The configuration in force',
    status: 200,
    reply: configurationVersionSchema,
  },
  applyConfiguration: {
    method: 'POST',
    path: `${apiBase}/configuration`,
    tag: 'configuration',
    summary: 'Make a proposal the configuration in force',
    description:
      'Takes either the text of a drover.yaml or the same as JSON. Refused whole when any part of it does not hold. What weakens a guard, or says who may open one, needs a second platform-admin: it is recorded as a proposal and refused with `configuration.needs-second-person`, whose reason `proposal` is the digest that they confirm.',
    body: z.union([z.strictObject({ yaml: z.string().max(1_000_000) }), z.strictObject({ configuration: configurationFileSchema })]),
    status: 201,
    reply: configurationVersionSchema,
  },
  loadProposal: {
    method: 'GET',
    path: `${apiBase}/configuration/proposals/:digest`,
    tag: 'configuration',
    summary: 'A configuration that waits for a second person',
    params: z.object({ digest }),
    status: 200,
    reply: configurationProposalSchema,
  },
  confirmConfiguration: {
    method: 'POST',
    path: `${apiBase}/configuration/confirmations`,
    tag: 'configuration',
    summary: 'Bring a proposal of somebody else into force',
    description: 'The second platform-admin signs in as themselves. Refused when another configuration came into force since the proposal.',
    body: z.strictObject({ digest }),
    status: 201,
    reply: configurationVersionSchema,
  },
  prepareRelease: {
    method: 'POST',
    path: `${apiBase}/releases`,
    tag: 'releases',
    summary: 'Prepare a release of a solution',
    description: 'Publishes, exports, commits the source, checks and seals; follow it by its id until it is sealed or refused.',
    body: z.strictObject({ solution: z.string().min(1).max(100).describe('Unique name of the solution.') }),
    status: 202,
    reply: releaseStartedSchema,
  },
  loadRelease: {
    method: 'GET',
    path: `${apiBase}/releases/:releaseId`,
    tag: 'releases',
    summary: 'A release and how it was prepared',
    params: releaseParams,
    status: 200,
    reply: releaseViewSchema,
  },
  listReleases: {
    method: 'GET',
    path: `${apiBase}/releases`,
    tag: 'releases',
    summary: 'Releases, newest first',
    query: pageQuery,
    status: 200,
    reply: releaseListSchema,
  },
  planRelease: {
    method: 'GET',
    path: `${apiBase}/plans`,
    tag: 'promotions',
    summary: 'What a release would do to a stage',
    description: 'Reads the target as it is now; records nothing and changes nothing. Takes as long as reading the target does.',
    query: z.object({
      releaseId: id<ReleaseId>('Id of the release.'),
      stageId: id<StageId>('Id of the stage.'),
    }),
    status: 200,
    reply: releasePlanSchema,
  },
  loadArtifact: {
    method: 'GET',
    path: `${apiBase}/artifacts/:digest`,
    tag: 'releases',
    summary: 'The bytes of an artifact',
    params: z.object({ digest }),
    status: 200,
    reply: 'bytes',
  },
  requestPromotion: {
    method: 'POST',
    path: `${apiBase}/promotions`,
    tag: 'promotions',
    summary: 'Ask for a release to go into a stage',
    body: z.strictObject({
      releaseId: id<ReleaseId>('What goes in.'),
      stageId: id<StageId>('Where it goes in.'),
      isUnmanaged: z.boolean().optional().describe('The unmanaged artifact, which only protective environments take.'),
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
      seen: z.string().max(64).optional().describe('boundTo.plan of the promotion that was looked at; another one is refused.'),
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
  loadBoard: {
    method: 'GET',
    path: `${apiBase}/board`,
    tag: 'board',
    summary: 'Pipelines with what is deployed and what is on its way',
    status: 200,
    reply: boardSchema,
  },
  listEnvironments: {
    method: 'GET',
    path: `${apiBase}/environments`,
    tag: 'environments',
    summary: 'Environments of the configuration in force',
    status: 200,
    reply: environmentListSchema,
  },
  inspectEnvironment: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId`,
    tag: 'environments',
    summary: 'What an environment has installed, read now',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    status: 200,
    reply: environmentInspectionSchema,
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
  loadProtection: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/protection`,
    tag: 'environments',
    summary: 'Who and what may change an environment, read now',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    status: 200,
    reply: protectionSchema,
  },
  changeProtection: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/protection`,
    tag: 'environments',
    summary: 'Block or allow unmanaged changes',
    description:
      'In a pet the first word is a proposal, refused with `protection.needs-second-person`; the same word of its owner or another platform-admin carries it out.',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    body: z.strictObject({
      isOn: z.boolean().describe('True: unmanaged changes are blocked.'),
      reason: z.string().max(2000).optional().describe('Why; whoever confirms may leave it out.'),
    }),
    status: 200,
    reply: protectionSchema,
  },
  observeEnvironment: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/observations`,
    tag: 'environments',
    summary: 'Look at an environment now',
    description:
      'Reads and changes nothing in it. Refused with `observation.running` when it takes longer than a request should: ask again, the same observation goes on.',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    status: 201,
    reply: observationSchema,
  },
  loadEnvironmentRecord: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/record`,
    tag: 'environments',
    summary: 'When an environment was last seen, and what of it is known good',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    status: 200,
    reply: environmentRecordSchema,
  },
  acceptBaseline: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/baseline`,
    tag: 'environments',
    summary: 'Record how an environment was last seen as known good',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    body: z.strictObject({
      comment: z.string().max(4000).describe('Why this state is good.'),
      seen: digest.optional().describe('Refused unless this observation is still the newest.'),
    }),
    status: 201,
    reply: environmentRecordSchema,
  },
  watchDrift: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift`,
    tag: 'drift',
    summary: 'Look at an environment now and hold it against what is expected of it',
    description:
      'Changes nothing in it. Refused with `observation.running` when it takes longer than a request should: ask again, the same observation goes on.',
    params: environmentParams,
    status: 200,
    reply: driftSchema,
  },
  loadDrift: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/drift`,
    tag: 'drift',
    summary: 'How an environment stood against what is expected of it when it was last seen',
    params: environmentParams,
    status: 200,
    reply: driftSchema,
  },
  acceptDeviation: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift/acceptances`,
    tag: 'drift',
    summary: 'Register a change as a tweak of this environment',
    description: 'For the owner of the solution or of the environment. It holds until it expires, or until the component is changed again.',
    params: environmentParams,
    body: z.strictObject({
      deviation,
      reason: z.string().max(4000).describe('Why production needs it.'),
      owner: id<PersonId>('Who answers for it.'),
      days: z.int().min(1).describe('How long it holds.'),
      decision: z.enum(['back-port', 'keep', 'remove']).describe('What shall become of it in the end.'),
    }),
    status: 201,
    reply: driftSchema,
  },
  adoptDeviations: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift/adoptions`,
    tag: 'drift',
    summary: 'Bring changes back into the source, on a branch of its repository',
    description: 'Of one solution at a time. Follow it in `record.dispositions` until it is proposed.',
    params: environmentParams,
    body: z.strictObject({ deviations: z.array(deviation).min(1).max(500) }),
    status: 202,
    reply: driftSchema,
  },
  revertDeviation: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift/reverts`,
    tag: 'drift',
    summary: 'Ask for a change by hand to be taken away',
    description: 'Says what that would do. Nothing happens until a second person confirms it.',
    params: environmentParams,
    body: z.strictObject({ deviation, reason: z.string().max(4000) }),
    status: 201,
    reply: revertProposalSchema,
  },
  confirmRevert: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/drift/reverts/confirmations`,
    tag: 'drift',
    summary: 'Confirm, as the second person, that a change by hand is taken away',
    params: environmentParams,
    body: z.strictObject({ deviation }),
    status: 202,
    reply: driftSchema,
  },
  workLeftoverUpgrade: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/upgrades`,
    tag: 'environments',
    summary: 'Apply or withdraw an upgrade that others staged and left behind',
    description:
      'For the environment’s owner and platform-admins. Unless it is confirmed nothing is done, and the refusal `upgrade.not-confirmed` lists what would go. Applying is refused where data goes: a promotion does that, with its gates.',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.') }),
    body: z.strictObject({
      solution: z.string().min(1).max(100).describe('Unique name of the solution, without _Upgrade.'),
      deed: z.enum(['apply', 'withdraw']),
      reason: z.string().max(4000).default(''),
      isConfirmed: z.boolean().default(false),
    }),
    status: 202,
    reply: upgradeWorkSchema,
  },
  loadUpgradeWork: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/upgrades/:workId`,
    tag: 'environments',
    summary: 'How far work on a staged upgrade is',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the environment.'), workId: z.string() }),
    status: 200,
    reply: upgradeWorkSchema,
  },
  listEvents: {
    method: 'GET',
    path: `${apiBase}/ledger`,
    tag: 'ledger',
    summary: 'Entries of the ledger, in order',
    query: z.object({
      after: after.default(0).describe('Sequence after which to begin.'),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    status: 200,
    reply: ledgerPageSchema,
  },
  verifyLedger: {
    method: 'GET',
    path: `${apiBase}/ledger/verification`,
    tag: 'ledger',
    summary: 'Recompute the hash chain of the ledger',
    status: 200,
    reply: ledgerVerificationSchema,
  },
  watchEvents: {
    method: 'GET',
    path: `${apiBase}/events`,
    tag: 'ledger',
    summary: 'New entries of the ledger as server-sent events',
    description:
      'The id of each event is its ledger sequence; send it back as Last-Event-ID (or `after`) to go on without a gap. Without either the stream begins now. Each event is named `ledger` and carries a Notice.',
    query: z.object({ after: after.optional().describe('Sequence after which to begin.') }),
    status: 200,
    reply: 'events',
  },
} as const satisfies Readonly<Record<string, Route>>

export type Routes = typeof routes
export type RouteName = keyof Routes
