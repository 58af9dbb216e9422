import { busyTables } from './busy-rows.ts'
import type { ReadTransaction, Row, Transaction } from './store.ts'

/** Writes a row with the next version number of the environment, from which ETags are made. */
export function putRow(tx: Transaction, table: string, id: string, row: Row): void {
  tx.put(table, id, { ...row, versionnumber: nextNumber(tx, 'version') })
}

/** Merges values into a row that exists; does nothing when it does not. */
export function patchRow(tx: Transaction, table: string, id: string, values: Row): void {
  const row = tx.get(table, id)
  if (row !== undefined) putRow(tx, table, id, { ...row, ...values })
}

/** The number that {@link nextNumber} gave last. */
export function currentNumber(tx: ReadTransaction, name: string): number {
  return Number(tx.get(busyTables.counters, name)?.value ?? 1_000_000)
}

/** A number that rises by one with each call, per environment and name. */
export function nextNumber(tx: Transaction, name: string): number {
  const value = currentNumber(tx, name) + 1
  tx.put(busyTables.counters, name, { value })
  return value
}
