import type { Expand } from '../odata/query.ts'
import { syntaxError, unknownProperty } from '../odata/refuse.ts'
import type { Reading } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import { lookupNavigation } from '../tables/table.ts'
import { checkSelect } from './present.ts'
import { checkSelection } from './select-rows.ts'

/** Throws 400 or 501 for an expansion that cannot be shown, before any row is read. */
export function checkExpand(reading: Reading, table: Table, items: readonly Expand[]): void {
  for (const item of items) {
    const other = reading.requireTable(expandedTable(reading, table, item), '$expand into')
    checkSelect(other, item.select)
    checkSelection(reading, other, item)
    checkExpand(reading, other, item.expand)
  }
}

function expandedTable(reading: Reading, table: Table, item: Expand): string {
  const collection = reading.collectionTable(table, item.name)
  if (collection !== undefined) return collection
  const target = lookupNavigation(table, item.name)?.tables[0]
  if (target === undefined) throw unknownProperty(item.name, table.logicalName)
  if (item.filter !== undefined || item.orderBy.length > 0 || item.top !== undefined)
    throw syntaxError(`The options $filter, $orderby and $top of $expand need a collection, and '${item.name}' leads to one row.`)
  return target
}
