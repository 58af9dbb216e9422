import { z } from 'zod'
import type { EnvironmentId, Instant, PersonId } from '#domain/kernel'
import { id, list } from '../schema-parts.ts'

const findingSchema = z.object({
  table: z.string(),
  column: z.string(),
  id: z.string().describe('Id of the row.'),
  what: z
    .enum(['same-value', 'protected-value', 'email', 'iban', 'phone'])
    .describe(
      'same-value: the row has what it has in the source. protected-value: the text holds a value that the rules protect. Others: it has that form, and no rule put it there.',
    ),
  rule: z.string().describe('What the rules say of the column where it was found.'),
  from: z.string().optional().describe('Table and column of the protected value.'),
})

export const dataWorkSchema = z
  .object({
    request: z.object({
      id: z.string(),
      kind: z.enum(['seed', 'scan']),
      environmentId: id<EnvironmentId>('What is filled, or looked through.'),
      sourceId: id<EnvironmentId>('Where rows are from, or whose values are looked for.').optional(),
      tables: list(z.string()),
      rows: z.int().optional().describe('At most so many of each table; absent: all.'),
      synthetic: z.int().optional().describe('So many rows of each table are made up.'),
      seed: z.string(),
      needsWord: z.boolean().describe('Whether it takes the word of somebody who answers for the data of the source.'),
    }),
    requestedBy: id<PersonId>('Who asked for it.'),
    requestedAt: id<Instant>('When.'),
    decision: z
      .object({ by: id<PersonId>('Who decided.'), at: id<Instant>('When.'), verdict: z.enum(['approve', 'reject']), comment: z.string() })
      .optional(),
    plan: list(
      z.object({
        table: z.string(),
        columns: list(
          z.object({ column: z.string(), rule: z.string(), isNamed: z.boolean().describe('False: by the default of its kind.') }),
        ),
      }),
    ).describe('What becomes of each column.'),
    notes: list(z.string()),
    done: list(
      z.object({
        table: z.string(),
        part: z.enum(['values', 'links']),
        written: z.int(),
        kept: z.int().describe('Rows that were there and stay as they are.'),
        refused: z.int(),
        examples: list(z.object({ id: z.string(), message: z.string() })),
      }),
    ),
    scan: z
      .object({
        rows: z.int(),
        sought: z.int().describe('Hashes of protected values that were looked for.'),
        found: z.int(),
        findings: list(findingSchema).describe('Some of them, by place; never the value.'),
        unread: list(z.string()),
      })
      .optional(),
    status: z.discriminatedUnion('state', [
      z.object({ state: z.literal('waiting') }),
      z.object({ state: z.literal('running') }),
      z.object({ state: z.literal('rejected'), at: id<Instant>('When.') }),
      z.object({ state: z.literal('ended'), at: id<Instant>('When.') }),
      z.object({ state: z.literal('errored'), at: id<Instant>('When.'), code: z.string(), message: z.string() }),
    ]),
  })
  .meta({ id: 'DataWork' })

export const dataListSchema = z.object({ data: list(dataWorkSchema) }).meta({ id: 'DataList' })

export const proposedRulesSchema = z.object({ yaml: z.string().describe('A masking.yaml to begin with.') }).meta({ id: 'ProposedRules' })

export type DataWorkReply = z.output<typeof dataWorkSchema>
