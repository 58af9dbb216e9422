import type { AccessRight } from '../auth/row-shares.ts'
import { accessRights, setShare, sharedMask, sharesOf } from '../auth/row-shares.ts'
import { requirePrivilege } from '../auth/privileges.ts'
import { requireRight, visibleTo } from '../auth/visible-rows.ts'
import type { Principal } from '../auth/role-assignments.ts'
import { ODataError } from '../errors.ts'
import { guidForm } from '../odata/literal.ts'
import type { ReadTransaction, Row } from '../store/store.ts'
import { findTable, findTableBySet } from '../tables/registry.ts'
import { findRow } from '../tables/rows.ts'
import type { Table } from '../tables/table.ts'
import type { Operation, OperationContext } from './operation.ts'

const reference = { type: 'complex', required: true } as const

/** Gives a user or team rights to a row. That rights given before stay is unverified. */
export const grantAccess: Operation = {
  name: 'GrantAccess',
  kind: 'action',
  parameters: { Target: reference, PrincipalAccess: reference },
  run: (ctx, params) => share(ctx, params, (before, given) => before | given),
}

/** Puts other rights in the place of those that a user or team was given. */
export const modifyAccess: Operation = {
  name: 'ModifyAccess',
  kind: 'action',
  parameters: { Target: reference, PrincipalAccess: reference },
  run: (ctx, params) => share(ctx, params, (_before, given) => given),
}

export const revokeAccess: Operation = {
  name: 'RevokeAccess',
  kind: 'action',
  parameters: { Target: reference, Revokee: reference },
  async run(ctx, params) {
    await ctx.env.write((tx) => {
      const target = requireTarget(tx, ctx, params['Target'])
      setShare(tx, idOf(target), { principal: requirePrincipal(tx, params['Revokee']), mask: 0 }, makeOf(ctx))
    })
    return { status: 204 }
  },
}

/** Whom a row was given to, and which rights each has of it; its owner is none of them. */
export const retrieveSharedPrincipalsAndAccess: Operation = {
  name: 'RetrieveSharedPrincipalsAndAccess',
  kind: 'function',
  parameters: { Target: reference },
  async run(ctx, params) {
    const shares = ctx.env.read((tx) => sharesOf(tx, idOf(requireVisible(tx, ctx, params['Target'])).id))
    return { status: 200, body: { PrincipalAccesses: shares.map(principalAccess) } }
  },
}

async function share(
  ctx: OperationContext,
  params: Readonly<Record<string, unknown>>,
  combine: (before: number, given: number) => number,
): Promise<{ readonly status: 204 }> {
  const { Principal: principal, AccessMask: mask } = members(params['PrincipalAccess'])
  const given = readMask(mask)
  await ctx.env.write((tx) => {
    const of = idOf(requireTarget(tx, ctx, params['Target']))
    const to = requirePrincipal(tx, principal)
    setShare(tx, of, { principal: to, mask: combine(sharedMask(tx, of.id, [to.id]), given) }, makeOf(ctx))
  })
  return { status: 204 }
}

interface Found {
  readonly table: Table
  readonly row: Row
}

/** The row, when the caller may share it. Throws 404 for one that it cannot see, 403 without the privilege or the right. */
function requireTarget(tx: ReadTransaction, ctx: OperationContext, given: unknown): Found {
  const found = requireVisible(tx, ctx, given)
  requirePrivilege(ctx.caller, { verb: 'share', table: found.table.logicalName })
  requireRight(tx, ctx.caller, { ...found, verb: 'share' })
  return found
}

function requireVisible(tx: ReadTransaction, ctx: OperationContext, given: unknown): Found {
  const { table, id } = named(tx, given)
  requirePrivilege(ctx.caller, { verb: 'read', table: table.logicalName })
  // Code unverified. Rows of the organization belong to nobody who could share them.
  if (!table.columns.some((column) => column.name === 'ownerid'))
    throw new ODataError(400, '0x80040203', `Rows of the table '${table.logicalName}' have no owner and cannot be shared.`)
  const row = findRow(tx, visibleTo(ctx.caller, table), id)
  if (row !== undefined) return { table, row }
  throw notThere(table.logicalName, id)
}

function requirePrincipal(tx: ReadTransaction, given: unknown): Principal {
  const { table, id } = named(tx, given)
  const known = (['systemuser', 'team'] as const).find((name) => name === table.logicalName)
  if (known === undefined) throw payload(`a row of '${table.logicalName}' is no user and no team`)
  if (tx.get(known, id) === undefined) throw notThere(known, id)
  return { table: known, id }
}

/** A row as bodies name it: `{"@odata.type", "<primary id>"}`, or by its address `{"@odata.id"}`. */
function named(tx: ReadTransaction, given: unknown): { readonly table: Table; readonly id: string } {
  const { '@odata.type': type, '@odata.id': address, ...columns } = members(given)
  if (typeof address === 'string') {
    const [, set = '', id = ''] = /(?:^|\/)(\w+)\(([0-9a-fA-F-]{36})\)$/.exec(address) ?? []
    const table = findTableBySet(tx, set)
    if (table !== undefined && guidForm.test(id)) return { table, id: id.toLowerCase() }
    throw payload(`'${address}' is no address of a row`)
  }
  const table = typeof type === 'string' ? findTable(tx, type.replace(/^#?Microsoft\.Dynamics\.CRM\./, '')) : undefined
  if (table === undefined) throw payload('a row is named by @odata.type and its id, or by @odata.id')
  const id = columns[table.primaryId]
  if (typeof id === 'string' && guidForm.test(id)) return { table, id: id.toLowerCase() }
  throw payload(`a row of '${table.logicalName}' is named by '${table.primaryId}'`)
}

function readMask(mask: unknown): number {
  if (typeof mask !== 'string') throw payload("'AccessMask' is missing")
  return mask
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== 'None')
    .reduce((sum, name) => {
      if (!isRight(name)) throw payload(`'${name}' is no access right`)
      return sum | accessRights[name]
    }, 0)
}

function principalAccess(row: Row): object {
  const mask = Number(row['accessrightsmask'])
  const rights = Object.entries(accessRights).flatMap(([name, bit]) => ((mask & bit) === 0 ? [] : [name]))
  const kind = String(row['principaltypecode'])
  const id = row['principalid']
  return {
    AccessMask: rights.join(','),
    Principal: { '@odata.type': `#Microsoft.Dynamics.CRM.${kind}`, [`${kind}id`]: id, ownerid: id },
  }
}

function isRight(name: string): name is AccessRight {
  return Object.hasOwn(accessRights, name)
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}

function idOf({ table, row }: Found): { readonly table: string; readonly id: string } {
  return { table: table.logicalName, id: String(row[table.primaryId]) }
}

function makeOf(ctx: OperationContext): { readonly at: string; guid(): string } {
  return { at: ctx.now().toISOString(), guid: () => ctx.guid() }
}

function notThere(table: string, id: string): ODataError {
  return new ODataError(404, '0x80040217', `Entity '${table}' With Id = ${id} Does Not Exist`)
}

function payload(why: string): ODataError {
  return new ODataError(400, '0x80048d19', `Error identified in Payload provided by the user: ${why}.`)
}
