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
const membershipRow = z.object({ teamid: z.string(), systemuserid: z.string() })
/** Up to so many teams each is asked for its members. */
const fewTeams = 4

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
  const { members, unseen } = await fetchMembers(client, [...new Set(ofTeams.map(({ teamid }) => teamid))])
  const holdings = [
    ...direct,
    ...ofTeams.flatMap(({ teamid, roleid }) => (members.get(teamid) ?? []).map((systemuserid) => ({ systemuserid, roleid }))),
  ]
  const known = await users.fetchUsers(holdings.map(({ systemuserid }) => systemuserid))
  const byRole = new Map<string, Set<string>>()
  for (const { roleid, systemuserid } of holdings) {
    byRole.set(roleid, (byRole.get(roleid) ?? new Set()).add(systemuserid.toLowerCase()))
  }
  const holdersOf = (roleIds: ReadonlySet<string>): readonly ObservedUser[] => {
    const ids = new Set([...roleIds].flatMap((roleId) => [...(byRole.get(roleId) ?? [])]))
    return [...ids].flatMap((id) => userOf(known, id) ?? []).sort((a, b) => (a.name < b.name ? -1 : 1))
  }
  return { roles: byName(roles).map(([name, ids]) => ({ name, holders: holdersOf(ids) })), unseen }
}

interface Members {
  readonly members: ReadonlyMap<string, readonly string[]>
  readonly unseen: readonly Unseen[]
}

/** Ids of users by team. */
async function fetchMembers(client: DataverseClient, teamIds: readonly string[]): Promise<Members> {
  return (teamIds.length > fewTeams ? await fetchAllMembers(client) : undefined) ?? fetchMembersOfEach(client, teamIds)
}

/** All memberships in one list; undefined where the intersect table cannot be read. */
async function fetchAllMembers(client: DataverseClient): Promise<Members | undefined> {
  const { answer } = await askOrUnseen({
    what: 'members of teams',
    help: '',
    ask: () => client.list('ReadRows', 'teammemberships?$select=teamid,systemuserid', membershipRow),
  })
  if (answer === undefined) return undefined
  const members = new Map<string, string[]>()
  for (const { teamid, systemuserid } of answer) {
    const known = members.get(teamid)
    if (known === undefined) members.set(teamid, [systemuserid])
    else known.push(systemuserid)
  }
  return { members, unseen: [] }
}

async function fetchMembersOfEach(client: DataverseClient, teamIds: readonly string[]): Promise<Members> {
  const members = new Map<string, readonly string[]>()
  const unseen: Unseen[] = []
  await inTurn(teamIds, client.limits.parallelReads, async (teamId) => {
    const asked = await askOrUnseen({
      what: `members of team ${teamId}`,
      help: 'It takes the privilege to read teams (prvReadTeam).',
      ask: () => client.list('ReadRows', `teams(${teamId})/teammembership_association?$select=systemuserid`, memberRow),
    })
    members.set(teamId, asked.answer?.map(({ systemuserid }) => systemuserid) ?? [])
    unseen.push(...asked.unseen)
  })
  return { members, unseen }
}

function byName(roles: readonly z.infer<typeof roleRow>[]): readonly (readonly [string, ReadonlySet<string>])[] {
  const ids = new Map<string, Set<string>>()
  for (const { name, roleid } of roles) ids.set(name, (ids.get(name) ?? new Set()).add(roleid))
  return [...ids].sort(([a], [b]) => (a < b ? -1 : 1))
}
