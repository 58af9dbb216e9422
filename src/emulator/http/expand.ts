import type { Expand } from '../odata/query.ts'
import { onlySelectAndFilter } from '../odata/query.ts'
import { notSupported, syntaxError, unknownProperty } from '../odata/refuse.ts'
import type { Reading } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import { lookupNavigation } from '../tables/table.ts'
import { checkSelect } from './present.ts'
import { checkSelection } from './select-rows.ts'

/** Throws 400 or 501 for an expansion that cannot be shown, before any row is read. */
export function checkExpand(reading: Reading, table: Table, items: readonly Expand[], isInside = false): void {
  for (const item of items) {
    const isManyToMany = table.manyToMany?.some(({ name }) => name === item.name) === true
    if (isManyToMany && (isInside || item.expand.length > 0))
      throw syntaxError(
        `The navigation property '${item.name}' cannot be expanded. Only many-to-one relationships are supported for nested expansion.`,
      )
    const other = reading.requireTable(expandedTable(reading, table, item), '$expand into')
    checkSelect(other, item.select)
    checkSelection(reading, other, item)
    checkExpand(reading, other, item.expand, true)
  }
}

function expandedTable(reading: Reading, table: Table, item: Expand): string {
  const collection = reading.collectionTable(table, item.name)
  if (collection !== undefined) return collection
  const target = lookupNavigation(table, item.name)?.tables[0]
  if (target === undefined) throw unknownProperty(item.name, table.logicalName)
  if (item.orderBy.length > 0 || item.top !== undefined) throw onlySelectAndFilter()
  if (item.filter !== undefined) throw notSupported(`$filter in $expand of '${item.name}', which leads to one row`)
  return target
}
