import { busyTables } from '../store/busy-rows.ts'
import type { ReadTransaction, Transaction } from '../store/store.ts'

const table = busyTables.objects
/** Rows of folders made before object ids were kept together: one for each. */
const oldTable = '~object'
/** Of an object id, what names its row: sixteen ids that were made one after the other share one (they rise), all others have their own. */
const prefixLength = 7

/** The component id (`kind:key`) of an object id in lower case. */
export function findObject(tx: ReadTransaction, objectId: string): string | undefined {
  const entries = entriesOf(tx, objectId)
  const at = placeOf(entries, objectId)
  const found = at < 0 ? tx.get(oldTable, objectId)?.component : entries[at + 1]
  return typeof found === 'string' ? found : undefined
}

export function putObject(tx: Transaction, objectId: string, component: string): void {
  const entries = entriesOf(tx, objectId)
  const at = placeOf(entries, objectId)
  if (at >= 0 && entries[at + 1] === component) return
  save(tx, objectId, at < 0 ? [...entries, objectId, component] : entries.with(at + 1, component))
}

export function removeObject(tx: Transaction, objectId: string): void {
  tx.remove(oldTable, objectId)
  const entries = entriesOf(tx, objectId)
  const at = placeOf(entries, objectId)
  if (at >= 0) save(tx, objectId, entries.toSpliced(at, 2))
}

/** Object ids, each followed by its component id. */
function entriesOf(tx: ReadTransaction, objectId: string): readonly string[] {
  // Rows of this table are written by this file only.
  return (tx.get(table, objectId.slice(0, prefixLength))?.entries ?? []) as readonly string[]
}

function placeOf(entries: readonly string[], objectId: string): number {
  for (let at = 0; at < entries.length; at += 2) if (entries[at] === objectId) return at
  return -1
}

function save(tx: Transaction, objectId: string, entries: readonly string[]): void {
  const row = objectId.slice(0, prefixLength)
  if (entries.length === 0) tx.remove(table, row)
  else tx.put(table, row, { entries })
}
