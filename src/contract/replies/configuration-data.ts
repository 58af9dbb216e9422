import { z } from 'zod'
import { reasonSchema } from '../problem.ts'
import { list } from '../schema-parts.ts'

export const configurationExportSchema = z
  .object({
    files: list(z.object({ path: z.string(), text: z.string() })).describe('The files of the package, to be committed as they are.'),
    tables: list(z.object({ table: z.string(), rows: z.int() })),
    notes: list(reasonSchema).describe('What of the schema was left out, and why.'),
  })
  .meta({ id: 'ConfigurationExport' })

export type ConfigurationExportReply = z.output<typeof configurationExportSchema>
