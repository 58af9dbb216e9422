import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import type { Principal } from './role-assignments.ts'

/** Bits of the enumeration AccessRights (reference of the Web API). */
export const accessRights = {
  ReadAccess: 1,
  WriteAccess: 2,
  AppendAccess: 4,
  AppendToAccess: 16,
  CreateAccess: 32,
  DeleteAccess: 65_536,
  ShareAccess: 262_144,
  AssignAccess: 524_288,
} as const

export type AccessRight = keyof typeof accessRights

/** A row of a table, as shares name it. */
export interface SharedRow {
  readonly table: string
  readonly id: string
}

interface Make {
  readonly at: string
  guid(): string
}

// Rows `<object> <principal>`.
const table = 'principalobjectaccess'

export function sharesOf(tx: ReadTransaction, objectId: string): readonly Row[] {
  return tx.range(table, { prefix: `${objectId} ` }).map(({ row }) => row)
}

/** Gives a user or team exactly these rights to a row; none take the row from it. */
export function setShare(
  tx: Transaction,
  of: SharedRow,
  share: { readonly principal: Principal; readonly mask: number },
  make: Make,
): void {
  const key = `${of.id} ${share.principal.id}`
  if (share.mask === 0) {
    tx.remove(table, key)
    return
  }
  putRow(tx, table, key, {
    principalobjectaccessid: tx.get(table, key)?.['principalobjectaccessid'] ?? make.guid(),
    objectid: of.id,
    objecttypecode: of.table,
    principalid: share.principal.id,
    principaltypecode: share.principal.table,
    accessrightsmask: share.mask,
    inheritedaccessrightsmask: 0,
    changedon: make.at,
  })
}

/** The rights to a row that were given to any of these users and teams; 0 for none. */
export function sharedMask(tx: ReadTransaction, objectId: string, principals: readonly string[]): number {
  return principals.reduce((mask, id) => mask | Number(tx.get(table, `${objectId} ${id}`)?.['accessrightsmask'] ?? 0), 0)
}

/** Ends all sharing of a row: it is gone. */
export function removeShares(tx: Transaction, objectId: string): void {
  for (const { id } of tx.range(table, { prefix: `${objectId} ` })) tx.remove(table, id)
}

// Read, write, append, append to, delete and share: which rights a co-owner holds is unverified.
const coOwnerMask = 1 + 2 + 4 + 16 + 65_536 + 262_144

/** Who owned a cloud flow stays its co-owner when it is given to somebody else (facts-2 §3.4). */
export function keepCoOwner(tx: Transaction, flow: Row, given: Make & { readonly owner: string }): void {
  const old = flow['ownerid']
  const of = { table: 'workflow', id: String(flow['workflowid']) }
  if (typeof old !== 'string' || old === given.owner) return
  setShare(tx, of, { principal: { table: 'systemuser', id: given.owner }, mask: 0 }, given)
  const mask = sharedMask(tx, of.id, [old]) | coOwnerMask
  setShare(tx, of, { principal: { table: 'systemuser', id: old }, mask }, given)
}
