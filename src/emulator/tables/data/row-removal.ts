import { removeShares } from '../../auth/row-shares.ts'
import { ODataError } from '../../errors.ts'
import type { Row, Transaction } from '../../store/store.ts'
import type { WriteContext } from '../table.ts'
import { takeDueSnapshot } from './count-snapshot.ts'
import type { Child, DataDefinition } from './definition.ts'
import { defineTable } from './define.ts'
import { partAll } from './pairs.ts'
import { eraseRow, readRow, rowsPointingTo, writeRow } from './row-store.ts'
import { sweep } from './sweep.ts'

/**
 * Deletes a row and does to the rows that point to it what their relationships say: delete them too, empty their lookups, or refuse
 * (405 0x80040227, CannotDeleteDueToAssociation). Nothing is done where the whole cannot be.
 */
export async function removeRow(ctx: WriteContext, definition: DataDefinition, row: Row): Promise<void> {
  const id = String(row[definition.primaryId])
  await ctx.env.write((tx) => {
    takeDueSnapshot(tx, ctx.clock)
    sweep(tx)
    removeWithChildren(tx, definition.logicalName, id)
  })
}

// Chains of rows may be longer than calls can be nested.
function removeWithChildren(tx: Transaction, table: string, id: string): void {
  const waiting = [{ table, id }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) for (const child of removeOne(tx, next)) waiting.push(child)
}

interface RowPlace {
  readonly table: string
  readonly id: string
}

/** Deletes one row and empties the lookups that its relationships say to empty. Returns the rows to delete with it. */
function removeOne(tx: Transaction, place: RowPlace): readonly RowPlace[] {
  const definition = defineTable(tx, place.table)
  const row = definition === undefined ? undefined : readRow(tx, definition, place.id)
  if (definition === undefined || row === undefined) return []
  const children = definition.children.flatMap((child) => pointing(tx, child, place))
  if (children.some(({ child }) => child.onDelete === 'Restrict')) {
    throw new ODataError(405, '0x80040227', 'The object you tried to delete is associated with another object and cannot be deleted.')
  }
  // Before the children, so that rows that point at each other end.
  partAll(tx, definition, place.id)
  removeShares(tx, place.id)
  eraseRow(tx, definition, row)
  for (const { child, childId } of children) if (child.onDelete === 'RemoveLink') emptyLookup(tx, child, childId)
  return children.filter(({ child }) => child.onDelete === 'Cascade').map(({ child, childId }) => ({ table: child.table, id: childId }))
}

interface Pointing {
  readonly child: Child
  readonly childId: string
}

function pointing(tx: Transaction, child: Child, to: RowPlace): readonly Pointing[] {
  const column = defineTable(tx, child.table)?.byName.get(child.column)
  if (column === undefined) return []
  return rowsPointingTo(tx, column, to.id).map((childId) => ({ child, childId }))
}

function emptyLookup(tx: Transaction, child: Child, id: string): void {
  const definition = defineTable(tx, child.table)
  const row = definition === undefined ? undefined : readRow(tx, definition, id)
  if (definition !== undefined && row !== undefined) {
    writeRow(tx, definition, { ...row, [child.column]: null, [`${child.column}~type`]: undefined })
  }
}
