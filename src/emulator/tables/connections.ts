import type { ReadTransaction, Row, Transaction } from '../store/store.ts'

/** The store's table of connections. It is no Dataverse table: the connectivity API shows it, and imports and flows ask it. */
export const connectionTable = 'connection'

export type ConnectionRole = 'Owner' | 'CanView' | 'CanViewWithShare' | 'CanEdit'

export interface Principal {
  /** Entra object id. */
  readonly id: string
  readonly displayName: string
  readonly type: 'User' | 'ServicePrincipal'
  readonly email?: string
  readonly tenantId: string | null
}

export interface ConnectionPermission {
  readonly principal: Principal
  readonly roleName: ConnectionRole
}

/** A connection of an environment, under its name (the client-made id of 32 hex digits, or what an admin chose). */
export interface Connection {
  readonly name: string
  /** `shared_office365` */
  readonly connector: string
  readonly displayName: string
  readonly status: 'Connected' | 'Error'
  readonly permissions: readonly ConnectionPermission[]
  readonly createdTime: string
  readonly lastModifiedTime: string
  readonly connectionParameters: unknown
}

/** Connector name from what clients write: `/providers/Microsoft.PowerApps/apis/shared_x` or `shared_x`. */
export function connectorName(text: string): string {
  return text.slice(text.lastIndexOf('/') + 1)
}

export function listConnections(tx: ReadTransaction): readonly Connection[] {
  return tx.list(connectionTable).map(toConnection)
}

export function findConnection(tx: ReadTransaction, name: string): Connection | undefined {
  const row = tx.get(connectionTable, name.toLowerCase())
  return row === undefined ? undefined : toConnection(row)
}

export function putConnection(tx: Transaction, connection: Connection): void {
  tx.put(connectionTable, connection.name.toLowerCase(), { ...connection })
}

export function removeConnection(tx: Transaction, name: string): void {
  tx.remove(connectionTable, name.toLowerCase())
}

/** The role of a principal on a connection; undefined when it may not even see it. */
export function roleOn(connection: Connection, objectId: string): ConnectionRole | undefined {
  return connection.permissions.find((permission) => permission.principal.id.toLowerCase() === objectId.toLowerCase())?.roleName
}

function toConnection(row: Row): Connection {
  // Rows of this table are written by putConnection only.
  return row as unknown as Connection
}
