import { z } from 'zod'
import type { EnvironmentId, Instant, PersonId, PromotionId, ReleaseId, StageId, Version } from '#domain/kernel'
import { refusalSchema } from '../problem.ts'
import { owedItemSchema } from './owed.ts'
import { id, list } from '../schema-parts.ts'

const hotfixStates = ['preparing', 'failed', 'open', 'owed', 'merged', 'abandoned'] as const

const mergeSchema = z.object({
  workId: z.string(),
  by: id<PersonId>('Who asked.'),
  releaseId: id<ReleaseId>('The release of the hotfix that is brought.'),
  intoDev: z.boolean().describe('Whether it goes into the Dev environment itself, too.'),
  withRows: z.boolean().optional().describe('Whether what goes there goes with the rows and values in it.'),
  state: z.enum(['running', 'done', 'failed']),
  branch: z.string().optional().describe('Where it is proposed; absent where Dev says it all already.'),
  note: z.string(),
  components: list(z.object({ component: z.string().describe('kind:key.'), outcome: z.string(), note: z.string() })),
  conflicts: list(z.object({ component: z.string(), where: z.string() })).describe('What both sides changed: Dev kept its own.'),
})

export const hotfixSchema = z
  .object({
    hotfixId: z.string(),
    solution: z.string(),
    reason: z.string(),
    startedBy: id<PersonId>('Who started it.'),
    startedAt: id<Instant>('When.'),
    production: z.object({
      environmentId: id<EnvironmentId>('Production.'),
      stageId: id<StageId>('Its stage.'),
      lane: z.string().describe('The place that it is.'),
    }),
    dev: id<EnvironmentId>('Where it is made.'),
    test: id<EnvironmentId>('Where it is tested.'),
    base: z.object({
      releaseId: id<ReleaseId>('What production ran.'),
      promotionId: id<PromotionId>('What brought that.'),
      version: id<Version>('Its version.'),
      commit: z.string(),
      tag: z.string().optional(),
    }),
    versions: z
      .object({ major: z.int(), minor: z.int(), build: z.int() })
      .describe('The versions that are reserved for it: major.minor.build.*'),
    branch: z.string(),
    workId: z.string(),
    preparation: z.object({
      state: z.enum(['running', 'ready', 'failed']),
      steps: list(z.object({ name: z.string(), note: z.string(), finishedAt: id<Instant>('When.') })),
      refusal: refusalSchema.optional(),
    }),
    releases: list(
      z.object({ releaseId: id<ReleaseId>('Id.'), version: id<Version>('Version.'), sealedAt: id<Instant>('When it was sealed.') }),
    ),
    shipped: z
      .object({
        releaseId: id<ReleaseId>('What is in production.'),
        promotionId: id<PromotionId>('What brought it.'),
        version: id<Version>('Its version.'),
        at: id<Instant>('When.'),
        requestedBy: id<PersonId>('Who asked.'),
      })
      .optional(),
    merge: mergeSchema.optional().describe('How far bringing it to main is.'),
    decisions: list(
      z.object({
        component: z.string(),
        conflicts: list(z.string()).describe('What both sides changed in it.'),
        of: id<ReleaseId>('The release of the hotfix whose say was weighed.'),
        reason: z.string(),
        by: id<PersonId>('Who.'),
        at: id<Instant>('When.'),
      }),
    )
      .optional()
      .describe('Where main’s say holds over that of the hotfix.'),
    carried: z
      .object({
        releaseId: id<ReleaseId>('The release of main that has it.'),
        version: id<Version>('Its version.'),
        at: id<Instant>('When.'),
      })
      .optional(),
    abandoned: z.object({ by: id<PersonId>('Who.'), at: id<Instant>('When.'), reason: z.string() }).optional(),
  })
  .meta({ id: 'Hotfix' })

export const hotfixViewSchema = z
  .object({
    hotfix: hotfixSchema,
    state: z
      .enum(hotfixStates)
      .describe('owed: it is in production, and no release of main has its content; merged: one has, as its content was compared.'),
    owed: list(owedItemSchema).describe('Gates that its promotions did not wait for and still owe.'),
  })
  .meta({ id: 'HotfixView' })

export const hotfixListSchema = z.object({ hotfixes: list(hotfixViewSchema) }).meta({ id: 'HotfixList' })

export type HotfixViewReply = z.output<typeof hotfixViewSchema>
