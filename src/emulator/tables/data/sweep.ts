import type { ForgottenData } from '../../kinds/data-definitions.ts'
import { endForgotten, listForgotten, putForgotten } from '../../kinds/data-definitions.ts'
import type { StoredRow, Transaction } from '../../store/store.ts'
import { defineTable } from './define.ts'
import { pairStore } from './pairs.ts'
import { keyStore, linkStore } from './row-store.ts'

/** Rows that one write touches at most for what was deleted before it: a write stays short however much was left behind. */
const maxSwept = 20_000

/**
 * Removes from disk what belonged to deleted tables, columns, keys and relationships, as far as one write goes. Nothing of it could be
 * read any more: all data is kept under the ids of its definitions.
 */
export function sweep(tx: Transaction, limit = maxSwept): void {
  let left = limit
  for (const data of listForgotten(tx)) {
    if (left <= 0) return
    left -= data.kind === 'Attribute' ? sweepColumn(tx, data, left) : sweepStores(tx, data, left)
  }
}

function sweepStores(tx: Transaction, data: ForgottenData, limit: number): number {
  let removed = 0
  for (const store of [`~data ${data.id}`, keyStore(data.id), pairStore(data.id)]) {
    const rows = tx.range(store, { limit: limit - removed })
    for (const { id } of rows) tx.remove(store, id)
    removed += rows.length
  }
  if (removed < limit) endForgotten(tx, data)
  return removed
}

/** Takes a column's values out of the rows of its table, from where the last write stopped. */
function sweepColumn(tx: Transaction, data: ForgottenData, limit: number): number {
  const table = defineTable(tx, data.key.slice(0, data.key.indexOf('.')))
  const links = tx.range(linkStore(data.id), { limit })
  for (const { id } of links) tx.remove(linkStore(data.id), id)
  const room = limit - links.length
  const rows = table === undefined ? [] : tx.range(table.store, { limit: room, ...(data.after === undefined ? {} : { after: data.after }) })
  for (const row of rows) dropValue(tx, { store: table?.store ?? '', key: `~${data.id}` }, row)
  const last = rows.at(-1)?.id
  if (links.length + rows.length < limit) endForgotten(tx, data)
  else if (last !== undefined) putForgotten(tx, { ...data, after: last })
  return links.length + rows.length
}

function dropValue(tx: Transaction, from: { readonly store: string; readonly key: string }, { id, row }: StoredRow): void {
  if (!(from.key in row)) return
  const kept = Object.entries(row).filter(([name]) => name !== from.key && name !== `${from.key}~type`)
  tx.put(from.store, id, Object.fromEntries(kept))
}
