import { z } from 'zod'
import type { Digest, EnvironmentId, Instant, PersonId, PromotionId, ReleaseId, Version } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'

const refusalSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  reasons: list(z.object({ subject: z.string(), message: z.string() })),
})

const humanStepSchema = z
  .object({ who: z.string(), where: z.string(), what: z.string() })
  .meta({ id: 'HumanStep' })
  .describe('What only a person can do.')

const wantedSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('source'),
    solution: z.string(),
    commit: z.string().optional().describe('Absent: the newest of the main branch.'),
  }),
  z.object({
    kind: z.literal('release'),
    solution: z.string(),
    version: id<Version>('Version of the release.'),
    releaseId: id<ReleaseId>('Id of the release.'),
    digest: id<Digest>('Of its managed bytes.'),
    stage: z.object({ pipelineId: z.string(), stageId: z.string() }).optional().describe('Whose settings it takes.'),
    ranBy: id<PromotionId>('The promotion that brought it there earlier, where another release is deployed now.').optional(),
  }),
])

const prerequisiteSchema = z.object({
  about: z.enum(['environment', 'language', 'solution', 'group', 'application-user', 'capacity', 'connection', 'settings', 'data']),
  subject: z.string(),
  state: z.enum(['there', 'machine', 'person', 'unknown']).describe('machine: missing, and Drover does it; unknown: cannot be told.'),
  message: z.string(),
  step: humanStepSchema.optional(),
})

export const rebuildPlanSchema = z
  .object({
    environmentId: id<EnvironmentId>('Environment that is rebuilt.'),
    name: z.string(),
    solutions: list(wantedSchema).describe('In the order in which they are brought.'),
    goes: list(z.object({ uniqueName: z.string(), version: id<Version>('Installed.'), isManaged: z.boolean() })).describe(
      'What is there and is not brought again.',
    ),
    prerequisites: list(prerequisiteSchema),
    blockers: list(refusalSchema).describe('Why it cannot begin; empty: it can.'),
  })
  .meta({ id: 'RebuildPlan' })

export const rebuildSchema = z
  .object({
    id: z.string(),
    by: id<PersonId>('Who asked for it.'),
    startedAt: id<Instant>('When.'),
    finishedAt: id<Instant>('When it ended; absent while it has not.').optional(),
    run: z.int().describe('1, and one more for each time that it was resumed.'),
    steps: list(z.object({ name: z.string(), note: z.string(), finishedAt: id<Instant>('When.') })),
    mapped: list(z.object({ from: z.string(), to: z.string(), connectorId: z.string(), displayName: z.string().optional() })).describe(
      'Connections of the old environment, and those that stand for them now.',
    ),
    settings: z
      .discriminatedUnion('state', [
        z.object({ state: z.literal('in-force'), version: z.int() }),
        z.object({ state: z.literal('waiting'), why: z.string() }),
      ])
      .optional()
      .describe('What became of the connection ids that the configuration names; absent: it names none of the old ones.'),
    machineMs: z.number().describe('How long machines worked, in milliseconds.'),
    humanMs: z.number().describe('How long it waited for people.'),
    status: z.discriminatedUnion('state', [
      z.object({ state: z.literal('running') }),
      z.object({ state: z.literal('waiting'), steps: list(humanStepSchema) }),
      z.object({
        state: z.literal('done'),
        comparisons: list(z.object({ solution: z.string(), isEqual: z.boolean(), notes: list(z.string()) })),
      }),
      z.object({ state: z.literal('failed'), refusal: refusalSchema }),
      z.object({ state: z.literal('errored'), code: z.string(), message: z.string(), hint: z.string().optional() }),
      z.object({ state: z.literal('indeterminate'), message: z.string() }),
    ]),
  })
  .meta({ id: 'Rebuild' })

export const rebuildViewSchema = z
  .object({
    plan: rebuildPlanSchema,
    rebuild: rebuildSchema.optional().describe('Absent when it was only asked about.'),
  })
  .meta({ id: 'RebuildView' })

export type RebuildPlanReply = z.output<typeof rebuildPlanSchema>
export type RebuildReply = z.output<typeof rebuildSchema>
export type RebuildViewReply = z.output<typeof rebuildViewSchema>
export type HumanStepReply = z.output<typeof humanStepSchema>

const workState = z.enum(['running', 'done', 'errored'])

export const cattleSchema = z
  .object({
    environmentId: id<EnvironmentId>('Environment.'),
    end: z
      .discriminatedUnion('state', [
        z.object({ state: z.literal('none') }),
        z.object({ state: z.enum(['far', 'near']), endsAt: id<Instant>('When it ends.') }),
        z.object({
          state: z.enum(['announced', 'over']),
          endsAt: id<Instant>('When it ends.'),
          removedFrom: id<Instant>('When it is removed at the earliest.'),
        }),
      ])
      .describe('near: to be announced now; announced: warned about; over: it is removed.'),
    warnedAt: id<Instant>('When that end was announced; absent while it was not.').optional(),
    lastRebuiltAt: id<Instant>('When it was last rebuilt by Drover.').optional(),
    rebuild: z
      .object({
        id: z.string(),
        state: z.enum(['running', 'waiting', 'failed', 'errored', 'indeterminate']),
        note: z.string().describe('Why it does not go on, or what it did last.'),
        steps: list(humanStepSchema).describe('What it waits for.'),
      })
      .optional()
      .describe('The newest rebuild, unless it is done.'),
    rebuildNote: z.string().optional().describe('What is to be said of its last rebuild (PET-03).'),
    creation: z.object({ state: workState, note: z.string(), by: z.string(), at: id<Instant>('When it was ordered.') }).optional(),
    removal: z.object({ state: workState, note: z.string(), why: z.string(), at: id<Instant>('When it was ordered.') }).optional(),
  })
  .meta({ id: 'Cattle' })

export const cattleListSchema = z.object({ cattle: list(cattleSchema) }).meta({ id: 'CattleList' })

export type CattleReply = z.output<typeof cattleSchema>
