import { z } from 'zod'
import type { EnvironmentId } from '#domain/kernel'
import { configurationExportSchema } from './replies/configuration-data.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { id } from './schema-parts.ts'

/** Rows that solutions need. */
export const configurationDataRoutes = {
  exportConfigurationData: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/configuration-data`,
    tag: 'environments',
    summary: 'Read the configuration data of a solution out of its development environment',
    description: 'Changes nothing. Columns that belong to one environment are left out; equal rows give equal files.',
    params: z.object({ environmentId: id<EnvironmentId>('Id of the development environment.') }),
    body: z.strictObject({
      solution: z.string().min(1).max(100),
      schema: z.string().min(1).max(1_000_000).describe('Text of a data_schema.xml: which tables and columns.'),
    }),
    status: 200,
    reply: configurationExportSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
