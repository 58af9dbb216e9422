import { errorMessage } from '#domain/kernel'
import type { DataverseClient } from '../client.ts'
import type { Found } from './count.ts'
import type { CountSession } from './count-budget.ts'
import { readAggregate } from './count-outcome.ts'
import { aggregateXml, fetchPath } from './count-query.ts'
import type { PairDefinition } from './definitions.ts'
import { entityRequest, parseEntity } from './definitions.ts'
import { readPairPages } from './pairs.ts'

/** Pages of pairs that are read at most only to count them; what is more is a lower bound. */
const mostPages = 5

/** Counts the rows of the table that joins two others; where that has no set of its own, by reading the pairs. */
export async function countPairs(client: DataverseClient, session: CountSession, pair: PairDefinition): Promise<Found | undefined> {
  const answers = await session.ask([pair.intersect, pair.first.table, pair.second.table].map(entityRequest))
  if (answers.some((answer) => answer === undefined)) return undefined
  const [own, first, second] = answers.map(parseEntity)
  if (own !== undefined) {
    const query = { setName: own.setName, table: own.table, column: pair.first.column, conditions: [], links: '', isWholeTable: false }
    const [answer] = await session.ask([{ method: 'GET', path: fetchPath(query, aggregateXml(query)) }])
    const outcome = readAggregate(answer)
    if (outcome.kind === 'exact') return { kind: 'exact', n: outcome.n, method: 'counted now' }
    if (outcome.kind === 'over') return { kind: 'at-least', n: 50_001, method: 'counted now, as far as the environment counts' }
  }
  if (first === undefined || second === undefined)
    return { kind: 'unknown', why: `the environment does not show relationship ${pair.schemaName}` }
  return countByReading(client, session, { pair, first, second })
}

async function countByReading(client: DataverseClient, session: CountSession, of: Parameters<typeof readPairPages>[1]): Promise<Found> {
  const seen = new Set<string>()
  let pages = 0
  let isWhole = true
  function mayAsk(): boolean {
    isWhole = pages < mostPages && session.take()
    pages++
    return isWhole
  }
  try {
    for await (const page of readPairPages(client, of, mayAsk)) for (const { first, second } of page) seen.add(`${first} ${second}`)
  } catch (error) {
    return { kind: 'unknown', why: errorMessage(error) }
  }
  const n = seen.size
  return isWhole
    ? { kind: 'exact', n, method: 'read and counted now' }
    : { kind: 'at-least', n, method: 'read and counted now, as far as the requests reached' }
}
