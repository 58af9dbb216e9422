import type { ConfigurationPackage, ConfigurationTable } from './configuration-package.ts'
import { carriedColumns, isReferenceValue } from './configuration-package.ts'

/** The tables in the order of loading: as the package says, else what is pointed to before what points to it, else as they stand. */
export function orderTables({ tables, importOrder }: Pick<ConfigurationPackage, 'tables' | 'importOrder'>): readonly ConfigurationTable[] {
  if (importOrder.length > 0) {
    const place = new Map(importOrder.map((name, at) => [name, at]))
    return tables
      .map((table, at) => ({ table, at, place: place.get(table.name) ?? importOrder.length }))
      .sort((a, b) => a.place - b.place || a.at - b.at)
      .map(({ table }) => table)
  }
  const ordered: ConfigurationTable[] = []
  let open = [...tables]
  while (open.length > 0) {
    const names = new Set(open.map(({ name }) => name))
    const free = open.filter((table) => ![...pointsTo(table)].some((target) => target !== table.name && names.has(target)))
    // Where tables point to each other in a ring, any of them comes first: what cannot be set yet is set afterwards.
    const next = free.length > 0 ? free : open.slice(0, 1)
    ordered.push(...next)
    open = open.filter((table) => !next.includes(table))
  }
  return ordered
}

/** Tables that the rows of this one point to. */
function pointsTo(table: ConfigurationTable): ReadonlySet<string> {
  const columns = carriedColumns(table).map(({ name }) => name)
  const targets = new Set<string>()
  for (const row of table.rows)
    for (const name of columns) {
      const value = row.values[name]
      if (isReferenceValue(value)) targets.add(value.table)
    }
  return targets
}
