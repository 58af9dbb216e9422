import type { Circumstances } from '../odata/conditions.ts'
import type { Scalar } from '../odata/compare.ts'
import { compareScalars } from '../odata/compare.ts'
import { checkFilter, evaluateFilter } from '../odata/evaluate.ts'
import type { Filter } from '../odata/filter.ts'
import type { OrderBy } from '../odata/query.ts'
import type { Row } from '../store/store.ts'
import type { Reading } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import type { ApiCall } from './api-call.ts'

/** Which rows, and in which order. */
export interface Selection {
  readonly filter: Filter | undefined
  readonly orderBy: readonly OrderBy[]
}

/** Throws 400 for a filter or an order that names what the table does not have, before any row is read. */
export function checkSelection(reading: Reading, table: Table, { filter, orderBy }: Selection): void {
  const types = reading.types(table)
  if (filter !== undefined) checkFilter(filter, types)
  for (const { path } of orderBy) types.typeOf(path)
}

export interface Choosing extends Selection {
  readonly reading: Reading
  readonly table: Table
  readonly circumstances: Circumstances
}

/** The rows that pass, in order; rows of equal order by id. */
export function chooseRows(rows: readonly Row[], choosing: Choosing): readonly Row[] {
  const { filter, orderBy, table } = choosing
  const chosen = filter === undefined ? rows : [...passingRows(rows, choosing)]
  if (orderBy.length === 0) return chosen
  const keyed = chosen.map((row) => ({ row, id: String(row[table.primaryId]), keys: orderKeys(row, choosing) }))
  return inOrder(keyed, orderBy).map(({ row }) => row)
}

/** The rows that pass, as they come. */
export function* passingRows(rows: Iterable<Row>, { reading, table, filter, circumstances }: Choosing): Iterable<Row> {
  for (const row of rows) if (filter === undefined || evaluateFilter(filter, reading.view(table, row), circumstances)) yield row
}

/** What a row is ordered by. */
export function orderKeys(row: Row, { reading, table, orderBy }: Choosing): readonly Scalar[] {
  const view = reading.view(table, row)
  return orderBy.map(({ path }) => view.value(path))
}

/** Sorts in place. */
export function inOrder<T extends { readonly id: string; readonly keys: readonly Scalar[] }>(keyed: T[], orderBy: readonly OrderBy[]): T[] {
  keyed.sort((a, b) => {
    for (const [at, { isDescending }] of orderBy.entries()) {
      const order = compareScalars(a.keys[at], b.keys[at])
      if (order !== 0) return isDescending ? -order : order
    }
    return compareScalars(a.id, b.id)
  })
  return keyed
}

/** What the conditions of a request may ask for; the caller's business unit is read when one does. */
export function circumstancesOf(call: ApiCall): Circumstances {
  const { env, caller } = call.context
  return {
    now: call.context.now(),
    userId: caller.userId,
    get businessUnitId() {
      const id = env.read((tx) => tx.get('systemuser', caller.userId)?.['businessunitid'])
      return typeof id === 'string' ? id : undefined
    },
  }
}
