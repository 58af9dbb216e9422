import { z } from 'zod'
import type { EnvironmentId } from '#domain/kernel'
import { hotfixListSchema, hotfixViewSchema } from './replies/hotfix.ts'
import { releaseStartedSchema } from './replies/release.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { id } from './schema-parts.ts'

const hotfixParams = z.object({ hotfixId: z.string().min(1).max(200).describe('Id of the hotfix.') })
const path = `${apiBase}/hotfixes/:hotfixId` as const
const reason = z.string().trim().min(1).max(4000)

/** Servicing what production runs, beside the next release. */
export const hotfixRoutes = {
  startHotfix: {
    method: 'POST',
    path: `${apiBase}/hotfixes`,
    tag: 'hotfixes',
    summary: 'Start a hotfix of what production runs',
    description:
      'Reserves versions for it, makes a branch from the commit that production runs, and brings that source into a Dev and the very bytes into a Test of its own; follow it by its id until it is open. Refused where production is not what Drover brought there.',
    body: z.strictObject({
      solution: z.string().min(1).max(100).describe('Unique name of the solution.'),
      environmentId: id<EnvironmentId>('The production environment.'),
      dev: id<EnvironmentId>('A disposable development environment beside the pipeline.'),
      test: id<EnvironmentId>('A disposable test environment beside the pipeline.'),
      reason: reason.describe('Why production cannot wait for the next release.'),
    }),
    status: 202,
    reply: hotfixViewSchema,
  },
  listHotfixes: {
    method: 'GET',
    path: `${apiBase}/hotfixes`,
    tag: 'hotfixes',
    summary: 'Hotfixes, newest first',
    status: 200,
    reply: hotfixListSchema,
  },
  loadHotfix: {
    method: 'GET',
    path,
    tag: 'hotfixes',
    summary: 'A hotfix and how far it is',
    params: hotfixParams,
    status: 200,
    reply: hotfixViewSchema,
  },
  retryHotfix: {
    method: 'POST',
    path: `${path}/retries`,
    tag: 'hotfixes',
    summary: 'Make Dev and Test of a hotfix ready once more, after that failed',
    params: hotfixParams,
    status: 202,
    reply: hotfixViewSchema,
  },
  releaseHotfix: {
    method: 'POST',
    path: `${path}/releases`,
    tag: 'hotfixes',
    summary: 'Prepare a release of a hotfix',
    description: 'As any release is prepared, from the Dev of the hotfix, under a version that was reserved for it.',
    params: hotfixParams,
    status: 202,
    reply: releaseStartedSchema,
  },
  mergeHotfix: {
    method: 'POST',
    path: `${path}/merges`,
    tag: 'hotfixes',
    summary: 'Bring a hotfix to main, three ways',
    description:
      'From what production ran, over what the hotfix made of it, to what Dev says now: onto a branch, and into Dev where that is asked for. What both changed is named, and stays as Dev has it. The hotfix is owed until a release of main was sealed that has its content.',
    params: hotfixParams,
    body: z.strictObject({
      intoDev: z.boolean().default(false).describe('Import what changed into the Dev environment, and publish it.'),
      withRows: z.boolean().default(false).describe('Delete in Dev what the hotfix took out although rows or values are in it.'),
    }),
    status: 202,
    reply: hotfixViewSchema,
  },
  decideHotfixConflict: {
    method: 'POST',
    path: `${path}/conflicts`,
    tag: 'hotfixes',
    summary: 'Say that main’s say holds over a hotfix’s in one component',
    description:
      'For the owner of the solution, of a component that the last merge named as changed on both sides or as impossible to merge. The next release of main that is sealed then counts as having it.',
    params: hotfixParams,
    body: z.strictObject({ component: z.string().min(1).max(500).describe('kind:key, as the merge names it.'), reason }),
    status: 201,
    reply: hotfixViewSchema,
  },
  abandonHotfix: {
    method: 'POST',
    path: `${path}/abandonment`,
    tag: 'hotfixes',
    summary: 'End a hotfix that is not in production: it never was, or a recovery took it back',
    params: hotfixParams,
    body: z.strictObject({ reason }),
    status: 201,
    reply: hotfixViewSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
