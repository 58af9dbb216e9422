import { ODataError } from '../errors.ts'
import type { Caller } from '../operations/operation.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { findRow } from '../tables/rows.ts'
import type { Changes, Table } from '../tables/table.ts'
import type { TableNeed } from './built-in-roles.ts'
import { depthOf, requirePrivilege } from './privileges.ts'
import { accessRights, sharedMask } from './row-shares.ts'

/**
 * The table with the rows that a caller may read, and with writes of own and shared rows only where its roles reach no further. There is
 * one business unit, so that every depth beyond the user's own reaches all rows.
 */
export function visibleTo(caller: Caller, table: Table): Table {
  if (isUnlimited(caller)) return table
  const depth = depthOf(caller, { verb: 'read', table: table.logicalName })
  const isShown = (tx: ReadTransaction, row: Row): boolean =>
    depth !== undefined && (depth !== 'Basic' || isOwnOrShared(tx, caller, { table, row, verb: 'read' }))
  const shown = (tx: ReadTransaction, row: Row | undefined): Row | undefined => (row !== undefined && isShown(tx, row) ? row : undefined)
  const { get, getByKey, scan, create, update, remove, listUnpublished } = table
  const list = table.list ?? ((tx: ReadTransaction) => tx.list(table.logicalName))
  return {
    ...table,
    list: (tx, query) => list(tx, query).filter((row) => isShown(tx, row)),
    ...(scan === undefined ? {} : { scan: (tx, after) => rowsThat(scan(tx, after), (row) => isShown(tx, row)) }),
    ...(get === undefined ? {} : { get: (tx, id) => shown(tx, get(tx, id)) }),
    ...(getByKey === undefined ? {} : { getByKey: (tx, values) => shown(tx, getByKey(tx, values)) }),
    refuseHidden(tx, at) {
      const row = 'id' in at ? findRow(tx, table, at.id) : getByKey?.(tx, at.values)
      if (row !== undefined && !isShown(tx, row)) throw notOwn(caller, row, table)
    },
    ...(listUnpublished === undefined ? {} : { listUnpublished: (tx) => listUnpublished(tx).filter((row) => isShown(tx, row)) }),
    ...(create === undefined
      ? {}
      : {
          async create(ctx, values) {
            requireOwnership(caller, table, values)
            return create(ctx, values)
          },
        }),
    ...(update === undefined
      ? {}
      : {
          async update(ctx, row, changes) {
            ctx.env.read((tx) => requireChange(tx, caller, { table, row, changes }))
            await update(ctx, row, changes)
          },
        }),
    ...(remove === undefined
      ? {}
      : {
          async remove(ctx, row) {
            ctx.env.read((tx) => requireRight(tx, caller, { table, row, verb: 'delete' }))
            await remove(ctx, row)
          },
        }),
  }
}

function* rowsThat(rows: Iterable<Row>, pass: (row: Row) => boolean): Iterable<Row> {
  for (const row of rows) if (pass(row)) yield row
}

function requireChange(
  tx: ReadTransaction,
  caller: Caller,
  { table, row, changes }: { readonly table: Table; readonly row: Row; readonly changes: Changes },
): void {
  requireRight(tx, caller, { table, row, verb: 'write' })
  if (!('ownerid' in changes)) return
  requirePrivilege(caller, { verb: 'assign', table: table.logicalName })
  requireRight(tx, caller, { table, row, verb: 'assign' })
}

/** A new row may belong to somebody else only where creating reaches beyond the user's own rows. */
function requireOwnership(caller: Caller, table: Table, values: Changes): void {
  const { ownerid } = values
  if (typeof ownerid !== 'string' || depthOf(caller, { verb: 'create', table: table.logicalName }) !== 'Basic') return
  if (!isOwn(caller, { ownerid }, table)) throw notOwn(caller, { ownerid }, table)
}

/** What a caller wants to do with a row; creating makes rows of one's own. */
interface Use {
  readonly table: Table
  readonly row: Row
  readonly verb: Exclude<TableNeed['verb'], 'create'>
}

/** Throws 403 when the caller's roles reach its own rows only, and this one is neither its own nor shared with it so far. */
export function requireRight(tx: ReadTransaction, caller: Caller, use: Use): void {
  if (isUnlimited(caller)) return
  const depth = depthOf(caller, { verb: use.verb, table: use.table.logicalName })
  if (depth !== undefined && depth !== 'Basic') return
  if (!isOwnOrShared(tx, caller, use)) throw notOwn(caller, use.row, use.table)
}

function isUnlimited({ rights, acting }: Caller): boolean {
  const isAdministrator = rights === undefined || rights.builtIn.includes('System Administrator')
  return isAdministrator && (acting === undefined || isUnlimited(acting))
}

const rightOf = {
  read: accessRights.ReadAccess,
  write: accessRights.WriteAccess,
  delete: accessRights.DeleteAccess,
  assign: accessRights.AssignAccess,
  share: accessRights.ShareAccess,
} as const

// Sharing gives no more than the roles allow for the table, which is asked before.
function isOwnOrShared(tx: ReadTransaction, caller: Caller, { table, row, verb }: Use): boolean {
  if (isOwn(caller, row, table)) return true
  const principals = [caller.userId, ...(caller.rights?.teamIds ?? [])]
  return (sharedMask(tx, String(row[table.primaryId]), principals) & rightOf[verb]) !== 0
}

/** Owned by the caller or a team of it; a row without an owner belongs to who made it. */
function isOwn(caller: Caller, row: Row, table: Table): boolean {
  if (table.logicalName === 'systemuser') return row['systemuserid'] === caller.userId
  const owner = row['ownerid'] ?? row['createdby']
  return owner === caller.userId || (typeof owner === 'string' && caller.rights?.teamIds.includes(owner) === true)
}

// The text of the service is longer and names every right that was looked at (unverified in detail).
function notOwn(caller: Caller, row: Row, table: Table): ODataError {
  const text = `SecLib::AccessCheckEx failed. Returned hr = -2147187962, ObjectID: ${String(row[table.primaryId])}, OwnerId: ${String(row['ownerid'] ?? '')}, CallingUser: ${caller.userId}.`
  return new ODataError(403, '0x80040220', text)
}
