import { notSupported } from '../odata/refuse.ts'
import { patchRow } from '../store/rows.ts'
import type { Row } from '../store/store.ts'
import type { Changes, WriteContext } from './table.ts'

/** `PATCH organizations(id)`: the settings XML only, which carries the block of unmanaged customizations (facts-2 §6.4). */
export async function updateOrganization(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  await patchOnly(ctx, { table: 'organization', id: String(row['organizationid']), allowed: ['orgdborgsettings'] }, changes)
}

/** `PATCH systemusers(id)`: switching a user off and on. */
export async function updateUser(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  await patchOnly(ctx, { table: 'systemuser', id: String(row['systemuserid']), allowed: ['isdisabled'] }, changes)
}

interface Target {
  readonly table: string
  readonly id: string
  readonly allowed: readonly string[]
}

async function patchOnly(ctx: WriteContext, target: Target, changes: Changes): Promise<void> {
  const refused = Object.keys(changes).find((name) => !target.allowed.includes(name))
  if (refused !== undefined) throw notSupported(`changing the column '${refused}' of '${target.table}'`)
  const stamp = { modifiedon: ctx.now().toISOString(), modifiedby: ctx.caller.userId }
  await ctx.env.write((tx) => patchRow(tx, target.table, target.id, { ...changes, ...stamp }))
}
