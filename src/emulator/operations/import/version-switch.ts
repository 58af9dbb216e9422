import type { ReadTransaction, Transaction } from '../../store/store.ts'

const table = '~setting'
const name = 'managedUpdateMayFall'

/**
 * Whether a plain managed update may bring an equal or lower version: reports of the service contradict each other, so it is a switch of
 * the environment, off from the start. An upgrade never may (facts-2 §1.1).
 */
export function mayManagedUpdateFall(tx: ReadTransaction): boolean {
  return tx.get(table, name)?.value === true
}

export function setManagedUpdateMayFall(tx: Transaction, value: boolean): void {
  tx.put(table, name, { value })
}
