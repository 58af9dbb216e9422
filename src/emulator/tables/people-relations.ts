import { assignRole, holdersOf, roleIdsOf, withdrawRole } from '../auth/role-assignments.ts'
import type { Principal } from '../auth/role-assignments.ts'
import { joinTeam, leaveTeam, membersOf, teamIdsOf } from '../auth/security-roles.ts'
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
