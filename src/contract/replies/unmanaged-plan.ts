import { z } from 'zod'
import type { Digest, Version } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'
import { environmentSchema } from './environment.ts'

const certainty = z.enum(['known', 'assumed', 'unknown'])

export const unmanagedPlanSchema = z
  .object({
    environment: environmentSchema,
    solution: z.string(),
    plan: z.object({
      fromVersion: id<Version>('Version that is there.').optional(),
      toVersion: id<Version>('Version of the release.'),
      basis: z.object({ certainty, message: z.string() }).describe('What the comparison rests on.'),
      components: list(
        z.object({
          kind: z.string(),
          key: z.string(),
          name: z.string(),
          table: z.string().optional(),
          action: z
            .enum(['conflict', 'remove', 'keep', 'bring'])
            .describe(
              'keep: left out of the import, since it was changed there; remove: by a step of its own; conflict: a person has to say.',
            ),
          certainty,
          message: z.string(),
          tweakId: z.string().optional(),
        }),
      ).describe('The gravest first.'),
      unchanged: z.int().describe('Components that stay as they are.'),
      leftOut: list(z.string()).describe('kind:key of what is taken out of the package before the import.'),
      removals: list(z.string()).describe('kind:key of what is deleted, parts before tables.'),
      steps: list(z.enum(['export-current', 'repack', 'import', 'publish', 'remove', 'verify'])),
      blockers: list(
        z.object({
          code: z.string(),
          message: z.string(),
          hint: z.string(),
          reasons: list(z.object({ subject: z.string(), message: z.string() })),
        }),
      ),
    }),
    wayBack: id<Digest>('The unmanaged export of what is there now, kept with the artifacts.').optional(),
    unseen: list(z.object({ what: z.string(), why: z.string() })).describe('What could not be seen.'),
  })
  .meta({ id: 'UnmanagedPlan' })

export type UnmanagedPlanReply = z.output<typeof unmanagedPlanSchema>
