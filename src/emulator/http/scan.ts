import { countCap } from '../odata/limits.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { findRow } from '../tables/rows.ts'
import type { ApiCall } from './api-call.ts'
import type { Page } from './page.ts'
import { lostPlace, pageOf, portionOf } from './page.ts'
import type { Choosing } from './select-rows.ts'
import { inOrder, orderKeys, passingRows } from './select-rows.ts'

/** Reads the rows behind an id, in the order of ids. */
export type Scan = (tx: ReadTransaction, after: string | undefined) => Iterable<Row>

/**
 * A page of a table that can be read from any place on. Without an order nothing before the page is read again; in an order the ids are
 * sorted once and kept for the pages that follow, until a row of the environment changes. Of the rows no more than the page is held.
 */
export function scanPage(call: ApiCall, scan: Scan, choosing: Choosing): Page {
  const walk = walkOf(call)
  if (call.query.isCounted) walk.total ??= countPassing(scan, choosing, countCap)
  return choosing.orderBy.length === 0 ? plainPage(call, scan, { choosing, walk }) : orderedPage(call, scan, { choosing, walk })
}

/** How many rows pass, not counted far beyond `cap`. */
export function countPassing(scan: Scan, choosing: Choosing, cap: number): number {
  let count = 0
  for (const _row of passingRows(scan(choosing.reading.tx, undefined), choosing)) if (++count > cap) break
  return count
}

interface Walking {
  readonly choosing: Choosing
  readonly walk: Walk
}

function plainPage(call: ApiCall, scan: Scan, { choosing, walk }: Walking): Page {
  const portion = portionOf(call)
  const rows: Row[] = []
  let hasMore = false
  for (const row of passingRows(scan(choosing.reading.tx, portion.after), choosing)) {
    hasMore = rows.length === portion.size
    if (hasMore) break
    rows.push(row)
  }
  return pageOf(call, portion, { table: choosing.table, rows, hasMore, total: walk.total ?? 0 })
}

function orderedPage(call: ApiCall, scan: Scan, { choosing, walk }: Walking): Page {
  const portion = portionOf(call)
  const ids = (walk.ids ??= orderedIds(scan, choosing))
  const start = portion.after === undefined ? 0 : ids.indexOf(portion.after) + 1
  if (portion.after !== undefined && start === 0) throw lostPlace()
  const { reading, table } = choosing
  const rows = ids.slice(start, start + portion.size).flatMap((id): readonly Row[] => {
    const row = findRow(reading.tx, table, id)
    return row === undefined ? [] : [row]
  })
  return pageOf(call, portion, { table, rows, hasMore: start + portion.size < ids.length, total: walk.total ?? 0 })
}

function orderedIds(scan: Scan, choosing: Choosing): readonly string[] {
  const { reading, table, orderBy } = choosing
  const keyed: { readonly id: string; readonly keys: ReturnType<typeof orderKeys> }[] = []
  for (const row of passingRows(scan(reading.tx, undefined), choosing))
    keyed.push({ id: String(row[table.primaryId]), keys: orderKeys(row, choosing) })
  return inOrder(keyed, orderBy).map(({ id }) => id)
}

/** What the pages of one query share. */
interface Walk {
  ids?: readonly string[]
  total?: number
}

/** Queries whose pages are asked for at a time in one environment; the one begun longest ago is worked out again. */
const mostWalks = 4

// Begins anew with every first page, so that what a query says of the present moment is of that moment.
function walkOf(call: ApiCall): Walk {
  const { env, caller } = call.context
  const walks = env.remembered('walks', () => new Map<string, Walk>())
  const query = [...call.url.searchParams].filter(([name]) => name.toLowerCase() !== '$skiptoken')
  const key = JSON.stringify([caller.userId, caller.acting?.userId, call.url.pathname, query])
  const known = call.query.skipToken === undefined ? undefined : walks.get(key)
  if (known !== undefined) return known
  const walk: Walk = {}
  walks.delete(key)
  walks.set(key, walk)
  const [oldest] = walks.size > mostWalks ? walks.keys() : []
  if (oldest !== undefined) walks.delete(oldest)
  return walk
}
