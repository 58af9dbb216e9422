import { ODataError } from '../errors.ts'
import type { Caller } from '../operations/operation.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import type { Table } from '../tables/table.ts'
import type { TableNeed } from './built-in-roles.ts'
import { depthOf } from './privileges.ts'

/**
 * The table with the rows that a caller may read, and with writes of own rows only where its roles reach no further. There is one
 * business unit, so that every depth beyond the user's own reaches all rows.
 */
export function visibleTo(caller: Caller, table: Table): Table {
  const { rights } = caller
  const isUnlimited = (of: Caller): boolean => of.rights === undefined || of.rights.builtIn.includes('System Administrator')
  if (rights === undefined || (isUnlimited(caller) && (caller.acting === undefined || isUnlimited(caller.acting)))) return table
  const reaches = (verb: TableNeed['verb']): boolean => {
    const depth = depthOf(caller, { verb, table: table.logicalName })
    return depth !== undefined && depth !== 'Basic'
  }
  const canRead = depthOf(caller, { verb: 'read', table: table.logicalName }) !== undefined
  const isShown = (row: Row): boolean => canRead && (reaches('read') || isOwn(caller, row, table))
  const { get, update, remove, listUnpublished } = table
  const list = table.list ?? ((tx: ReadTransaction) => tx.list(table.logicalName))
  const requireReach = (verb: TableNeed['verb'], row: Row): void => {
    if (!reaches(verb) && !isOwn(caller, row, table)) throw notOwn(caller, row, table)
  }
  return {
    ...table,
    list: (tx, query) => list(tx, query).filter(isShown),
    ...(get === undefined ? {} : { get: (tx, id) => shownOnly(get(tx, id), isShown) }),
    ...(listUnpublished === undefined ? {} : { listUnpublished: (tx) => listUnpublished(tx).filter(isShown) }),
    ...(update === undefined
      ? {}
      : {
          async update(ctx, row, changes) {
            requireReach('write', row)
            await update(ctx, row, changes)
          },
        }),
    ...(remove === undefined
      ? {}
      : {
          async remove(ctx, row) {
            requireReach('delete', row)
            await remove(ctx, row)
          },
        }),
  }
}

function shownOnly(row: Row | undefined, isShown: (row: Row) => boolean): Row | undefined {
  return row !== undefined && isShown(row) ? row : undefined
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
