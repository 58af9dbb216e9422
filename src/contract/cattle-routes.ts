import { z } from 'zod'
import type { EnvironmentId, ReleaseId } from '#domain/kernel'
import { rebuildViewSchema } from './replies/cattle.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { id } from './schema-parts.ts'

const environmentParams = z.object({ environmentId: id<EnvironmentId>('Id of the environment.') })

/** Environments that are disposable: rebuilt from source, made for a while, removed at their end. */
export const cattleRoutes = {
  rebuildEnvironment: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/rebuilds`,
    tag: 'environments',
    summary: 'Rebuild a cattle environment from source and settings, or tell what that takes',
    description:
      'For the environment’s owner and platform-admins; a pet is refused with `PET-02`. Unless it is confirmed nothing is done, and the plan tells what would be. Follow it by its id: it stops, `waiting`, at what only people can do, and names all of it.',
    params: environmentParams,
    body: z.strictObject({
      way: z.enum(['anew', 'in-place']).default('anew').describe('anew: deleted and created; in-place: brought over what is there.'),
      fromCommit: z.string().max(64).optional().describe('Source of this commit; absent: the newest.'),
      releaseId: id<ReleaseId>('This release in place of the one that is deployed.').optional(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .optional()
        .describe('Base currency of the new environment, where the administration does not show it.'),
      isConfirmed: z.boolean().default(false),
      isAfresh: z.boolean().default(false).describe('Begin again although an earlier one waits or ended badly.'),
    }),
    status: 202,
    reply: rebuildViewSchema,
  },
  resumeRebuild: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/rebuilds/resumptions`,
    tag: 'environments',
    summary: 'Go on with a rebuild that waited for people, or that went wrong',
    params: environmentParams,
    status: 202,
    reply: rebuildViewSchema,
  },
  loadRebuild: {
    method: 'GET',
    path: `${apiBase}/rebuilds/:rebuildId`,
    tag: 'environments',
    summary: 'How far a rebuild is',
    params: z.object({ rebuildId: z.string() }),
    status: 200,
    reply: rebuildViewSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
