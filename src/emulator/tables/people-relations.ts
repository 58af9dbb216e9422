import { assignRole, holdersOf, roleIdsOf, withdrawRole } from '../auth/role-assignments.ts'
import type { Principal } from '../auth/role-assignments.ts'
import { joinTeam, leaveTeam, membersOf, teamIdsOf } from '../auth/security-roles.ts'
import type { Row } from '../store/store.ts'
import type { ManyToMany } from './table.ts'

const names = { systemuser: 'systemuserroles_association', team: 'teamroles_association' } as const

/** The security roles of a user or a team (release-facts §3). */
export function rolesOf(table: Principal['table']): ManyToMany {
  return {
    name: names[table],
    table: 'role',
    list: (tx, id) => roleIdsOf(tx, { table, id }),
    associate: (ctx, id, roleId) => ctx.env.write((tx) => assignRole(tx, { table, id }, roleId)),
    disassociate: (ctx, id, roleId) => ctx.env.write((tx) => withdrawRole(tx, { table, id }, roleId)),
  }
}

/** The users or teams that hold a role. */
export function holders(table: Principal['table']): ManyToMany {
  return {
    name: names[table],
    table,
    list: (tx, roleId) => holdersOf(tx, table, roleId),
    associate: (ctx, roleId, id) => ctx.env.write((tx) => assignRole(tx, { table, id }, roleId)),
    disassociate: (ctx, roleId, id) => ctx.env.write((tx) => withdrawRole(tx, { table, id }, roleId)),
  }
}

export const teamsOfUser: ManyToMany = {
  name: 'teammembership_association',
  table: 'team',
  list: teamIdsOf,
  associate: (ctx, userId, teamId) => ctx.env.write((tx) => joinTeam(tx, teamId, userId)),
  disassociate: (ctx, userId, teamId) => ctx.env.write((tx) => leaveTeam(tx, teamId, userId)),
}

export const usersOfTeam: ManyToMany = {
  name: 'teammembership_association',
  table: 'systemuser',
  list: membersOf,
  associate: (ctx, teamId, userId) => ctx.env.write((tx) => joinTeam(tx, teamId, userId)),
  disassociate: (ctx, teamId, userId) => ctx.env.write((tx) => leaveTeam(tx, teamId, userId)),
}

// Rows `<principal> <profile>` of the intersect tables.
const profileIntersect = { systemuser: 'systemuserprofiles', team: 'teamprofiles' } as const
const profileNames = { systemuser: 'systemuserprofiles_association', team: 'teamprofiles_association' } as const

/** The column security profiles of a user or a team (release-facts §3). */
export function profilesOf(table: Principal['table']): ManyToMany {
  const rows = profileIntersect[table]
  return {
    name: profileNames[table],
    table: 'fieldsecurityprofile',
    list: (tx, id) => tx.range(rows, { prefix: `${id} ` }).map(({ row }) => String(row['fieldsecurityprofileid'])),
    associate: (ctx, id, profileId) => ctx.env.write((tx) => tx.put(rows, `${id} ${profileId}`, member(table, id, profileId))),
    disassociate: (ctx, id, profileId) => ctx.env.write((tx) => tx.remove(rows, `${id} ${profileId}`)),
  }
}

/** The users or teams that a column security profile lets read and write secured columns. */
export function membersOfProfile(table: Principal['table']): ManyToMany {
  const rows = profileIntersect[table]
  return {
    name: profileNames[table],
    table,
    list: (tx, profileId) =>
      tx.list(rows).flatMap((row) => (row['fieldsecurityprofileid'] === profileId ? [String(row[`${table}id`])] : [])),
    associate: (ctx, profileId, id) => ctx.env.write((tx) => tx.put(rows, `${id} ${profileId}`, member(table, id, profileId))),
    disassociate: (ctx, profileId, id) => ctx.env.write((tx) => tx.remove(rows, `${id} ${profileId}`)),
  }
}

function member(table: Principal['table'], id: string, profileId: string): Row {
  return { [`${table}id`]: id, fieldsecurityprofileid: profileId }
}
