import { z } from 'zod'
import type { ObservedRole, ObservedUser, Unseen } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import type { DataverseClient } from '../client.ts'

/** Templates of the platform's own roles, the same in every environment (public constants in microsoft/BCApps). */
const powerfulTemplates = new Map([
  ['627090ff-40a3-4053-8790-584edc5be201', 'System Administrator'],
  ['119f245c-3cc8-4b62-b31c-d1a046ced15d', 'System Customizer'],
])

/** Makers are told by the name: the id of its template is not known to us. */
const powerfulNames = new Set(['System Administrator', 'System Customizer', 'Environment Maker'])

/** Whoever has one of these can change what an environment consists of, by hand or by import. */
const customizing = [
  'prvImportCustomization',
  'prvPublishCustomization',
  'prvCreateEntity',
  'prvWriteEntity',
  'prvWriteSystemForm',
  'prvCreateSolution',
]

const roleRow = z.object({
  roleid: z.string(),
  name: z.string(),
  _roletemplateid_value: z.string().nullish(),
  _parentrootroleid_value: z.string().nullish(),
})
const userRow = z.object({
  systemuserid: z.string(),
  fullname: z.string().nullish(),
  domainname: z.string().nullish(),
  applicationid: z.string().nullish(),
  isdisabled: z.boolean().nullish(),
})
const teamRow = z.object({ teamid: z.string(), name: z.string().nullish() })
const privilegeRow = z.object({ privilegeid: z.string(), name: z.string() })
const heldRow = z.object({ roleid: z.string() })

type Role = z.infer<typeof roleRow>

/** Roles that let their holders change the environment; disabled users hold nothing. Each business unit has a copy of a role (TOP-18). */
export async function fetchPowerfulRoles(
  client: DataverseClient,
): Promise<{ readonly roles: readonly ObservedRole[]; readonly unseen: readonly Unseen[] }> {
  const unseen: Unseen[] = []
  const rows = await client.list('ReadRows', 'roles?$select=roleid,name,_roletemplateid_value,_parentrootroleid_value', roleRow)
  const byPrivilege = await findCustomizingRoles(client, unseen)
  const powerful = rows.filter((role) => isPowerfulByName(role) || byPrivilege.has(role.roleid) || byPrivilege.has(rootOf(role)))
  const holders = new Map<string, Map<string, ObservedUser>>()
  const teams = new Map<string, readonly ObservedUser[]>()
  for (const role of powerful) {
    const known = holders.get(role.name) ?? new Map<string, ObservedUser>()
    for (const user of await fetchHolders(client, role.roleid, { teams, unseen })) known.set(user.userId, user)
    holders.set(role.name, known)
  }
  return {
    roles: [...holders].map(([name, users]) => ({ name, holders: [...users.values()].sort((a, b) => a.name.localeCompare(b.name)) })),
    unseen,
  }
}

function isPowerfulByName(role: Role): boolean {
  return powerfulTemplates.has(role._roletemplateid_value ?? '') || powerfulNames.has(role.name)
}

function rootOf(role: Role): string {
  return role._parentrootroleid_value ?? role.roleid
}

/**
 * Roles that hold a privilege to customize, by the table that joins roles and privileges: two requests, however many roles there are (that
 * it may be read over the Web API is unverified). An environment that does not tell is said to be unseen, and only the roles known by name
 * are left.
 */
async function findCustomizingRoles(client: DataverseClient, unseen: Unseen[]): Promise<ReadonlySet<string>> {
  try {
    const names = encodeURIComponent(customizing.map((name) => `name eq '${name}'`).join(' or '))
    const privileges = await client.list('ReadRows', `privileges?$select=privilegeid,name&$filter=${names}`, privilegeRow)
    if (privileges.length === 0) return noneTold(unseen, 'it shows no privileges')
    const ids = encodeURIComponent(privileges.map(({ privilegeid }) => `privilegeid eq ${privilegeid}`).join(' or '))
    const held = await client.list('ReadRows', `roleprivilegescollection?$select=roleid,privilegeid&$filter=${ids}`, heldRow)
    return new Set(held.map(({ roleid }) => roleid))
  } catch (error) {
    if (!isNoAnswer(error)) throw error
    return noneTold(unseen, error.message)
  }
}

function noneTold(unseen: Unseen[], why: string): ReadonlySet<string> {
  unseen.push({
    what: 'roles of solutions that may customize',
    why: `The environment does not tell the privileges of roles (${why}); only ${[...powerfulNames].join(', ')} are known to.`,
  })
  return new Set()
}

async function fetchHolders(
  client: DataverseClient,
  roleId: string,
  { teams, unseen }: { readonly teams: Map<string, readonly ObservedUser[]>; readonly unseen: Unseen[] },
): Promise<readonly ObservedUser[]> {
  const direct = await fetchUsers(client, `roles(${roleId})/systemuserroles_association`)
  const holding = await client.list('ReadRows', `roles(${roleId})/teamroles_association?$select=teamid,name`, teamRow)
  const members: ObservedUser[] = []
  for (const team of holding) {
    const known = teams.get(team.teamid) ?? (await fetchUsers(client, `teams(${team.teamid})/teammembership_association`))
    if (known.length === 0 && !teams.has(team.teamid)) {
      // Members of a group team appear only after they signed in (release-facts §3), so an empty list tells nothing.
      unseen.push({
        what: `members of team ${team.name ?? team.teamid}`,
        why: 'The team holds a powerful role and shows no members; those of a group appear when they sign in.',
      })
    }
    teams.set(team.teamid, known)
    members.push(...known)
  }
  return [...direct, ...members]
}

async function fetchUsers(client: DataverseClient, path: string): Promise<readonly ObservedUser[]> {
  const rows = await client.list('ReadRows', `${path}?$select=systemuserid,fullname,domainname,applicationid,isdisabled`, userRow)
  return rows
    .filter((user) => user.isdisabled !== true)
    .map((user) => ({
      userId: user.systemuserid.toLowerCase(),
      name: user.fullname || user.domainname || user.systemuserid,
      isApplication: Boolean(user.applicationid),
    }))
}

/** The environment answered, and has no answer to give. */
function isNoAnswer(error: unknown): error is DroverError {
  return (
    error instanceof DroverError &&
    ['dataverse.forbidden', 'dataverse.not-found', 'dataverse.refused', 'dataverse.unexpected'].includes(error.code)
  )
}
