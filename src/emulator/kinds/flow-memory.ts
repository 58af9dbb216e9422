import type { ReadTransaction, Transaction } from '../store/store.ts'

/** What is known of a cloud flow beyond its row. */
export interface FlowMemory {
  /** Whether it was ever on: only then may other flows run it. */
  readonly wasPublished: boolean
}

const table = '~flow'

export function flowMemory(tx: ReadTransaction, id: string): FlowMemory {
  // Rows of this table are written by rememberFlow only.
  return (tx.get(table, id) as unknown as FlowMemory | undefined) ?? { wasPublished: false }
}

export function rememberFlow(tx: Transaction, id: string, memory: FlowMemory): void {
  tx.put(table, id, { ...memory })
}

export function forgetFlow(tx: Transaction, id: string): void {
  tx.remove(table, id)
}
