import { z } from 'zod'
import type { EnvironmentId, Instant, PersonId, Version } from '#domain/kernel'
import { purposes } from '../vocabulary.ts'
import { id, list } from '../schema-parts.ts'

/** What may be unmanaged in an environment, and why. */
const layerPolicySchema = z.object({ kind: z.enum(['strict', 'register', 'protective']), reason: z.string() }).meta({ id: 'LayerPolicy' })

/** An environment as doors show it: without how Drover signs in. */
export const environmentSchema = z
  .object({
    id: id<EnvironmentId>('Id in the configuration.'),
    name: z.string(),
    purpose: z.enum(purposes),
    careClass: z.enum(['pet', 'cattle']),
    owner: id<PersonId>('Id of the accountable person.'),
    url: z.string(),
    layerPolicy: layerPolicySchema.optional().describe('Absent: register, the default.'),
  })
  .meta({ id: 'Environment' })

export const environmentInspectionSchema = z
  .object({
    environment: environmentSchema,
    solutions: list(
      z.object({
        id: z.string(),
        uniqueName: z.string(),
        version: id<Version>('Version as the platform has it.'),
        isManaged: z.boolean(),
        publisherPrefix: z.string().optional(),
      }),
    ).describe('Solutions installed now.'),
  })
  .meta({ id: 'EnvironmentInspection' })

export const environmentListSchema = z.object({ environments: list(environmentSchema) }).meta({ id: 'EnvironmentList' })

const userSchema = z.object({ userId: z.string(), name: z.string(), isApplication: z.boolean() })
const unseenSchema = z.object({ what: z.string(), why: z.string() })

export const protectionSchema = z
  .object({
    environment: environmentSchema,
    layerPolicy: layerPolicySchema,
    isBlocked: z.boolean().optional().describe('Whether unmanaged changes are blocked; absent when it cannot be read.'),
    verdict: z
      .object({ state: z.enum(['holds', 'broken', 'unknown']), message: z.string() })
      .describe('Whether the environment is as its layer policy and Drover want it.'),
    switched: z
      .object({ isOn: z.boolean(), by: id<PersonId>('Who.'), at: id<Instant>('When.'), reason: z.string() })
      .optional()
      .describe('What Drover last switched the block to.'),
    proposal: z
      .object({
        isOn: z.boolean(),
        reason: z.string(),
        proposedBy: id<PersonId>('Who.'),
        proposedAt: id<Instant>('When.'),
        configurationVersion: z.int(),
      })
      .optional()
      .describe('Waits for a second person.'),
    powerfulRoles: list(z.object({ name: z.string(), holders: list(userSchema) })).describe(
      'Roles that let their holders change the environment.',
    ),
    breaks: list(z.object({ feature: z.string(), evidence: z.string() })).describe('Features in use that the block is known to break.'),
    foreignImports: list(
      z.object({
        message: z.string(),
        certainty: z.enum(['certain', 'unknown']),
        isLate: z.boolean().describe('It was there for longer than such an import may stay undiscovered.'),
        operation: z.object({
          kind: z.enum(['import', 'uninstall', 'publish-all', 'other']),
          solution: z.string().optional(),
          version: id<Version>('Version as the platform has it.').optional(),
          startedAt: id<Instant>('When.'),
          by: userSchema.optional(),
          importJobId: z.string().optional(),
        }),
      }),
    ).describe('Imports and uninstallations of the last observation that were not of Drover, newest first.'),
    observedAt: id<Instant>('When the environment was last observed.').optional(),
    unseen: list(unseenSchema).describe('What could not be seen.'),
  })
  .meta({ id: 'Protection' })

export const upgradeWorkSchema = z
  .object({
    id: z.string(),
    environmentId: id<EnvironmentId>('Environment in which the upgrade waits.'),
    solution: z.string(),
    version: id<Version>('Version that waited.'),
    deed: z.enum(['apply', 'withdraw']),
    by: id<PersonId>('Who asked for it.'),
    reason: z.string(),
    startedAt: id<Instant>('When.'),
    state: z.enum(['running', 'done', 'failed', 'errored', 'indeterminate']),
    note: z.string().describe('What became of it.'),
  })
  .meta({ id: 'UpgradeWork' })

export type UpgradeWorkReply = z.output<typeof upgradeWorkSchema>
export type ProtectionReply = z.output<typeof protectionSchema>
export type EnvironmentReply = z.output<typeof environmentSchema>
export type EnvironmentInspectionReply = z.output<typeof environmentInspectionSchema>
