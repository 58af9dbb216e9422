import { z } from 'zod'
import type { ObservedRole, ObservedUser, Unseen } from '#domain/environment'
import type { DataverseClient } from '../client.ts'
import { inTurn } from './in-turn.ts'
import { askOrUnseen } from './unseen.ts'
import type { UserDirectory } from './users.ts'
import { userOf } from './users.ts'

const roleRow = z.object({ roleid: z.string(), name: z.string() })
const userRoleRow = z.object({ systemuserid: z.string(), roleid: z.string() })
const teamRoleRow = z.object({ teamid: z.string(), roleid: z.string() })
const memberRow = z.object({ systemuserid: z.string() })

/**
 * Roles with those who hold them, directly or by a team; each business unit has a copy of every role, and the copies count as one. Who
 * belongs to a group of Entra appears in its team only after signing in for the first time [release-facts §3].
 */
export async function fetchRoles(
  client: DataverseClient,
  users: UserDirectory,
): Promise<{ readonly roles: readonly ObservedRole[]; readonly unseen: readonly Unseen[] }> {
  const roles = await client.list('ReadRows', 'roles?$select=roleid,name', roleRow)
  const direct = await client.list('ReadRows', 'systemuserrolescollection?$select=systemuserid,roleid', userRoleRow)
  const ofTeams = await client.list('ReadRows', 'teamrolescollection?$select=teamid,roleid', teamRoleRow)
  const unseen: Unseen[] = []
  const members = new Map<string, readonly string[]>()
  await inTurn([...new Set(ofTeams.map(({ teamid }) => teamid))], client.limits.parallelReads, async (teamId) => {
    const asked = await askOrUnseen({
      what: `members of team ${teamId}`,
      help: 'It takes the privilege to read teams (prvReadTeam).',
      ask: () => client.list('ReadRows', `teams(${teamId})/teammembership_association?$select=systemuserid`, memberRow),
    })
    members.set(teamId, asked.answer?.map(({ systemuserid }) => systemuserid) ?? [])
    unseen.push(...asked.unseen)
  })
  const holdings = [
    ...direct,
    ...ofTeams.flatMap(({ teamid, roleid }) => (members.get(teamid) ?? []).map((systemuserid) => ({ systemuserid, roleid }))),
  ]
  const known = await users.fetchUsers(holdings.map(({ systemuserid }) => systemuserid))
  const holdersOf = (roleIds: ReadonlySet<string>): readonly ObservedUser[] => {
    const ids = new Set(holdings.filter(({ roleid }) => roleIds.has(roleid)).map(({ systemuserid }) => systemuserid.toLowerCase()))
    return [...ids].flatMap((id) => userOf(known, id) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  return { roles: byName(roles).map(([name, ids]) => ({ name, holders: holdersOf(ids) })), unseen }
}

function byName(roles: readonly z.infer<typeof roleRow>[]): readonly (readonly [string, ReadonlySet<string>])[] {
  const ids = new Map<string, Set<string>>()
  for (const { name, roleid } of roles) ids.set(name, (ids.get(name) ?? new Set()).add(roleid))
  return [...ids].sort(([a], [b]) => (a < b ? -1 : 1))
}
