import { z } from 'zod'
import type { EnvironmentId, Instant, PersonId, ReleaseId, Version } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'
import { recoveryWayKinds, rehearsalSchema } from './recovery.ts'

const pointSchema = z.object({
  at: id<Instant>("The moment to which everybody's rows are rewound."),
  restorePointId: z.string().optional().describe("The platform's backup, where one was named or found."),
  label: z.string().optional(),
})

const deedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('restore'), point: pointSchema }),
  z.object({
    kind: z.literal('repair'),
    table: z.string(),
    columns: list(z.string()).optional().describe('Absent: every column.'),
    changedSince: id<Instant>('Only rows changed in the pet since then, or gone there.').optional(),
    isOverwriting: z.boolean(),
    isDryRun: z.boolean(),
  }),
  z.object({
    kind: z.literal('repair-components'),
    solution: z.string(),
    planned: list(z.object({ component: z.string(), hand: z.string() })).describe('What comes back, as a look showed it; empty of a look.'),
    isDryRun: z.boolean(),
  }),
  z.object({
    kind: z.literal('rehearsal'),
    solution: z.string(),
    way: z.enum(recoveryWayKinds),
    from: id<ReleaseId>('The release that goes wrong, brought first; absent: what is there.').optional(),
    point: pointSchema.optional().describe('Absent: on the sandbox as it is.'),
  }),
])

const repairCountsSchema = z
  .object({
    compared: z.int(),
    missing: z.int().describe('Rows that the pet has no more.'),
    emptied: z.int().describe('Rows with a value that is empty in the pet.'),
    differing: z.int().describe('Rows with a value that is another in the pet.'),
    untouched: z.int().describe('Rows that differ and were left out, since nobody changed them since the named moment.'),
    columns: z.record(z.string(), z.int()).describe('Values that differ or are empty, by column.'),
    examples: z
      .object({ missing: list(z.string()), emptied: list(z.string()), differing: list(z.string()) })
      .describe('Some of them, by id.'),
  })
  .meta({ id: 'RepairCounts' })

const repairWrittenSchema = z.object({
  rescueId: z.string().describe('Holds what the sandbox has; its restore makes rows and fills values.'),
  restoreId: z.string().optional(),
  beforeId: z.string().optional().describe('Holds what stood in the pet before it was written over.'),
  overwritten: z.int(),
  kept: z.int().describe('Rows that somebody changed between the look and the write, left as they are.'),
  refused: z.int(),
})

const componentPlanSchema = z
  .object({
    lines: list(
      z.object({
        component: z.string().describe('`kind:key`.'),
        name: z.string(),
        fate: z.enum(['comes-back', 'by-release', 'stays']),
        why: z.string(),
        way: z.string().describe('What to do where it does not come back.'),
        hand: z.string().nullable().describe('Of its layer by hand in the sandbox.'),
      }),
    ),
    compared: z.int(),
    note: z.string().describe('That both have other versions of the solution; else empty.'),
    unseen: list(z.string()).describe('What could not be seen on either side.'),
  })
  .meta({ id: 'ComponentPlan' })

const componentsWrittenSchema = z.object({
  file: z.string().describe('Digest of the solution file that was read out of the sandbox and imported.'),
  importJobId: z.string(),
  components: list(z.string()),
  tweaks: list(z.string()).describe('Ids of the tweaks that they were registered as.'),
})

const restoredSchema = z.object({
  endsAt: id<Instant>('When it is to be cleared away.'),
  isInAdministrationMode: z.boolean(),
  hasBackgroundOperations: z.boolean(),
  securityGroupId: z.string().optional(),
  unbound: list(z.string()).describe('Connection references that no setting binds.'),
  checklist: list(z.object({ what: z.string(), state: z.enum(['open', 'nothing', 'unknown']), note: z.string() })),
})

export const recoveryWorkSchema = z
  .object({
    id: z.string(),
    environmentId: id<EnvironmentId>('The pet.'),
    sandboxId: id<EnvironmentId>('Its recovery sandbox.'),
    deed: deedSchema,
    reason: z.string(),
    by: id<PersonId>('Who asked for it.'),
    confirmedBy: id<PersonId>('The second person, where it took two.').optional(),
    askedAt: id<Instant>('When it was asked for.'),
    startedAt: id<Instant>('When it began.').optional(),
    state: z.enum(['proposed', 'running', 'done', 'failed', 'errored', 'indeterminate']),
    parts: list(
      z.object({ name: z.string(), note: z.string(), startedAt: id<Instant>('Its begin.'), finishedAt: id<Instant>('Its end.') }),
    ).describe('Measured.'),
    note: z.string().describe('How it ended.'),
    endedAt: id<Instant>('When it ended.').optional(),
    restored: restoredSchema.optional().describe('What a restore left to do.'),
    compared: repairCountsSchema.optional().describe('What comparing rows found.'),
    written: repairWrittenSchema.optional().describe('How it was written.'),
    planned: componentPlanSchema.optional().describe('What comparing components found.'),
    brought: componentsWrittenSchema.optional().describe('How components came back.'),
    warnedAt: id<Instant>('When people were warned of its end.').optional(),
    expiredAt: id<Instant>('When the time of what was restored was over.').optional(),
  })
  .meta({ id: 'RecoveryWork' })

export const restoreSandboxSchema = z
  .object({
    point: pointSchema,
    loses: list(z.object({ uniqueName: z.string(), version: id<Version>('Installed.') }))
      .optional()
      .describe('What is in the sandbox now and is lost; absent where it does not answer.'),
    neutralise: list(z.string()).describe('What must be kept from reaching out afterwards.'),
    hasSameGroup: z.boolean().describe('Whether the sandbox lets in whom the pet lets in; else that is set with the restore.'),
    work: recoveryWorkSchema.optional().describe('Absent while nothing was begun.'),
  })
  .meta({ id: 'RestoreSandbox' })

export const recoveryListSchema = z
  .object({
    rehearsals: list(rehearsalSchema).describe('Newest first.'),
    due: list(
      z.object({
        solution: z.string(),
        tier: z.int(),
        within: z
          .union([z.int(), z.literal('major')])
          .optional()
          .describe('Within how many days, or with each major version; absent: none is asked for.'),
        lastAt: id<Instant>('The newest that succeeded.').optional(),
        state: z.enum(['fresh', 'too-old', 'never', 'not-asked']),
      }),
    ).describe('By the solutions whose pipelines lead into the pet.'),
    works: list(recoveryWorkSchema).describe('Work on its sandboxes, newest first.'),
  })
  .meta({ id: 'RecoveryList' })

export type RecoveryWorkReply = z.output<typeof recoveryWorkSchema>
export type RestoreSandboxReply = z.output<typeof restoreSandboxSchema>
export type RecoveryListReply = z.output<typeof recoveryListSchema>
