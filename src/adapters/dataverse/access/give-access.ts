import { z } from 'zod'
import { DroverError } from '#domain/kernel'
import type { AccessControl } from '#engine/ports'
import type { DataverseClient } from '../client.ts'

const idRow = z.object({ teamid: z.string() })

/** Type 2 is a team of a security group, membership 0 members and guests; one team is there for each group and kind of membership. */
export async function makeGroupTeam(
  client: DataverseClient,
  { name, groupId, businessUnitId, id }: Parameters<AccessControl['makeGroupTeam']>[0],
): Promise<string> {
  const body = {
    ...{ teamid: id, name, teamtype: 2, membershiptype: 0, azureactivedirectoryobjectid: groupId },
    'businessunitid@odata.bind': `/businessunits(${businessUnitId})`,
  }
  try {
    await client.send({ operation: 'CreateRow', path: 'teams', body })
    return id
  } catch (error) {
    // Refused or unclear: whatever happened, a team of the group is there or it is not.
    if (!(error instanceof DroverError)) throw error
    const path = `teams?$select=teamid&$filter=membershiptype eq 0 and azureactivedirectoryobjectid eq ${groupId}`
    const [there] = await client.list('ReadRows', path, idRow)
    if (there === undefined) throw error
    return there.teamid
  }
}

const collections = {
  role: ['teamroles_association', 'roles', 'roleid'],
  profile: ['teamprofiles_association', 'fieldsecurityprofiles', 'fieldsecurityprofileid'],
} as const
const heldRow = z.record(z.string(), z.unknown())

/** What is refused because the end is reached already is no failure: the team tells. */
export async function assignTeam(
  client: DataverseClient,
  { teamId, what, id, deed }: Parameters<AccessControl['assignTeam']>[0],
): Promise<void> {
  const [collection, set, column] = collections[what]
  const path = `teams(${teamId})/${collection}`
  const root = `${client.environment.url.replace(/\/+$/, '')}/api/data/v9.2`
  try {
    if (deed === 'give') await client.send({ operation: 'CreateRow', path: `${path}/$ref`, body: { '@odata.id': `${root}/${set}(${id})` } })
    else await client.send({ operation: 'DeleteRow', path: `${path}(${id})/$ref` })
  } catch (error) {
    if (!(error instanceof DroverError)) throw error
    const held = await client.list('ReadRows', `${path}?$select=${column}`, heldRow)
    const isHeld = held.some((each) => String(each[column]).toLowerCase() === id.toLowerCase())
    if (isHeld !== (deed === 'give')) throw error
  }
}

export async function shareFlow(client: DataverseClient, { flowId, teamId }: Parameters<AccessControl['shareFlow']>[0]): Promise<void> {
  const body = {
    Target: { workflowid: flowId, '@odata.type': 'Microsoft.Dynamics.CRM.workflow' },
    PrincipalAccess: { Principal: { teamid: teamId, '@odata.type': 'Microsoft.Dynamics.CRM.team' }, AccessMask: 'ReadAccess' },
  }
  await client.send({ operation: 'GrantAccess', path: 'GrantAccess', body })
}
