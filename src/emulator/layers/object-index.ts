import { busyTables } from '../store/busy-rows.ts'
import type { PlacedRow, ReadTransaction, Row, Transaction } from '../store/store.ts'

const table = busyTables.objects
/** Rows of folders made before object ids were kept together: one for each. */
const oldTable = '~object'
/** Of an object id, what names its row: sixteen ids that were made one after the other share one, for they rise. */
const madeHere = 7
/** Ids that travel with their component, and so are its key, are as random as can be: 256 rows hold all of them. */
const travelling = 2

/** The component id (`kind:key`) of an object id in lower case. */
export function findObject(tx: ReadTransaction, objectId: string): string | undefined {
  for (const row of rowsOf(objectId)) {
    const entries = entriesOf(tx, row)
    const at = placeOf(entries, objectId)
    if (at >= 0) return entries[at + 1]
  }
  const found = tx.get(oldTable, objectId)?.component
  return typeof found === 'string' ? found : undefined
}

export function putObject(tx: Transaction, objectId: string, component: string): void {
  const row = rowFor(objectId, component)
  const entries = entriesOf(tx, row)
  const at = placeOf(entries, objectId)
  if (at >= 0 && entries[at + 1] === component) return
  save(tx, row, at < 0 ? [...entries, objectId, component] : entries.with(at + 1, component))
}

export function removeObject(tx: Transaction, objectId: string): void {
  tx.remove(oldTable, objectId)
  for (const row of rowsOf(objectId)) {
    const entries = entriesOf(tx, row)
    const at = placeOf(entries, objectId)
    if (at >= 0) save(tx, row, entries.toSpliced(at, 2))
  }
}

/** The rows of this index, from all rows of an environment, as they are when object ids have changed: former id → new one. */
export function renamedObjects(rows: readonly PlacedRow[], ids: ReadonlyMap<string, string>): readonly PlacedRow[] {
  const renamed = new Map<string, string[]>()
  for (const { row } of rows.filter((placed) => placed.table === table)) {
    const entries = entriesIn(row)
    for (let at = 0; at < entries.length; at += 2) {
      const [former = '', component = ''] = entries.slice(at, at + 2)
      const id = ids.get(former) ?? former
      const name = rowFor(id, component)
      renamed.set(name, [...(renamed.get(name) ?? []), id, component])
    }
  }
  return [...renamed].map(([id, entries]) => ({ table, id, row: { entries } }))
}

function rowFor(objectId: string, component: string): string {
  return objectId.slice(0, component.endsWith(objectId) ? travelling : madeHere)
}

/** Where it may stand: earlier versions kept ids that travel as those that are made here. */
function rowsOf(objectId: string): readonly string[] {
  return [objectId.slice(0, madeHere), objectId.slice(0, travelling)]
}

/** Object ids, each followed by its component id. */
function entriesOf(tx: ReadTransaction, row: string): readonly string[] {
  return entriesIn(tx.get(table, row))
}

function entriesIn(row: Row | undefined): readonly string[] {
  // Rows of this table are written by this file only.
  return (row?.entries ?? []) as readonly string[]
}

function placeOf(entries: readonly string[], objectId: string): number {
  for (let at = 0; at < entries.length; at += 2) if (entries[at] === objectId) return at
  return -1
}

function save(tx: Transaction, row: string, entries: readonly string[]): void {
  if (entries.length === 0) tx.remove(table, row)
  else tx.put(table, row, { entries })
}
