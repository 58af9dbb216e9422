import { z } from 'zod'
import { list } from './schema-parts.ts'

export const reasonSchema = z.object({
  subject: z.string().describe('What it concerns, by name.'),
  message: z.string(),
})

/** A domain's "no", as data. */
export const refusalSchema = z.object({
  code: z.string(),
  message: z.string(),
  hint: z.string(),
  reasons: list(reasonSchema),
})

/** The body of every reply that is not a success. */
export const problemSchema = z
  .object({
    error: z.object({
      code: z.string().describe('Stable code, see docs/reference/errors.md; for refusals the rule or cause that said no.'),
      message: z.string().describe('What happened, and to what.'),
      hint: z.string().describe('What to do next.'),
      reasons: list(reasonSchema).describe('The single reasons, each naming the thing it concerns.'),
      id: z.string().optional().describe('For unexpected errors: the id under which the server logged it.'),
    }),
  })
  .meta({ id: 'Problem' })

export type Problem = z.output<typeof problemSchema>
