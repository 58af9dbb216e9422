import { z } from 'zod'
import type { Instant } from '#domain/kernel'
import { configurationFileSchema } from '../configuration-file.ts'
import { id, list } from '../schema-parts.ts'

export const configurationVersionSchema = z
  .object({
    version: z.int().describe('Ledger sequence of the event that applied it.'),
    appliedAt: id<Instant>('When it was applied.'),
    appliedBy: z.string(),
    changes: list(z.string()).describe('What it changed, in words.'),
    configuration: configurationFileSchema,
  })
  .meta({ id: 'ConfigurationVersion' })

export type ConfigurationVersionReply = z.output<typeof configurationVersionSchema>
