import { roleIdsOf, withdrawRole } from '../auth/role-assignments.ts'
import { leaveTeam, membersOf } from '../auth/security-roles.ts'
import { ODataError } from '../errors.ts'
import { notSupported } from '../odata/refuse.ts'
import { patchRow, putRow } from '../store/rows.ts'
import type { Row } from '../store/store.ts'
import type { Changes, WriteContext } from './table.ts'

/**
 * `PATCH organizations(id)`: the settings XML, which carries the block of unmanaged customizations (facts-2 §6.4), and auditing with its days
 * (Microsoft Learn, "Configure auditing"). Nothing is audited by it here.
 */
export async function updateOrganization(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  await patchOnly(
    ctx,
    { table: 'organization', id: String(row['organizationid']), allowed: ['orgdborgsettings', 'isauditenabled', 'auditretentionperiodv2'] },
    changes,
  )
}

/** `PATCH systemusers(id)`: switching a user off and on. */
export async function updateUser(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  await patchOnly(ctx, { table: 'systemuser', id: String(row['systemuserid']), allowed: ['isdisabled'] }, changes)
}

/** `POST teams`: a group team is one for each group and kind of membership (release-facts §3). */
export async function createTeam(ctx: WriteContext, values: Changes): Promise<string> {
  const at = ctx.now().toISOString()
  const id = typeof values['teamid'] === 'string' ? values['teamid'] : ctx.guid()
  await ctx.env.write((tx) => {
    const group = values['azureactivedirectoryobjectid'] ?? null
    const kind = values['membershiptype'] ?? 0
    const twin = tx
      .list('team')
      .find((row) => group !== null && row['azureactivedirectoryobjectid'] === group && row['membershiptype'] === kind)
    if (twin !== undefined)
      throw new ODataError(412, '0x80040237', `A team of the group '${String(group)}' with this membership type already exists.`)
    const unit = tx.get('systemuser', ctx.caller.userId)?.['businessunitid'] ?? null
    const made = { createdon: at, createdby: ctx.caller.userId, modifiedon: at, modifiedby: ctx.caller.userId }
    const usual = { teamtype: 0, membershiptype: 0, isdefault: false, businessunitid: unit, administratorid: ctx.caller.userId }
    putRow(tx, 'team', id, { ...usual, ...values, teamid: id, ...made })
  })
  return id
}

export async function updateTeam(ctx: WriteContext, row: Row, changes: Changes): Promise<void> {
  const allowed = ['name', 'description', 'emailaddress', 'administratorid']
  await patchOnly(ctx, { table: 'team', id: String(row['teamid']), allowed }, changes)
}

/** A team goes with its members' places and its roles. */
export async function removeTeam(ctx: WriteContext, row: Row): Promise<void> {
  const id = String(row['teamid'])
  await ctx.env.write((tx) => {
    for (const userId of membersOf(tx, id)) leaveTeam(tx, id, userId)
    for (const roleId of roleIdsOf(tx, { table: 'team', id })) withdrawRole(tx, { table: 'team', id }, roleId)
    tx.remove('team', id)
  })
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
