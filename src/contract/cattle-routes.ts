import { z } from 'zod'
import type { EnvironmentId, PersonId, ReleaseId } from '#domain/kernel'
import { cattleListSchema, cattleSchema, rebuildViewSchema } from './replies/cattle.ts'
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
      fromCommit: z.string().max(64).optional().describe('Source of this commit; absent: the newest.'),
      releaseId: id<ReleaseId>(
        'This release in place of the one that is deployed: one that ran there before, having passed its gates.',
      ).optional(),
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
  confirmRebuildSettings: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/rebuilds/settings`,
    tag: 'environments',
    summary: 'Bring the connection ids that the last rebuild found into the configuration in force',
    description:
      'For whoever may apply a configuration. A rebuild does this by itself where whoever ordered it may; otherwise it waits for this word, and what was bound in the environment is right either way.',
    params: environmentParams,
    status: 200,
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
  listCattle: {
    method: 'GET',
    path: `${apiBase}/cattle`,
    tag: 'environments',
    summary: 'Disposable environments: when each ends, and when it was last rebuilt',
    status: 200,
    reply: cattleListSchema,
  },
  createCattle: {
    method: 'POST',
    path: `${apiBase}/cattle`,
    tag: 'environments',
    summary: 'Order a disposable environment from the platform',
    description:
      'For platform-admins. Ledgered with its owner, its reason and its end; then made, configured by the address that the platform gives it, and given the source that it begins with. Follow it in the list.',
    body: z.strictObject({
      name: z.string().min(1).max(60),
      kind: z.enum(['developer', 'feature']),
      owner: id<PersonId>('Who answers for it.'),
      justification: z.string().max(2000).describe('What it is for, and why it is needed.'),
      days: z.number().positive().default(30),
      solution: z.string().max(100).optional().describe('Unique name of the solution that it begins with.'),
      from: z.string().max(200).optional().describe('Branch or commit of its source; absent: the newest.'),
      like: id<EnvironmentId>(
        'Whose tenant, place and identity it shares; absent: the development environment of the solution.',
      ).optional(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .optional(),
    }),
    status: 202,
    reply: cattleSchema,
  },
  keepEnvironment: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/keeps`,
    tag: 'environments',
    summary: 'Put off the end of a disposable environment',
    params: environmentParams,
    body: z.strictObject({ until: z.iso.datetime({ offset: true }), reason: z.string().max(2000) }),
    status: 201,
    reply: cattleSchema,
  },
  removeEnvironment: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/removals`,
    tag: 'environments',
    summary: 'Remove a disposable environment now',
    description:
      'For its owner and platform-admins, at its typed name. A pet is refused with `PET-02`, one that a pipeline goes through with `cattle.in-use`.',
    params: environmentParams,
    body: z.strictObject({ typedName: z.string().max(200), reason: z.string().max(2000).default('') }),
    status: 202,
    reply: cattleSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
