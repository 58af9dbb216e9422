import { z } from 'zod'
import type { Digest, EnvironmentId, Instant, ReleaseId, StageId, Version } from '#domain/kernel'
import { refusalSchema } from '../problem.ts'
import { id, list } from '../schema-parts.ts'

export const stepKind = z.enum([
  'observe',
  'restore-point',
  'export-current',
  'repack',
  'stage',
  'rescue',
  'import',
  'apply-upgrade',
  'withdraw-upgrade',
  'publish',
  'remove',
  'uninstall',
  'load-data',
  'grant-access',
  'activate-flows',
  'verify',
])

const lossKind = z.enum([
  'rows',
  'values',
  'links',
  'role-assignments',
  'column-security',
  'process-instances',
  'variable-value',
  'sharing',
  'run-history',
])

const secretRefSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('environment'), variable: z.string() }),
    z.object({ kind: z.literal('file'), path: z.string() }),
  ])
  .describe('Where the secret is; its value is nowhere in Drover.')

const countSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('exact'), n: z.int(), method: z.string(), asOf: id<Instant>('When it was so.') }),
    z.object({
      kind: z.literal('at-least'),
      n: z.int(),
      method: z.string(),
      asOf: id<Instant>('When it was so.'),
      isPartial: z.literal(true).optional().describe('There may be rows that the identity of Drover may not see.'),
    }),
    z.object({ kind: z.literal('unknown'), why: z.string() }),
  ])
  .describe('Never truer than the way it was counted.')

export const certainty = z.enum(['known', 'assumed', 'unknown'])

export const plannedLossSchema = z.object({ kind: lossKind, count: countSchema })

const plannedComponentSchema = z.object({
  kind: z.string(),
  key: z.string(),
  name: z.string(),
  table: z.string().optional(),
  effect: z.enum(['create', 'change', 'hide', 'destroy']),
  certainty,
  class: z.enum(['additive', 'behavioural', 'destructive']).optional(),
  message: z.string(),
  includes: z.int().describe('Components that come or go with it.'),
  winner: z.string().optional().describe('Of what is hidden: the solution whose layer wins.'),
  comesBack: z.enum(['yes', 'with-loss', 'never']),
  losses: list(plannedLossSchema),
  tweakId: z.string().optional(),
})

export const rescueItemSchema = z.object({
  table: z.string(),
  columns: list(z.string()).optional().describe('Absent: all of each row.'),
  relationship: z.string().optional().describe('The many-to-many relationship whose links the rows are.'),
  regarding: z
    .string()
    .optional()
    .describe(
      'The table on whose rows these rows hang: notes, party lists of activities, with whom they are shared, and what joins them to others.',
    ),
  contents: z.literal(true).optional().describe('What file and image columns hold.'),
})

const holdings = z.object({ roles: list(z.string()), profiles: list(z.string()) })

export const planSchema = z
  .object({
    target: z
      .object({
        environmentId: id<EnvironmentId>('Environment that it goes into.'),
        lane: z.string().describe('The place that its address names: host, port and path.'),
        identity: z.object({ userId: z.string(), objectId: z.string().optional() }).describe('Whom Drover acts as there.'),
      })
      .describe('Where it goes, and as whom; the hash of the plan covers it.'),
    mode: z.enum(['install', 'update', 'upgrade', 'stage-for-upgrade', 'unmanaged', 'uninstall']),
    modeReason: z.string(),
    fromVersion: id<Version>('Version in the target when the plan was made.').optional(),
    toVersion: id<Version>('Version that goes in.'),
    parameters: z.object({
      connectionReferences: list(
        z.object({ logicalName: z.string(), displayName: z.string().optional(), connectorId: z.string(), connectionId: z.string() }),
      ),
      environmentVariables: list(z.object({ schemaName: z.string(), value: z.union([z.string(), z.object({ secret: secretRefSchema })]) })),
    }),
    flows: list(z.object({ id: z.string(), name: z.string(), action: z.enum(['switch-on', 'switch-off', 'leave']), why: z.string() })),
    lines: list(
      z.object({
        subject: z.string(),
        effect: z.enum(['create', 'update', 'delete', 'bind', 'set', 'activate', 'leave', 'warn']),
        message: z.string(),
        certainty,
      }),
    ),
    content: list(plannedComponentSchema).describe('What happens to the components of the target, the gravest first.'),
    rescue: list(rescueItemSchema).describe('What is saved before the import destroys it.'),
    watched: list(rescueItemSchema)
      .optional()
      .describe('What goes and was empty when this was planned: looked into again right before, and saved where something came.'),
    saferWay: list(z.string()).describe('How the same end is reached without destroying data in one step.'),
    unseen: list(z.object({ what: z.string(), why: z.string() })).describe('What could not be seen.'),
    fingerprint: z.string().describe('Hex sha256 over what the plan touches in the target.'),
    steps: list(stepKind),
    unmanaged: z
      .object({
        sends: id<Digest>('What is sent: the sealed unmanaged artifact, or that without what is left out.').optional(),
        leftOut: list(z.string()).describe('kind:key of what is taken out of the package.'),
        removals: list(z.object({ kind: z.string(), key: z.string(), id: z.string(), name: z.string(), table: z.string().optional() })),
        wayBack: id<Digest>('The unmanaged export of what was there.').optional(),
      })
      .optional()
      .describe('Only of unmanaged work into a protective environment.'),
    data: z
      .object({
        digest: z.string(),
        tables: list(
          z.object({
            table: z.string(),
            created: z.int(),
            changed: z.int(),
            unchanged: z.int(),
            kept: z.int(),
            overwritten: z.int(),
            deleted: z.int(),
          }),
        ),
        named: list(z.object({ table: z.string(), id: z.string(), deed: z.enum(['keep', 'overwrite', 'delete']) })),
      })
      .optional()
      .describe('What becomes of the rows of configuration data; absent where the release has none.'),
    access: z
      .object({
        teams: list(
          z.object({ name: z.string(), groupId: z.string(), isMade: z.boolean(), gives: holdings, takes: holdings, beyond: holdings }),
        ),
        apps: list(z.object({ app: z.string(), groupId: z.string(), role: z.enum(['CanView', 'CanEdit']) })),
        flows: list(z.object({ flow: z.string(), team: z.string(), isShared: z.boolean() })),
      })
      .optional()
      .describe('Who gets to use what, and who no longer does; absent where the stage declares nothing.'),
    blockers: list(refusalSchema),
  })
  .meta({ id: 'Plan' })

export const releasePlanSchema = z
  .object({
    releaseId: id<ReleaseId>('What would go in.'),
    stageId: id<StageId>('Where it would go in.'),
    solution: z.string(),
    version: id<Version>('Version of the solution.'),
    plan: planSchema,
  })
  .meta({ id: 'ReleasePlan' })

export type PlanReply = z.output<typeof planSchema>
export type ReleasePlanReply = z.output<typeof releasePlanSchema>
