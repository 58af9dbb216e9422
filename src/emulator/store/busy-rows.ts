import { holdWrites } from './held-writes.ts'
import type { Transaction } from './store.ts'

/** Tables whose rows an import would write anew with every component, or with every few. */
export const busyTables = { counters: '~counter', stamps: '~stamp', objects: '~objects' } as const

/** Of the stamps, the one that names the environment's line of time: it never comes along from elsewhere, nor back from the past. */
export const timelineRow = 'timeline'

/** Does `work`, and writes the rows of the busy tables once, when it is done. What throws writes none of them. */
export function writeBusyRowsLast<T>(ground: Transaction, work: (tx: Transaction) => T): T {
  const busy = holdWrites(ground)
  const placeOf = (table: string): Transaction => (isBusy(table) ? busy.tx : ground)
  const result = work({
    ...ground,
    get: (table, id) => placeOf(table).get(table, id),
    list: (table) => placeOf(table).list(table),
    range: (table, from) => placeOf(table).range(table, from),
    put: (table, ...row) => placeOf(table).put(table, ...row),
    remove: (table, id) => placeOf(table).remove(table, id),
  })
  busy.writeDown(ground)
  return result
}

function isBusy(table: string): boolean {
  return names.has(table)
}

const names: ReadonlySet<string> = new Set(Object.values(busyTables))
