import type { ConfigurationPackage, DecidedRow } from '#domain/data'
import { carriedColumns, referenceKey, sameValue } from '#domain/data'
import type { Reason } from '#domain/kernel'
import type { LoadingRun } from '../promotion/run.ts'
import { fetchRows } from './configuration-facts.ts'

/** Reads every row back that is not kept as the target has it, and tells which differ from the package, by columns and never by values. */
export async function verifyRows(run: LoadingRun, pack: ConfigurationPackage, decided: readonly DecidedRow[]): Promise<readonly Reason[]> {
  const kept = new Set(decided.filter(({ deed }) => deed === 'keep').map(referenceKey))
  const found = await fetchRows(
    run.target,
    pack,
    pack.tables.map(({ name }) => ({ table: name })),
  )
  const rows = pack.tables.flatMap((table) =>
    table.rows.flatMap((row): Reason[] => {
      const key = referenceKey({ table: table.name, id: row.id })
      if (kept.has(key)) return []
      const subject = `${table.name} ${row.id}`
      const there = found.get(key)
      if (there === undefined) return [{ subject, message: 'The row is not there.' }]
      const columns = carriedColumns(table)
        .filter(({ name, type }) => !((type === 'state' || type === 'status') && row.values[name] === undefined))
        .filter(({ name }) => !sameValue(row.values[name], there.values[name]))
        .map(({ name }) => name)
      const links = table.links
        .map(({ relationship }) => relationship)
        .filter((name) => [...(row.links[name] ?? [])].sort().join() !== [...(there.links[name] ?? [])].sort().join())
      const differing = [...columns, ...links]
      return differing.length === 0 ? [] : [{ subject, message: `Other than the package says: ${differing.join(', ')}.` }]
    }),
  )
  const left = pack.deletes
    .filter((one) => found.has(referenceKey(one)))
    .map(({ table, id }) => ({ subject: `${table} ${id}`, message: 'It was to be deleted, and is still there.' }))
  return [...rows, ...left]
}
