import { z } from 'zod'
import type { Digest, EnvironmentId, Instant, PersonId, PromotionId, ReleaseId, Version } from '#domain/kernel'
import { reasonSchema } from '../problem.ts'
import { id, list } from '../schema-parts.ts'
import { gateDefinitionSchema } from './gate-definition.ts'
import { certainty, plannedLossSchema, rescueItemSchema } from './plan.ts'

export const recoveryWayKinds = ['uninstall', 'baseline', 'redeploy', 'repack', 'roll-forward', 'restore'] as const

export const restorePointSchema = z
  .object({
    id: z.string(),
    label: z.string(),
    rewindsTo: id<Instant>("The moment to which a restore rewinds everybody's rows."),
    expiresAt: id<Instant>('When the platform forgets it.'),
    why: z.string(),
  })
  .meta({ id: 'RestorePoint' })

export const rehearsalSchema = z
  .object({
    id: z.string(),
    solution: z.string(),
    environmentId: id<EnvironmentId>('The pet that it was about.'),
    sandboxId: id<EnvironmentId>('Where it was gone; the pet itself: in earnest.'),
    way: z.enum(recoveryWayKinds),
    from: id<Version>('Version before.').optional(),
    to: id<Version>('Version after.').optional(),
    startedAt: id<Instant>('When it began.'),
    finishedAt: id<Instant>('When it ended.'),
    durationMs: z.number(),
    outcome: z.enum(['succeeded', 'failed']),
    notes: list(z.string()),
    by: id<PersonId>('Who had it done.'),
  })
  .meta({ id: 'Rehearsal' })

export const stageHoldSchema = z
  .object({
    solution: z.string(),
    promotionId: z.string().describe('What went wrong there.'),
    reason: z.string().describe('How.'),
    since: id<Instant>('Since when.'),
    resumed: z
      .object({ by: id<PersonId>('Who gave it free.'), at: id<Instant>('When.'), reason: z.string() })
      .optional()
      .describe('Absent while it holds.'),
  })
  .meta({ id: 'StageHold' })

export const recoveryPlanSchema = z
  .object({
    environmentId: id<EnvironmentId>('The place that comes back.'),
    solution: z.string(),
    knownGood: z
      .object({
        releaseId: id<ReleaseId>('What ran there.'),
        promotionId: id<PromotionId>('What brought it; absent where others did.').optional(),
        version: id<Version>('Its version.'),
        digest: id<Digest>('The bytes that were tested.'),
        deployedAt: id<Instant>('Since when.').optional(),
      })
      .optional()
      .describe('What would be gone back to; absent for a first release.'),
    ways: list(
      z.object({
        kind: z.enum(recoveryWayKinds),
        certainty,
        steps: list(z.string()),
        obstacles: list(reasonSchema).describe('What stands against it as things are.'),
        losses: list(z.object({ subject: z.string(), losses: list(plannedLossSchema) })),
        rescued: list(rescueItemSchema).describe('What is saved before and put back afterwards.'),
        lastRehearsal: rehearsalSchema.pick({ id: true, finishedAt: true, durationMs: true, outcome: true }).optional(),
      }),
    ).describe('The one to take first stands first.'),
    restorePoints: list(restorePointSchema),
  })
  .meta({ id: 'RecoveryPlan' })

export const intentSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('release') }),
    z.object({
      kind: z.literal('recovery'),
      way: z.enum(recoveryWayKinds),
      of: id<PromotionId>('What went wrong.').optional(),
      reason: z.string(),
      typedName: z.string().optional().describe('Of an uninstallation: the name of the environment, as it was typed.'),
      isOfOthers: z
        .literal(true)
        .optional()
        .describe(
          'Others brought what it goes back to: a release has its version, which proves neither its content nor that it passed any gate there.',
        ),
    }),
    z.object({
      kind: z.literal('hotfix'),
      hotfixId: z.string(),
      reason: z.string(),
      notWaitedFor: list(gateDefinitionSchema).describe('Gates of the stage that are not waited for; those of people are owed afterwards.'),
      signOffWorkingDays: z.number(),
      holidays: list(z.string()).optional().describe('Dates that are no working days.'),
    }),
    z.object({
      kind: z.literal('emergency'),
      reason: z.string(),
      notWaitedFor: list(gateDefinitionSchema),
      signOffWorkingDays: z.number(),
      holidays: list(z.string()).optional().describe('Dates that are no working days.'),
      expiresAt: id<Instant>('An attempt must have begun until then.'),
    }),
  ])
  .meta({ id: 'PromotionIntent' })

export const trainStepSchema = z
  .object({
    promotionId: id<PromotionId>('What was to go in.'),
    solution: z.string(),
    version: id<Version>('Its version.'),
    deed: z.enum(['go-back', 'hold', 'withdraw', 'look']).describe('hold: nothing to do; look: a person has to look first.'),
    way: z.enum(recoveryWayKinds).optional(),
    message: z.string(),
  })
  .meta({ id: 'TrainStep' })

export const trainRecoverySchema = z.object({ steps: list(trainStepSchema).describe('In the order in which they are done.') })

export type RecoveryPlanReply = z.output<typeof recoveryPlanSchema>
export type TrainRecoveryReply = z.output<typeof trainRecoverySchema>
