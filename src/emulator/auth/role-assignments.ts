import type { ReadTransaction, Transaction } from '../store/store.ts'

export interface Principal {
  readonly table: 'systemuser' | 'team'
  readonly id: string
}

// Rows `<principal> <role>` of the intersect tables.
const intersect = { systemuser: 'systemuserroles', team: 'teamroles' } as const

export function assignRole(tx: Transaction, to: Principal, roleId: string): void {
  tx.put(intersect[to.table], `${to.id} ${roleId}`, { [`${to.table}id`]: to.id, roleid: roleId })
}

export function withdrawRole(tx: Transaction, from: Principal, roleId: string): void {
  tx.remove(intersect[from.table], `${from.id} ${roleId}`)
}

export function roleIdsOf(tx: ReadTransaction, principal: Principal): readonly string[] {
  return tx.range(intersect[principal.table], { prefix: `${principal.id} ` }).map(({ row }) => String(row['roleid']))
}

export function holdersOf(tx: ReadTransaction, kind: Principal['table'], roleId: string): readonly string[] {
  return tx.list(intersect[kind]).flatMap((row) => (row['roleid'] === roleId ? [String(row[`${kind}id`])] : []))
}

/** Takes a role from all who hold it: its assignments vanish with it (release-facts §5). */
export function withdrawFromAll(tx: Transaction, roleId: string): void {
  for (const table of ['systemuser', 'team'] as const) {
    for (const id of holdersOf(tx, table, roleId)) withdrawRole(tx, { table, id }, roleId)
  }
}
