import { z } from 'zod'
import type { Digest, Instant, PersonId, StageId } from '#domain/kernel'
import { waiverDeeds } from '#domain/waiver'
import { machineGates, roles } from '../vocabulary.ts'
import { id, list } from '../schema-parts.ts'

export const waivedRuleSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('check'), ruleId: z.string().describe('Findings of this check rule do not block.') }),
  z.object({ kind: z.literal('gate'), gate: z.enum(machineGates).describe('This gate opens where something is not known or not there.') }),
])

export const waiverSchema = z
  .object({
    waiverId: z.string(),
    waives: waivedRuleSchema,
    scope: z.object({
      solution: z.string(),
      stageId: id<StageId>('Only into this stage.').optional(),
      artifact: id<Digest>('Only this managed artifact.').optional(),
      place: z.string().optional().describe('Only findings at this component or path.'),
    }),
    reason: z.string(),
    measure: z.string().describe('What is done instead of what the rule asks for.'),
    requestedBy: id<PersonId>('Who asked.'),
    requestedAt: id<Instant>('When.'),
    from: id<Instant>('It holds from then on.'),
    until: id<Instant>('It holds before this moment.'),
    decided: z
      .object({ by: id<PersonId>('Who.'), verdict: z.enum(['approve', 'reject']), comment: z.string(), at: id<Instant>('When.') })
      .optional(),
    revoked: z.object({ by: id<PersonId>('Who.'), at: id<Instant>('When.'), reason: z.string() }).optional(),
  })
  .meta({ id: 'Waiver' })

const waiverStates = ['proposed', 'lapsed', 'rejected', 'revoked', 'ahead', 'in-force', 'expired'] as const

export const waiverViewSchema = z
  .object({
    waiver: waiverSchema,
    state: z.enum(waiverStates).describe('lapsed: nobody decided before its end; ahead: approved, and it has not begun.'),
    may: list(z.enum(waiverDeeds)).describe('What the asking person may say of it now.'),
    whyNot: z.string().optional().describe('Of one that nobody decided yet: why the asking person may not approve it, and whom to ask.'),
  })
  .meta({ id: 'WaiverView' })

export const waiverListSchema = z
  .object({
    waivers: list(waiverViewSchema).describe('Newest first.'),
    repeated: list(
      z.object({
        rule: z.string(),
        times: z.int().describe('How many waivers of it were approved.'),
        isToChange: z.boolean().describe('So many that the rule is to be changed instead.'),
      }),
    ),
    choices: z
      .object({
        rules: list(
          z.object({
            waives: waivedRuleSchema,
            title: z.string().optional().describe('What the check rule asks for.'),
            approvers: list(z.enum(roles)).describe('Roles of whom one approves it.'),
          }),
        ),
        solutions: list(
          z.object({
            solution: z.string(),
            longestDays: z.number().describe('For so many days it may hold at the most.'),
            stages: list(z.object({ id: id<StageId>('Id of the stage.'), name: z.string() })),
          }),
        ),
        whyNot: z.string().optional().describe('Where there is no such solution: why, and whom to ask.'),
      })
      .describe('What the asking person may ask to be excepted, and where.'),
  })
  .meta({ id: 'WaiverList' })

export type WaiverViewReply = z.output<typeof waiverViewSchema>
export type WaiverListReply = z.output<typeof waiverListSchema>
