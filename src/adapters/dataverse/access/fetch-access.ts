import { z } from 'zod'
import type { StageAccess } from '#domain/settings'
import { DroverError } from '#domain/kernel'
import type { NamedThing, SeenAccess, SeenTeam } from '#engine/ports'
import type { DataverseClient } from '../client.ts'

const unitRow = z.object({ businessunitid: z.string(), _parentbusinessunitid_value: z.string().nullish() })
const teamRow = z.object({
  teamid: z.string(),
  name: z.string(),
  azureactivedirectoryobjectid: z.string().nullish(),
  _businessunitid_value: z.string().nullish(),
})
const roleRow = z.object({ roleid: z.string(), name: z.string(), _businessunitid_value: z.string().nullish() })
const profileRow = z.object({ fieldsecurityprofileid: z.string(), name: z.string() })
const userRow = z.object({ fullname: z.string().nullish(), azureactivedirectoryobjectid: z.string().nullish() })
const flowRow = z.object({ workflowid: z.string(), name: z.string().nullish() })
const appRow = z.object({ canvasappid: z.string(), name: z.string().nullish(), displayname: z.string().nullish() })
const shares = z.object({
  PrincipalAccesses: z.array(
    z.object({ AccessMask: z.string().nullish(), Principal: z.object({ teamid: z.string().nullish() }).nullish() }),
  ),
})

/** Modern flows; their definitions and activations are other rows of the same table [web-api]. */
const isFlow = 'category eq 5 and type eq 1'

export async function fetchAccess(client: DataverseClient, wanted: StageAccess): Promise<SeenAccess> {
  const units = await client.list('ReadRows', 'businessunits?$select=businessunitid,_parentbusinessunitid_value', unitRow)
  const root = units.find((unit) => (unit._parentbusinessunitid_value ?? '') === '')
  if (root === undefined) {
    throw new DroverError('dataverse.unexpected', `${client.environment.name} shows no business unit that others are below.`, {
      hint: 'Give the application user the right to read business units.',
    })
  }
  const groupIds = [...new Set([...wanted.teams, ...wanted.apps].map(({ groupId }) => groupId.toLowerCase()))]
  const teams: SeenTeam[] = []
  const users: SeenAccess['users'][number][] = []
  for (const groupId of groupIds) {
    // A group has one team for each kind of membership; members and guests together is what is made here.
    const [team] = await client.list('ReadRows', `teams?${teamSelect}&$filter=membershiptype eq 0 and ${ofGroup(groupId)}`, teamRow)
    if (team !== undefined) teams.push(await readTeam(client, team, groupId))
    const [user] = await client.list(
      'ReadRows',
      `systemusers?$select=fullname,azureactivedirectoryobjectid&$filter=${ofGroup(groupId)}`,
      userRow,
    )
    if (user !== undefined) users.push({ groupId, name: user.fullname ?? 'a user without a name' })
  }
  return {
    rootUnitId: root.businessunitid,
    teams,
    users,
    roles: await fetchRoles(client, [...new Set(wanted.teams.flatMap(({ roles }) => roles))]),
    profiles: wanted.teams.some((team) => (team.columnSecurityProfiles ?? []).length > 0) ? await fetchProfiles(client) : [],
    flows: await fetchFlows(client, [...new Set(wanted.flows.map(({ flow }) => flow))]),
    apps: await fetchApps(client, [...new Set(wanted.apps.map(({ app }) => app))]),
  }
}

const teamSelect = '$select=teamid,name,azureactivedirectoryobjectid,_businessunitid_value'

function ofGroup(groupId: string): string {
  return `azureactivedirectoryobjectid eq ${groupId}`
}

async function readTeam(client: DataverseClient, team: z.infer<typeof teamRow>, groupId: string): Promise<SeenTeam> {
  const { teamid, name } = team
  const roles = await client.list('ReadRows', `teams(${teamid})/teamroles_association?$select=roleid,name`, roleRow)
  const profiles = await client.list(
    'ReadRows',
    `teams(${teamid})/teamprofiles_association?$select=fieldsecurityprofileid,name`,
    profileRow,
  )
  return {
    ...{ id: teamid, name, groupId, businessUnitId: team._businessunitid_value ?? '' },
    roles: roles.map((role) => ({ id: role.roleid, name: role.name })),
    profiles: profiles.map(toProfile),
  }
}

function toProfile(row: z.infer<typeof profileRow>): NamedThing {
  return { id: row.fieldsecurityprofileid, name: row.name }
}

async function fetchRoles(client: DataverseClient, names: readonly string[]): Promise<SeenAccess['roles']> {
  const found: SeenAccess['roles'][number][] = []
  for (const name of names) {
    const filter = isGuid(name) ? `roleid eq ${name}` : `name eq '${name.replaceAll("'", "''")}'`
    const rows = await client.list(
      'ReadRows',
      `roles?$select=roleid,name,_businessunitid_value&$filter=${encodeURIComponent(filter)}`,
      roleRow,
    )
    for (const row of rows) {
      if (!found.some(({ id }) => id === row.roleid))
        found.push({ id: row.roleid, name: row.name, businessUnitId: row._businessunitid_value ?? '' })
    }
  }
  return found
}

async function fetchProfiles(client: DataverseClient): Promise<readonly NamedThing[]> {
  return (await client.list('ReadRows', 'fieldsecurityprofiles?$select=fieldsecurityprofileid,name', profileRow)).map(toProfile)
}

async function fetchFlows(client: DataverseClient, names: readonly string[]): Promise<SeenAccess['flows']> {
  const found: SeenAccess['flows'][number][] = []
  for (const name of names) {
    const filter = isGuid(name) ? `workflowid eq ${name}` : `name eq '${name.replaceAll("'", "''")}'`
    const path = `workflows?$select=workflowid,name&$filter=${encodeURIComponent(`${isFlow} and ${filter}`)}`
    for (const { workflowid, name: called } of await client.list('ReadRows', path, flowRow)) {
      const target = encodeURIComponent(`{'@odata.id':'workflows(${workflowid})'}`)
      const { PrincipalAccesses } = await client.call({
        operation: 'ReadRows',
        path: `RetrieveSharedPrincipalsAndAccess(Target=@tid)?@tid=${target}`,
        reply: shares,
      })
      const teamIds = PrincipalAccesses.flatMap(({ AccessMask, Principal }) =>
        AccessMask?.includes('ReadAccess') === true && typeof Principal?.teamid === 'string' ? [Principal.teamid] : [],
      )
      found.push({ id: workflowid, name: called ?? workflowid, teamIds })
    }
  }
  return found
}

/** By id, by the name in the solution, or by what people see. */
async function fetchApps(client: DataverseClient, names: readonly string[]): Promise<SeenAccess['apps']> {
  const found = new Map<string, SeenAccess['apps'][number]>()
  for (const name of names) {
    const quoted = `'${name.replaceAll("'", "''")}'`
    const filter = isGuid(name) ? `canvasappid eq ${name}` : `name eq ${quoted} or displayname eq ${quoted}`
    const path = `canvasapps?$select=canvasappid,name,displayname&$filter=${encodeURIComponent(filter)}`
    for (const { canvasappid, name: called, displayname } of await client.list('ReadRows', path, appRow)) {
      const app = { id: canvasappid, name: called ?? canvasappid, title: displayname ?? called ?? canvasappid }
      found.set(canvasappid, app)
    }
  }
  return [...found.values()]
}

function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)
}
