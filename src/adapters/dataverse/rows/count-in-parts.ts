import { z } from 'zod'
import { parseJson } from '../token.ts'
import type { BatchAnswer } from '../batch.ts'
import type { CountSession } from './count-budget.ts'
import { aggregateLimit, readAggregate } from './count-outcome.ts'
import type { CountQuery } from './count-query.ts'
import { aggregateXml, condition, edgeXml, fetchPath } from './count-query.ts'

/** What counting in parts came to: whole, or so much of it as the budget allowed. */
export interface PartsCount {
  readonly n: number
  readonly parts: number
  readonly isWhole: boolean
}

interface Range {
  readonly query: number
  readonly fromMs: number
  readonly untilMs: number
}

interface Tally {
  n: number
  parts: number
  isWhole: boolean
}

/** So many rows in a part at first, as far as they lie evenly: half of what an aggregate may examine. */
const rowsInPart = aggregateLimit / 2
const mostFirstParts = 400
/** Creation dates are kept by the second. */
const narrowestMs = 1000

const edgeReply = z.object({ value: z.array(z.object({ createdon: z.string().nullish() })) })

/**
 * Counts what is too much for one aggregate by ranges of the creation date, halving those that are still too much (facts-2 §2). All queries
 * take turns, so that the budget is shared. Rows that have no creation date are counted apart.
 */
export async function countInParts(
  session: CountSession,
  queries: readonly { readonly query: CountQuery; readonly estimate: number | undefined }[],
): Promise<readonly PartsCount[]> {
  const tallies = queries.map((): Tally => ({ n: 0, parts: 0, isWhole: true }))
  let pending = await firstRanges(session, queries, tallies)
  while (pending.length > 0 && session.left > 0) {
    const answers = await session.ask(pending.map((range) => rangeRequest(queries, range)))
    pending = takeTurns(pending.flatMap((range, at) => settle(range, answers[at], tallies)))
  }
  for (const { query } of pending) markPartial(tallies[query])
  // It was over the limit, however little of it was counted.
  return tallies.map((tally) => ({ ...tally, n: tally.isWhole ? tally.n : Math.max(tally.n, aggregateLimit + 1) }))
}

async function firstRanges(
  session: CountSession,
  queries: readonly { readonly query: CountQuery; readonly estimate: number | undefined }[],
  tallies: readonly Tally[],
): Promise<readonly Range[]> {
  const answers = await session.ask(
    queries.flatMap(({ query }) => [
      { method: 'GET' as const, path: fetchPath(query, edgeXml(query, 'first')) },
      { method: 'GET' as const, path: fetchPath(query, edgeXml(query, 'last')) },
      { method: 'GET' as const, path: fetchPath(query, aggregateXml(query, [condition('createdon', 'null')])) },
    ]),
  )
  const ranges = queries.map(({ estimate }, index) => {
    const [first, last] = [edgeOf(answers[index * 3]), edgeOf(answers[index * 3 + 1])]
    const undated = readAggregate(answers[index * 3 + 2])
    const tally = tallies[index]
    if (tally !== undefined && undated.kind === 'exact') tally.n += undated.n
    else markPartial(tally)
    if (first === undefined || last === undefined) {
      markPartial(tally)
      return []
    }
    const parts = Math.min(mostFirstParts, Math.max(2, Math.ceil((estimate ?? 0) / rowsInPart)))
    return cut({ query: index, fromMs: first, untilMs: last + narrowestMs }, parts)
  })
  return takeTurns(ranges.flat())
}

function settle(range: Range, answer: BatchAnswer | undefined, tallies: readonly Tally[]): readonly Range[] {
  const tally = tallies[range.query]
  const outcome = readAggregate(answer)
  if (tally === undefined) return []
  if (outcome.kind === 'unasked') return [range]
  if (outcome.kind === 'exact') {
    tally.n += outcome.n
    tally.parts++
    return []
  }
  if (outcome.kind === 'over' && range.untilMs - range.fromMs > narrowestMs) return cut(range, 2)
  // More rows of one second than can be counted, or a refusal.
  if (outcome.kind === 'over') tally.n += aggregateLimit + 1
  markPartial(tally)
  return []
}

function rangeRequest(queries: readonly { readonly query: CountQuery }[], range: Range) {
  const query = queries[range.query]?.query
  if (query === undefined) throw new RangeError(`There is no query ${range.query}.`)
  const between = [
    condition('createdon', 'ge', new Date(range.fromMs).toISOString()),
    condition('createdon', 'lt', new Date(range.untilMs).toISOString()),
  ]
  return { method: 'GET' as const, path: fetchPath(query, aggregateXml(query, between)) }
}

/** Whole seconds, without gap or overlap. */
function cut(range: Range, parts: number): readonly Range[] {
  const seconds = Math.ceil((range.untilMs - range.fromMs) / narrowestMs)
  const step = Math.max(1, Math.ceil(seconds / parts)) * narrowestMs
  const ranges: Range[] = []
  for (let fromMs = range.fromMs; fromMs < range.untilMs; fromMs += step)
    ranges.push({ ...range, fromMs, untilMs: Math.min(fromMs + step, range.untilMs) })
  return ranges
}

/** One range of each query after the other. */
function takeTurns(ranges: readonly Range[]): readonly Range[] {
  const turns = new Map<number, number>()
  return ranges
    .map((range) => {
      const turn = turns.get(range.query) ?? 0
      turns.set(range.query, turn + 1)
      return { range, turn }
    })
    .sort((a, b) => a.turn - b.turn)
    .map(({ range }) => range)
}

function edgeOf(answer: BatchAnswer | undefined): number | undefined {
  if (answer?.status !== 200) return undefined
  const reply = edgeReply.safeParse(parseJson(answer.text))
  const at = reply.success ? Date.parse(reply.data.value[0]?.createdon ?? '') : Number.NaN
  return Number.isNaN(at) ? undefined : Math.floor(at / narrowestMs) * narrowestMs
}

function markPartial(tally: Tally | undefined): void {
  if (tally !== undefined) tally.isWhole = false
}
