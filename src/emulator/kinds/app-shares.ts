import type { ReadTransaction, Transaction } from '../store/store.ts'

export const appRoles = ['CanView', 'CanViewWithShare', 'CanEdit'] as const

/** One principal that a canvas app is shared with. Shares are Power Apps' own: no table of Dataverse shows them. */
export interface AppShare {
  /** Entra object id; of everybody, that of the tenant. */
  readonly principalId: string
  readonly type: 'User' | 'Group' | 'Tenant'
  readonly email?: string
  readonly roleName: (typeof appRoles)[number]
  /** ISO instant. */
  readonly createdOn: string
  /** Entra object id. */
  readonly createdBy: string
}

/** By the app's id: an app that is removed and comes again has another. */
const table = '~appshare'

export function appShares(tx: ReadTransaction, appId: string): readonly AppShare[] {
  // Rows of this table are written by putAppShares only.
  return (tx.get(table, appId)?.['shares'] as readonly AppShare[] | undefined) ?? []
}

export function putAppShares(tx: Transaction, appId: string, shares: readonly AppShare[]): void {
  tx.put(table, appId, { shares })
}
