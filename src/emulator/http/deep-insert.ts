import { requirePrivilege } from '../auth/privileges.ts'
import { notSupported } from '../odata/refuse.ts'
import type { Changes, Table, WriteContext } from '../tables/table.ts'
import { addToCollection } from './collections.ts'
import type { NestedRow, Payload } from './payload.ts'
import { lookupChanges } from './payload.ts'

/** Makes a row with everything that its body nests; all of it or nothing. Returns the id of the row. */
export async function insertRow(ctx: WriteContext, table: Table, payload: Payload): Promise<string> {
  const isPlain = payload.before.length + payload.after.length + payload.bound.length === 0
  return isPlain ? createIn(ctx, table, payload.changes) : ctx.env.join((env) => insertDeep({ ...ctx, env }, table, payload))
}

async function insertDeep(ctx: WriteContext, table: Table, payload: Payload): Promise<string> {
  let changes: Changes = payload.changes
  for (const nested of payload.before) changes = { ...changes, ...(await insertBehind(ctx, nested)) }
  const id = await createIn(ctx, table, changes)
  for (const nested of payload.after) await insertIntoCollection(ctx, { table, id }, nested)
  for (const { collection, id: otherId } of payload.bound) await addToCollection(ctx, { table, id, collection }, otherId)
  return id
}

async function insertBehind(ctx: WriteContext, nested: NestedRow): Promise<Changes> {
  const id = await insertDeep(ctx, nested.table, nested.payload)
  return nested.lookup === undefined ? {} : lookupChanges(nested.lookup.column, { table: nested.table.logicalName, id })
}

/** Makes a row in a collection of another. */
export async function insertIntoCollection(
  ctx: WriteContext,
  owner: { readonly table: Table; readonly id: string },
  nested: NestedRow & { readonly collection: string },
): Promise<string> {
  const place = owner.table.collections?.find((item) => item.name === nested.collection)
  const column = place === undefined ? undefined : nested.table.columns.find((item) => item.name === place.lookup)
  if (column === undefined) {
    const id = await insertDeep(ctx, nested.table, nested.payload)
    await addToCollection(ctx, { ...owner, collection: nested.collection }, id)
    return id
  }
  const link = lookupChanges(column, { table: owner.table.logicalName, id: owner.id })
  return insertDeep(ctx, nested.table, { ...nested.payload, changes: { ...nested.payload.changes, ...link } })
}

async function createIn(ctx: WriteContext, table: Table, changes: Changes): Promise<string> {
  if (table.create === undefined) throw notSupported(`creating rows of '${table.setName}'`)
  // Who may write a row may write its parts.
  if (table.isPart !== true) requirePrivilege(ctx.caller, { verb: 'create', table: table.logicalName })
  return table.create(ctx, changes)
}
