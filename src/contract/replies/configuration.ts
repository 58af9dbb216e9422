import { z } from 'zod'
import type { Digest, Instant, PersonId } from '#domain/kernel'
import { configurationFileSchema } from '../configuration-file.ts'
import { id, list } from '../schema-parts.ts'

export const configurationVersionSchema = z
  .object({
    version: z.int().describe('Ledger sequence of the event that applied it.'),
    appliedAt: id<Instant>('When it was applied.'),
    appliedBy: z.string(),
    proposedBy: id<PersonId>('The first of two people, where it took two.').optional(),
    changes: list(z.string()).describe('What it changed, in words.'),
    configuration: configurationFileSchema,
  })
  .meta({ id: 'ConfigurationVersion' })

export const configurationProposalSchema = z
  .object({
    digest: id<Digest>('What is confirmed: sha256 of the proposed configuration.'),
    proposedBy: id<PersonId>('The first of the two people it takes.'),
    proposedAt: id<Instant>('When.'),
    basedOn: z.int().describe('Version in force when it was proposed; it can be confirmed only while that is in force.'),
    isOutdated: z
      .boolean()
      .describe('Another configuration came into force since, it may be this one: nothing is to be confirmed any more.'),
    changes: list(z.object({ subject: z.string(), text: z.string(), authority: z.enum(['platform-admin', 'two-people']) })),
    configuration: configurationFileSchema,
  })
  .meta({ id: 'ConfigurationProposal' })

export type ConfigurationVersionReply = z.output<typeof configurationVersionSchema>
