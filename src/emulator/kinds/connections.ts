import type { ReadTransaction, Row, Transaction } from '../store/store.ts'

/** A connection of the environment, as the connectivity API shows it (facts-2 §3.1). */
export interface Connection {
  /** Its name: 32 hex digits. */
  readonly name: string
  /** For example /providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps. */
  readonly connectorId: string
  readonly displayName: string
  readonly status: 'Connected' | 'Error'
  /** True when a data policy that blocks its connector disabled it (release-facts §4.3). */
  readonly isDisabled?: boolean
  readonly owner: Principal
  readonly shares: readonly ConnectionShare[]
  readonly createdAt: string
  /** ISO instant of the last change; undefined when there was none. */
  readonly modifiedAt?: string
}

export interface Principal {
  /** Entra object id. */
  readonly objectId: string
  readonly displayName: string
  readonly type: 'User' | 'ServicePrincipal'
}

export interface ConnectionShare {
  readonly principal: Principal
  readonly roleName: 'CanView' | 'CanViewWithShare' | 'CanEdit'
}

const table = '~connection'

export function findConnection(tx: ReadTransaction, name: string): Connection | undefined {
  return toConnection(tx.get(table, name.toLowerCase()))
}

export function listConnections(tx: ReadTransaction): readonly Connection[] {
  return tx.list(table).flatMap((row) => toConnection(row) ?? [])
}

export function putConnection(tx: Transaction, connection: Connection): void {
  tx.put(table, connection.name.toLowerCase(), { ...connection })
}

export function removeConnection(tx: Transaction, name: string): void {
  tx.remove(table, name.toLowerCase())
}

/** Alive, and owned by, or shared with, the identity (facts-2 §3.2). */
export function isUsable(connection: Connection, objectId: string): boolean {
  return connection.status === 'Connected' && connection.isDisabled !== true && mayUseConnection(connection, objectId)
}

/** Name of its connector, for example shared_office365. */
export function connectorOf(connection: Connection): string {
  return connectorNamed(connection.connectorId)
}

/** Name at the end of a connector's id, which may end in slashes. */
export function connectorNamed(id: unknown): string {
  return typeof id === 'string' ? (id.replace(/\/+$/, '').split('/').at(-1) ?? '') : ''
}

/** Owned by, or shared with, the identity (facts-2 §3.2). */
export function mayUseConnection(connection: Connection, objectId: string): boolean {
  const wanted = objectId.toLowerCase()
  return (
    connection.owner.objectId.toLowerCase() === wanted ||
    connection.shares.some((share) => share.principal.objectId.toLowerCase() === wanted)
  )
}

function toConnection(row: Row | undefined): Connection | undefined {
  // Rows of this table are written by putConnection only.
  return row as unknown as Connection | undefined
}
