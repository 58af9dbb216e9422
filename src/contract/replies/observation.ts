import { z } from 'zod'
import type { Digest, EnvironmentId, Instant, PersonId, Version } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'
import { stageHoldSchema } from './recovery.ts'

const origins = ['ours', 'other-team', 'vendor', 'microsoft', 'platform', 'by-hand', 'drover', 'unknown'] as const
const count = z.int().min(0)
const countsByOrigin = z.partialRecord(z.enum(origins), count)

const findingSchema = z.object({
  kind: z.enum(['orphaned', 'undeployable', 'unowned']),
  rule: z.enum([
    'component-without-solution',
    'flow-without-owner',
    'flow-of-disabled-owner',
    'upgrade-left-behind',
    'transport-left-behind',
    'change-on-managed',
    'unmanaged-solution',
    'solution-not-governed',
  ]),
  subject: z.object({ kind: z.string().optional(), key: z.string(), name: z.string(), table: z.string().optional() }),
  message: z.string(),
  advice: z.string(),
})

export const observationSchema = z
  .object({
    environmentId: id<EnvironmentId>('Which environment.'),
    digest: id<Digest>('Under which the whole observation is kept.'),
    observedAt: id<Instant>('When.'),
    platformVersion: z.string(),
    solutions: list(
      z.object({
        uniqueName: z.string(),
        displayName: z.string(),
        version: id<Version>('Version as the platform has it.'),
        isManaged: z.boolean(),
        isVisible: z.boolean(),
        publisher: z.string().optional(),
        changedAt: id<Instant>('When it was last imported or changed.').optional(),
        changedBy: z.string().optional(),
        origin: z.enum(origins),
        certainty: z.enum(['known', 'assumed']),
        why: z.string().describe('What tells whose it is.'),
      }),
    ),
    firstLook: z.object({
      findings: list(findingSchema).describe('What is orphaned, undeployable or unowned.'),
      components: countsByOrigin.describe('Components by whose they are.'),
      solutions: countsByOrigin,
      activeRows: z
        .object({
          all: count,
          harmless: z.record(z.string(), count).describe('Rule → rows that it explains.'),
          changes: count.describe("Somebody's changes on managed components."),
          ownWork: count.describe('Components that exist as unmanaged work alone.'),
          unread: count.describe('Rows whose layer could not be read: they may be changes.'),
        })
        .describe('Rows of unmanaged layers by what they are: a row is not a change.'),
    }),
    flows: z.object({ all: count, on: count, off: count, suspended: count }),
    blocksUnmanaged: z.boolean().optional().describe('Whether unmanaged changes are blocked; absent when it cannot be read.'),
    dataPolicies: list(z.string()).describe('Data policies that apply, as far as they can be read.'),
    unpublished: list(z.string()).describe('Components whose latest edit is not published.'),
    unseen: list(z.object({ what: z.string(), why: z.string() })).describe('What could not be seen, and what would help.'),
    cost: z
      .object({ requests: count, reusedParts: count })
      .describe('Requests that it took, and parts that were still good from an earlier one.'),
  })
  .meta({ id: 'Observation' })

export const environmentRecordSchema = z
  .object({
    environmentId: id<EnvironmentId>('Which environment.'),
    lane: z.string().describe("The place that the environment's address names."),
    observed: z
      .object({
        digest: id<Digest>('Under which the whole observation is kept.'),
        at: id<Instant>('When.'),
        summary: z.object({ solutions: count, components: count, activeLayers: count, unseen: count }),
      })
      .optional()
      .describe('The newest observation; absent: never observed.'),
    baseline: z
      .object({
        observation: id<Digest>('The observation that was accepted.'),
        observedAt: id<Instant>('When it was made.'),
        acceptedBy: id<PersonId>('Who.'),
        acceptedAt: id<Instant>('When.'),
        comment: z.string(),
        deviations: z.record(z.string(), z.string()).describe('Deviations that were there: id → what each consisted of.'),
        solutions: z.record(z.string(), id<Version>('Version.')).describe('Solutions that were there.'),
      })
      .optional()
      .describe('The state that was accepted as known good.'),
    holds: list(stageHoldSchema).optional().describe('Solutions that it was held for, those in force and those that ended, newest first.'),
  })
  .meta({ id: 'EnvironmentRecord' })

export type ObservationReply = z.output<typeof observationSchema>
export type EnvironmentRecordReply = z.output<typeof environmentRecordSchema>
