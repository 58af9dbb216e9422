import { z } from 'zod'
import type { EnvironmentId } from '#domain/kernel'
import { biographySchema, incidentSchema, restorePointsSchema, takenRestorePointSchema } from './replies/care.ts'
import { id } from './schema-parts.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'

const params = z.object({ environmentId: id<EnvironmentId>('Id of the environment.') })

/** What happened to environments, and the restore points of them. */
export const careRoutes = {
  loadBiography: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/biography`,
    tag: 'environments',
    summary: 'What happened to an environment, newest first',
    description:
      'Releases with who approved them, tweaks, incidents, restore points with their expiry, rehearsals, restores, repairs, holds and its protection.',
    params,
    query: z.object({
      before: z.string().max(400).optional().describe('`next` of the page before; without it the list begins with the newest.'),
      limit: z.coerce.number().int().min(1).max(500).default(50),
    }),
    status: 200,
    reply: biographySchema,
  },
  recordIncident: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/incidents`,
    tag: 'environments',
    summary: 'Write what happened into the biography of an environment',
    params,
    body: z.strictObject({ text: z.string().max(4000).describe('What happened, in words.') }),
    status: 201,
    reply: incidentSchema,
  },
  listRestorePoints: {
    method: 'GET',
    path: `${apiBase}/environments/:environmentId/restore-points`,
    tag: 'environments',
    summary: 'Restore points of an environment, read now from the platform',
    params,
    status: 200,
    reply: restorePointsSchema,
  },
  takeRestorePoint: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/restore-points`,
    tag: 'environments',
    summary: 'Have the platform take a restore point',
    description:
      'A time stamp that a restore rewinds everybody to; it opens no gate. Said twice with the same label, there is one. A label that a recorded one has is refused.',
    params,
    body: z.strictObject({ label: z.string().max(200).describe('By which it is found again.') }),
    status: 201,
    reply: takenRestorePointSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
