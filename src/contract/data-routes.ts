import { z } from 'zod'
import type { EnvironmentId } from '#domain/kernel'
import { dataListSchema, dataWorkSchema, proposedRulesSchema } from './replies/data.ts'
import type { Route } from './route.ts'
import { apiBase } from './route.ts'
import { id } from './schema-parts.ts'

const params = z.object({ environmentId: id<EnvironmentId>('What is filled, or looked through.') })
const rules = z.string().max(1_000_000).describe('Text of a masking.yaml.')
const tables = z.array(z.string().min(1).max(128)).min(1).max(500).optional().describe('Default: all that the rules name.')

/** Data of lower environments: masked, made up, and looked through. */
export const dataRoutes = {
  seedData: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/data`,
    tag: 'data',
    summary: 'Fill an environment of cattle with masked or made-up rows',
    description:
      'Rows are masked while they are read. From a pet it waits for the word of somebody else who answers for its data. Follow it by its id until it has ended.',
    params,
    body: z.strictObject({
      rules,
      sourceId: id<EnvironmentId>('Where rows are from.').optional(),
      tables,
      rows: z.int().min(1).optional().describe('At most so many of each table, in the order of their ids.'),
      synthetic: z.int().min(1).max(1_000_000).optional().describe('So many rows of each table are made up.'),
      seed: z.string().min(1).max(100).default('42').describe('Another one gives other fakes.'),
    }),
    status: 202,
    reply: dataWorkSchema,
  },
  scanData: {
    method: 'POST',
    path: `${apiBase}/environments/:environmentId/data/scans`,
    tag: 'data',
    summary: 'Look through an environment for values that the rules protect',
    description:
      'Findings name table, column, row and rule, never the value. Without a source only forms are looked for: addresses, accounts, telephones.',
    params,
    body: z.strictObject({ rules, sourceId: id<EnvironmentId>('Whose values are looked for.').optional(), tables }),
    status: 202,
    reply: dataWorkSchema,
  },
  decideData: {
    method: 'POST',
    path: `${apiBase}/data/:dataId/decisions`,
    tag: 'data',
    summary: 'Say whether rows of a pet may leave it masked',
    params: z.object({ dataId: z.string() }),
    body: z.strictObject({ verdict: z.enum(['approve', 'reject']), comment: z.string().max(4000).default('') }),
    status: 201,
    reply: dataWorkSchema,
  },
  loadData: {
    method: 'GET',
    path: `${apiBase}/data/:dataId`,
    tag: 'data',
    summary: 'How far filling or looking through is',
    params: z.object({ dataId: z.string() }),
    status: 200,
    reply: dataWorkSchema,
  },
  listData: {
    method: 'GET',
    path: `${apiBase}/data`,
    tag: 'data',
    summary: 'What was filled and looked through, newest first',
    query: z.object({ environment: z.string().optional() }),
    status: 200,
    reply: dataListSchema,
  },
  proposeDataRules: {
    method: 'GET',
    path: `${apiBase}/masking-rules`,
    tag: 'data',
    summary: 'Masking rules to begin with, for the tables of an environment or of a solution',
    query: z.object({
      subject: z.string().min(1).describe('Id of an environment, or unique name of a solution.'),
      locale: z.string().default('en'),
    }),
    status: 200,
    reply: proposedRulesSchema,
  },
} as const satisfies Readonly<Record<string, Route>>
