import { readPart } from '../kinds/content.ts'
import { currentDigest, findByObjectId } from '../layers/component-state.ts'
import { putRow } from '../store/rows.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import { roleIdsOf } from './role-assignments.ts'
import type { BuiltInRole } from './built-in-roles.ts'
import { builtInRole, builtInRoles } from './built-in-roles.ts'
import type { PrivilegeSet } from './privilege-set.ts'
import { mergePrivileges, privilegesOfDefinition } from './privilege-set.ts'

/** What a user may do in an environment by all security roles that it holds itself or through teams. */
export interface Rights {
  readonly roleNames: readonly string[]
  readonly builtIn: readonly BuiltInRole[]
  /** What roles that came with solutions grant. */
  readonly privileges: PrivilegeSet
  readonly businessUnitId: string
  readonly accessMode: number
  readonly roleCount: number
  readonly teamIds: readonly string[]
}

const membership = 'teammembership'

/** Gives an environment the roles that each has from the start, in its root business unit. Returns false when it has them already. */
export function furnishRoles(tx: Transaction, make: { guid(): string; now(): Date }): boolean {
  const unit = tx.list('businessunit')[0]?.['businessunitid'] ?? null
  const organizationid = tx.list('organization')[0]?.['organizationid'] ?? null
  const known = tx.list('role')
  const at = make.now().toISOString()
  const missing = builtInRoles.filter(({ templateId }) => !known.some((row) => row['roletemplateid'] === templateId))
  for (const { name, templateId } of missing) {
    const roleid = make.guid()
    putRow(tx, 'role', roleid, {
      roleid,
      roleidunique: make.guid(),
      name,
      roletemplateid: templateId,
      businessunitid: unit,
      parentrootroleid: roleid,
      organizationid,
      ismanaged: true,
      isinherited: 1,
      componentstate: 0,
      createdon: at,
      modifiedon: at,
    })
  }
  return missing.length > 0
}

export function roleNamed(tx: ReadTransaction, name: string): Row | undefined {
  const found = tx.list('role').filter((row) => row['name'] === name)
  return found.find((row) => builtInRole(row) !== undefined) ?? found[0]
}

export function joinTeam(tx: Transaction, teamId: string, userId: string): void {
  tx.put(membership, `${userId} ${teamId}`, { systemuserid: userId, teamid: teamId })
}

export function leaveTeam(tx: Transaction, teamId: string, userId: string): void {
  tx.remove(membership, `${userId} ${teamId}`)
}

export function teamIdsOf(tx: ReadTransaction, userId: string): readonly string[] {
  return tx.range(membership, { prefix: `${userId} ` }).map(({ row }) => String(row['teamid']))
}

export function membersOf(tx: ReadTransaction, teamId: string): readonly string[] {
  return tx.list(membership).flatMap((row) => (row['teamid'] === teamId ? [String(row['systemuserid'])] : []))
}

/** The rights of a user. Reads a few rows for each role; callers remember the result. */
export function rightsOf(tx: ReadTransaction, user: Row): Rights {
  const userId = String(user['systemuserid'])
  const own = roleIdsOf(tx, { table: 'systemuser', id: userId })
  const teamIds = teamIdsOf(tx, userId)
  const ofTeams = teamIds.flatMap((id) => roleIdsOf(tx, { table: 'team', id }))
  const roles = [...new Set([...own, ...ofTeams])].map((id) => tx.get('role', id)).filter((row) => row !== undefined)
  return {
    roleNames: roles.map((row) => String(row['name'])),
    builtIn: roles.flatMap((row) => builtInRole(row) ?? []),
    privileges: mergePrivileges(roles.map((row) => privilegesOf(tx, row))),
    businessUnitId: String(user['businessunitid'] ?? ''),
    accessMode: Number(user['accessmode'] ?? 0),
    roleCount: roles.length,
    teamIds,
  }
}

function privilegesOf(tx: ReadTransaction, role: Row): PrivilegeSet {
  const state = findByObjectId(tx, String(role['roleid']))
  const digest = state === undefined ? undefined : currentDigest(state)
  return digest === undefined ? new Map() : privilegesOfDefinition(readPart(tx, digest))
}
