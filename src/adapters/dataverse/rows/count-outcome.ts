import { z } from 'zod'
import { readErrorBody } from '../platform-error.ts'
import { parseJson } from '../token.ts'
import type { BatchAnswer } from '../batch.ts'

/** What became of one query. */
export type Outcome =
  | { readonly kind: 'exact'; readonly n: number }
  | { readonly kind: 'at-least'; readonly n: number }
  /** More rows than an aggregate may examine. */
  | { readonly kind: 'over' }
  /** The service would not aggregate; it may still count rows. */
  | { readonly kind: 'no-aggregate'; readonly why: string }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unasked' }

/** AggregateQueryRecordLimit: 50,000 rows were examined, and there are more (facts-2 §2). */
const limitCode = '0x8004E023'
export const aggregateLimit = 50_000

const aggregateReply = z.object({ value: z.array(z.object({ n: z.number().nullish() })) })
const totalReply = z.object({
  '@Microsoft.Dynamics.CRM.totalrecordcount': z.number(),
  '@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded': z.boolean().nullish(),
})

export function readAggregate(answer: BatchAnswer | undefined): Outcome {
  if (answer === undefined) return { kind: 'unasked' }
  if (answer.status !== 200) return readRefusal(answer)
  const reply = aggregateReply.safeParse(parseJson(answer.text))
  if (!reply.success) return { kind: 'no-aggregate', why: 'its answer cannot be read' }
  return { kind: 'exact', n: reply.data.value.reduce((sum, { n }) => sum + (n ?? 0), 0) }
}

export function readTotal(answer: BatchAnswer | undefined): Outcome {
  if (answer === undefined) return { kind: 'unasked' }
  if (answer.status !== 200) return { kind: 'refused', why: whyOf(answer) }
  const reply = totalReply.safeParse(parseJson(answer.text))
  // -1 says that nobody counted.
  if (!reply.success || reply.data['@Microsoft.Dynamics.CRM.totalrecordcount'] < 0) return { kind: 'refused', why: 'it gave no count' }
  const n = reply.data['@Microsoft.Dynamics.CRM.totalrecordcount']
  return reply.data['@Microsoft.Dynamics.CRM.totalrecordcountlimitexceeded'] === true ? { kind: 'at-least', n } : { kind: 'exact', n }
}

function readRefusal(answer: BatchAnswer): Outcome {
  const code = readErrorBody(answer.text)?.code
  if (code === limitCode) return { kind: 'over' }
  // The right is missing, the table is not there, or nobody answered: asking in another way would not help.
  if ([0, 401, 403, 404, 501].includes(answer.status)) return { kind: 'refused', why: whyOf(answer) }
  return { kind: 'no-aggregate', why: whyOf(answer) }
}

/** Of what the service says only its own words on counting: nothing was sent but names of tables, columns and components. */
export function whyOf(answer: BatchAnswer): string {
  const said = readErrorBody(answer.text)
  const text = said === undefined ? answer.text.slice(0, 200) : `${said.code === undefined ? '' : `${said.code} `}${said.message}`
  const words = text === '' ? '' : `: ${text.endsWith('.') ? text.slice(0, -1) : text}`
  if (answer.status === 0) return `nobody answered${words}`
  if (answer.status === 403) return `Drover's identity may not read it${words}`
  if (answer.status === 404 || answer.status === 501) return `the environment does not offer it${words}`
  return `the environment refused to count it${words}`
}
