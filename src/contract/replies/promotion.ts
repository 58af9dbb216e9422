import { z } from 'zod'
import type {
  AttemptId,
  Digest,
  EnvironmentId,
  Instant,
  PersonId,
  PipelineId,
  PromotionId,
  ReleaseId,
  StageId,
  Version,
} from '#domain/kernel'
import { machineGates, peopleGates, roles } from '../vocabulary.ts'
import { reasonSchema, refusalSchema } from '../problem.ts'
import { signOffSchema } from './owed.ts'
import { waiverSchema } from './waiver.ts'
import { id, list, nextPage } from '../schema-parts.ts'
import { gateDefinitionSchema } from './gate-definition.ts'
import { ledgerEventSchema } from './ledger.ts'
import { intentSchema, recoveryPlanSchema, recoveryWayKinds, stageHoldSchema } from './recovery.ts'
import { planSchema, plannedLossSchema, rescueItemSchema, stepKind } from './plan.ts'

export const promotionStates = [
  'pending',
  'running',
  'migrating',
  'succeeded',
  'failed',
  'errored',
  'indeterminate',
  'rejected',
  'withdrawn',
] as const

const gateKind = z.enum([...machineGates, ...peopleGates])
const bindingSchema = z.object({
  artifact: id<Digest>('Digest of the managed artifact.'),
  settings: z.string().describe('Hex sha256 of the values and connections that go in.'),
  plan: z.string().describe("Hex sha256 of the plan's material part: what is done, where and to what; no counts and no words."),
  fingerprint: z.string().describe('Hex sha256 over what the plan touches in the target; empty where that was not known.'),
  policy: z.string().describe('Version of the policy.'),
  recovery: z.string().optional().describe('The way back that was shown with it; absent where none was asked for.'),
  waivers: list(z.string()).optional().describe('Waivers that it leaned on; absent: none.'),
})

export const validationSchema = z
  .object({
    of: z.enum(['watch', 'review']).describe('watch: of the hours after it; review: of the look weeks later.'),
    outcome: z.enum(['passed', 'failed']),
    by: id<PersonId>('Who said it.'),
    at: id<Instant>('When.'),
    note: z.string(),
    evidence: z.string().optional().describe('Where it can be seen.'),
  })
  .meta({ id: 'Validation' })

/** How far the watch over a promotion is; absent where nobody asks for one. */
export const watchSchema = z
  .object({
    state: z.enum(['watching', 'due', 'passed', 'failed']),
    until: id<Instant>('End of the watch.').optional(),
    by: id<Instant>('Until when somebody has to say how it went.').optional(),
    isOverdue: z.boolean().describe('Nobody has said it in time.'),
    review: z.object({ at: id<Instant>('When it is to be looked at again.'), isOverdue: z.boolean() }).optional(),
  })
  .meta({ id: 'Watch' })

const decisionEvidenceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('test-report'),
    report: id<Digest>('Digest of the report as it was handed in.'),
    tests: z.int(),
    failures: z.int(),
    skipped: z.int(),
    finishedAt: id<Instant>('When the tests ended.'),
    command: z.string().optional().describe('The command that was run.'),
  }),
  z.object({
    kind: z.literal('pull-request'),
    url: z.string(),
    mergedAt: id<Instant>('When it was merged.'),
    commit: z.string(),
    author: z.string(),
    approvedBy: list(z.string()),
  }),
])

const escalationSchema = z.object({
  gate: z.enum(peopleGates),
  since: id<Instant>('Since when it was asked for.'),
  afterHours: z.number(),
  roles: list(z.enum(roles)),
  to: list(id<PersonId>('Who was told.')),
  answeredBy: list(id<PersonId>('Who of them may answer in the place of whom the gate names; absent: nobody.')).optional(),
  escalatedAt: id<Instant>('When they were told.'),
})

export const decisionSchema = z
  .object({
    gate: z.enum(peopleGates),
    by: id<PersonId>('Who decided.'),
    verdict: z.enum(['approve', 'reject']),
    comment: z.string(),
    at: id<Instant>('When.'),
    boundTo: bindingSchema.describe('What was seen when it was decided; when any of it changes, the decision lapses.'),
    onBehalfOf: id<PersonId>('Whose place its person took.').optional(),
    byEscalation: z.literal(true).optional().describe('They took it since nobody had decided in time; absent: as their deputy, if at all.'),
    evidence: decisionEvidenceSchema.optional().describe('What it rests on besides the word of its person.'),
    trainId: z.string().optional().describe('The train that it was given for.'),
  })
  .meta({ id: 'Decision' })

export const attemptSchema = z
  .object({
    id: id<AttemptId>('Id of the durable run.'),
    startedAt: id<Instant>('When it began.'),
    finishedAt: id<Instant>('When it ended.').optional(),
    steps: list(
      z.object({
        step: stepKind,
        startedAt: id<Instant>('When the step began.'),
        finishedAt: id<Instant>('When the step ended.').optional(),
        outcome: z.enum(['done', 'skipped']).optional(),
        note: z.string().optional(),
      }),
    ),
    jobs: z.object({
      importJobId: z.string().optional(),
      asyncOperationId: z.string().optional(),
      importState: z.enum(['sent', 'not-arrived', 'passed', 'in-part', 'failed']).optional().describe('What is known of the import job.'),
      importLog: id<Digest>('Digest of the log of the import that the platform gave, as it was kept.').optional(),
      upgrade: z
        .object({
          deed: z.enum(['apply', 'withdraw']),
          state: z.enum(['sent', 'not-arrived', 'passed', 'failed']),
          asyncOperationId: z.string().optional(),
        })
        .optional()
        .describe('What is known of applying or withdrawing a staged upgrade.'),
    }),
    before: z
      .object({
        layers: list(z.object({ kind: z.string(), componentId: z.string() })),
        flows: list(z.object({ id: z.string(), state: z.enum(['on', 'off', 'suspended']) })),
      })
      .optional()
      .describe('What the target showed before the attempt changed anything in it.'),
    outlasted: z
      .object({ closedAt: id<Instant>('When the stage stopped taking promotions.'), byMs: z.number() })
      .optional()
      .describe('By how much it was longer than the change window in which it changed the target.'),
  })
  .meta({ id: 'Attempt' })

const promotionStatusSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pending') }),
  z.object({ state: z.literal('running'), attempt: attemptSchema }),
  z.object({
    state: z.literal('migrating'),
    attempt: attemptSchema,
    since: id<Instant>('Since when data can be moved.'),
    reasons: list(reasonSchema).describe('Why the staged upgrade could not be applied, where that was tried.'),
  }),
  z.object({ state: z.literal('succeeded'), attempt: attemptSchema, verification: list(z.string()) }),
  z.object({ state: z.literal('failed'), attempt: attemptSchema, refusal: refusalSchema, isResumable: z.boolean() }),
  z.object({ state: z.literal('errored'), attempt: attemptSchema, code: z.string(), message: z.string() }),
  z.object({ state: z.literal('indeterminate'), attempt: attemptSchema, message: z.string() }),
  z.object({ state: z.literal('rejected'), by: id<PersonId>('Who rejected.'), comment: z.string() }),
  z.object({ state: z.literal('withdrawn'), by: id<PersonId>('Who withdrew.') }),
])

const promotionRequestSchema = z.object({
  promotionId: id<PromotionId>('Id of the promotion.'),
  releaseId: id<ReleaseId>('What goes in.'),
  solution: z.string(),
  version: id<Version>('Version of the solution.'),
  tier: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
  pipelineId: id<PipelineId>('The way it goes.'),
  stageId: id<StageId>('Where it goes in.'),
  environmentId: id<EnvironmentId>('Environment of the stage.'),
  requestedBy: id<PersonId>('Who asked.'),
  requestedAt: id<Instant>('When.'),
  configurationVersion: z.int(),
  gates: list(gateDefinitionSchema),
  plan: planSchema,
  boundTo: bindingSchema,
  policyVersion: z.string().describe('Version of the policy that demanded these gates.'),
  separation: z
    .object({
      distinctPeople: z.int(),
      separatedGates: list(z.enum(peopleGates)),
      creator: z
        .object({ by: id<PersonId>('Who made the release.'), decidesNot: list(z.enum(peopleGates)) })
        .optional()
        .describe('Gates that whoever made the release may not decide, whoever asked.'),
    })
    .describe('How many different people it takes, and which gates no person may decide two of.'),
  intent: intentSchema.optional().describe('What it is for; absent: a release as any other.'),
  train: z
    .object({ trainId: z.string(), position: z.int() })
    .optional()
    .describe('Of a release that travels with others: which train, and its place in it.'),
  recovery: recoveryPlanSchema.optional().describe('How the target comes back from it.'),
  evidence: list(z.object({ gate: gateKind, reason: z.string() })),
  reviewWindowHours: z.number(),
})

export const gateStatusSchema = z
  .object({
    kind: z.enum([...machineGates, ...peopleGates, 'in-force']),
    state: z.enum(['open', 'pending', 'closed']),
    reasons: list(reasonSchema),
    hasUnknown: z.boolean().optional().describe('Something of what it looked at could not be told.'),
    next: z.enum(['fix', 'wait']).optional().describe('Not open: somebody has to do something, or it clears by itself.'),
    accountable: z.string().optional().describe('Who is accountable for it.'),
    waiverId: z.string().optional().describe('The waiver by which it is open.'),
  })
  .meta({ id: 'GateStatus' })

export const promotionSchema = z
  .object({
    request: promotionRequestSchema,
    decisions: list(decisionSchema),
    status: promotionStatusSchema,
    earlierAttempts: list(attemptSchema),
    acknowledgements: list(
      z.object({
        subject: z.string().describe('kind:key of the component whose data goes.'),
        by: id<PersonId>('Data owner.'),
        at: id<Instant>('When.'),
        ceiling: z.int().describe('So many rows or values at the most.'),
        expiresAt: id<Instant>('Until when it holds.'),
        comment: z.string(),
        artifact: id<Digest>('Artifact that it was given for.'),
      }),
    ),
    rescues: list(
      z.object({
        id: z.string(),
        savedAt: id<Instant>('When.'),
        keepUntil: id<Instant>('Until when it is kept.'),
        items: list(rescueItemSchema.extend({ rows: z.int(), digest: id<Digest>('Of the stored bytes.'), size: z.int() })),
      }),
    ),
    migration: z
      .object({
        attemptId: id<AttemptId>('Attempt that staged the upgrade.'),
        openedAt: id<Instant>('Since when data can be moved.'),
        decided: z
          .object({
            deed: z.enum(['apply', 'withdraw']),
            by: id<PersonId>('Who decided.'),
            comment: z.string(),
            at: id<Instant>('When.'),
          })
          .optional(),
      })
      .optional()
      .describe('The time between staging an upgrade and applying it, in which data is moved.'),
    wayBack: z
      .object({
        attemptId: id<AttemptId>('Attempt that kept it.'),
        exported: id<Digest>('What was there; absent where nothing was installed.').optional(),
        sends: id<Digest>('What is sent.').optional(),
        sealed: id<Digest>('What that was made from.'),
      })
      .optional()
      .describe('Of unmanaged work: what was there before the import.'),
    renewed: z
      .object({ at: id<Instant>('When.'), differences: list(reasonSchema), noted: list(reasonSchema) })
      .optional()
      .describe('What changed in the plan after people had decided on it: they are asked about this alone.'),
    unknownAcknowledged: list(
      z.object({
        by: id<PersonId>('Who answers for it.'),
        at: id<Instant>('When.'),
        comment: z.string(),
        of: list(reasonSchema),
        artifact: id<Digest>('Artifact that it was given for.'),
      }),
    )
      .optional()
      .describe('Who answers for what nobody can tell of its plan.'),
    escalations: list(escalationSchema).optional().describe('Decisions that took too long, and who was told.'),
    validations: list(validationSchema).optional().describe('What people said of it after it had gone in.'),
    signOffs: list(signOffSchema).optional().describe('Words that were given afterwards at gates that it had not waited for.'),
    leansOn: list(waiverSchema).optional().describe('Waivers that it leaned on when its newest attempt began, as they were then.'),
    tag: z.string().optional().describe('Git tag that a promotion to production leaves.'),
    tagFailure: z
      .object({ message: z.string(), tries: z.int(), lastTriedAt: id<Instant>('When it was last tried.') })
      .optional()
      .describe('Why the tag could not be set; it is tried again.'),
  })
  .meta({ id: 'Promotion' })

export const placeSchema = z.object({
  gate: z.enum(peopleGates),
  placeOf: id<PersonId>('Whose place is taken; absent: their own.').optional(),
})

export const promotionViewSchema = z
  .object({
    promotion: promotionSchema,
    gates: list(gateStatusSchema),
    mayDecide: list(z.enum(peopleGates)).describe('Gates on which the asking person may decide now.'),
    places: list(placeSchema).describe('The places in which the asking person may decide now.'),
    maySignOff: list(z.enum(peopleGates)).describe('Gates that it went past and that the asking person may give now, afterwards.'),
    maySay: list(validationSchema.pick({ of: true, outcome: true })).describe(
      'What the asking person may say now of how its pet stood it.',
    ),
    losses: list(
      z.object({
        subject: z.string().describe('kind:key of the component that is destroyed.'),
        name: z.string(),
        losses: list(plannedLossSchema),
        atLeast: z.int().describe('No lower ceiling covers it.'),
        closedBy: z.string().optional().describe('Why no acknowledgement can open the gate.'),
        mayAcknowledge: z.boolean().describe('Whether the asking person may acknowledge it now.'),
      }),
    ).describe('Data that goes.'),
    seen: z.string().describe('What a yes to it as it stands names.'),
    unknown: list(reasonSchema).describe('What nobody can tell of its plan.'),
    mayAcknowledgeUnknown: z.boolean().describe('Whether the asking person may answer for that now.'),
    watch: watchSchema.optional().describe('Of what went into a pet.'),
    previous: z
      .object({ environmentId: id<EnvironmentId>('Its id.'), name: z.string(), url: z.string() })
      .optional()
      .describe('The environment of the stage before, where tests of it run.'),
    hold: stageHoldSchema.optional().describe('Its place is held because of it, until somebody gives it free.'),
    offers: list(
      z.object({
        kind: z
          .enum([...recoveryWayKinds, 'resume'])
          .optional()
          .describe(
            'resume: to be done first, where nobody can tell yet how it ended. Absent where no way was planned, and the command finds one.',
          ),
        command: z.string(),
        text: z.string().describe('What it does, or why it cannot be gone as things are.'),
        isPossible: z.boolean(),
      }),
    ).describe('Ways back from a promotion that changed its target and did not end well, the one to take first in front.'),
    events: list(ledgerEventSchema),
  })
  .meta({ id: 'PromotionView' })

export const promotionSummarySchema = z
  .object({
    promotionId: id<PromotionId>('Id of the promotion.'),
    releaseId: id<ReleaseId>('What goes in.'),
    solution: z.string(),
    version: id<Version>('Version of the solution.'),
    escalated: z.string().optional().describe('Of one that waits: gates whose decision takes too long, with commas between.'),
    stageId: id<StageId>('Where it goes in.'),
    pipelineId: id<PipelineId>('The way it goes.'),
    state: z.enum(promotionStates),
    requestedBy: id<PersonId>('Who asked.'),
    requestedAt: id<Instant>('When.'),
  })
  .meta({ id: 'PromotionSummary' })

export const promotionListSchema = z.object({ promotions: list(promotionSummarySchema), next: nextPage }).meta({ id: 'PromotionList' })

export type AttemptReply = z.output<typeof attemptSchema>
export type GateStatusReply = z.output<typeof gateStatusSchema>
export type PromotionReply = z.output<typeof promotionSchema>
export type PromotionViewReply = z.output<typeof promotionViewSchema>
export type PromotionSummaryReply = z.output<typeof promotionSummarySchema>
