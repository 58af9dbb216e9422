import type { ReadTransaction, Transaction } from '../store/store.ts'

/** What is known of a cloud flow beyond its row. */
export interface FlowMemory {
  /** Whether it was ever on: only then may other flows run it. */
  readonly wasPublished: boolean
  /** Ids of the users that owned it before (facts-2 §3.4: the old owner stays as co-owner). */
  readonly coOwners: readonly string[]
}

const table = '~flow'

export function flowMemory(tx: ReadTransaction, id: string): FlowMemory {
  // Rows of this table are written by rememberFlow only.
  return { wasPublished: false, coOwners: [], ...(tx.get(table, id) as Partial<FlowMemory> | undefined) }
}

export function rememberFlow(tx: Transaction, id: string, more: Partial<FlowMemory>): void {
  tx.put(table, id, { ...flowMemory(tx, id), ...more })
}

export function forgetFlow(tx: Transaction, id: string): void {
  tx.remove(table, id)
}
