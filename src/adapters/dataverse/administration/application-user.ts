import { z } from 'zod'
import { DroverError } from '#domain/kernel'
import type { AdministrationClient, Service } from './administration-client.ts'

/** Template of System Administrator, the same in every environment (public constants in microsoft/BCApps). */
const administratorTemplate = '627090ff-40a3-4053-8790-584edc5be201'

const users = z.object({ value: z.array(z.object({ systemuserid: z.string(), _businessunitid_value: z.string() })) })
const roles = z.object({ value: z.array(z.object({ roleid: z.string(), _roletemplateid_value: z.string().nullish() })) })
const api = '/api/data/v9.2'

/**
 * Gives an application that is a user of an environment the role System Administrator of its business unit. The identity that asks must have
 * it itself, as the creator of an environment has.
 */
export async function makeAdministrator(client: AdministrationClient, service: Service, clientId: string): Promise<void> {
  const ask = { service, method: 'GET', effect: 'read' } as const
  const filter = encodeURIComponent(`applicationid eq ${clientId}`)
  const path = `${api}/systemusers?$select=systemuserid,_businessunitid_value&$filter=${filter}`
  const [user] = (await client.read({ ...ask, path, work: 'reading application users' }, users)).value
  if (user === undefined) {
    throw new DroverError('administration.no-application-user', `The application ${clientId} is no user of ${service.base} yet.`, {
      hint: 'The platform may take a minute to bring it in; try again.',
      isRetryable: true,
    })
  }
  const held = `${api}/systemusers(${user.systemuserid})/systemuserroles_association`
  const own = await client.read({ ...ask, path: `${held}?$select=roleid,_roletemplateid_value`, work: 'reading roles' }, roles)
  if (own.value.some((role) => role._roletemplateid_value?.toLowerCase() === administratorTemplate)) return
  const inUnit = encodeURIComponent(
    `_roletemplateid_value eq ${administratorTemplate} and _businessunitid_value eq ${user._businessunitid_value}`,
  )
  const offered = await client.read(
    { ...ask, path: `${api}/roles?$select=roleid,_roletemplateid_value&$filter=${inUnit}`, work: 'reading roles' },
    roles,
  )
  const [role] = offered.value
  if (role === undefined) {
    throw new DroverError('administration.no-role', `${service.base} shows no role System Administrator for the application ${clientId}.`, {
      hint: 'Give it to the application user in the admin center.',
    })
  }
  await client.ask({
    service,
    method: 'POST',
    path: `${held}/$ref`,
    body: { '@odata.id': `${service.base}${api}/roles(${role.roleid})` },
    effect: 'change',
    work: 'giving the role System Administrator',
  })
}
