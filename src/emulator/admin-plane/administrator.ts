import type { AdministrationResource } from '../auth/administration.ts'
import { administrationResource } from '../auth/administration.ts'
import type { Identity } from '../auth/bearer.ts'
import { verifyBearer } from '../auth/bearer.ts'
import { ODataError } from '../errors.ts'
import type { Emulator } from '../http/emulator.ts'
import type { HttpRequest } from '../http/server.ts'
import { guidForm } from '../odata/literal.ts'
import type { Actor } from './actor.ts'
import { actorFor } from './actor.ts'

const table = 'adminapplication'

/** Who administers: an application registered for it, or a person with the tenant's role. */
export interface Administrator {
  readonly identity: Identity
  readonly name: string
  readonly actor: Actor
  readonly isPerson: boolean
}

/**
 * Lets in who may administer the tenant's environments, with a token for the API that the address belongs to (web-api D). Throws 401, and
 * 403 with the text of the service (microsoft/powerplatform-build-tools#531).
 */
export async function requireAdministrator(
  emulator: Emulator,
  request: HttpRequest,
  resource: AdministrationResource,
): Promise<Administrator> {
  const check = { now: emulator.now(), isAudience: (audience: string) => administrationResource(audience) === resource }
  const bearer = await verifyBearer(emulator.key, request.headers.authorization, check)
  if (!bearer.ok) throw notAccepted(bearer, resource)
  const { identity } = bearer
  const person = emulator.people.find((known) => known.objectId === identity.objectId)
  const client = emulator.clients.find((known) => known.clientId === identity.applicationId)
  const actor = actorFor(identity, person, client?.name ?? identity.objectId)
  const who = { identity, name: actor.displayName, actor, isPerson: person !== undefined }
  const isRegistered = client?.isAdministrator === true || isAdminApplication(emulator, identity.applicationId)
  if (person === undefined ? isRegistered : person.isAdministrator === true) return who
  const whose =
    person === undefined
      ? `service principal with id '${identity.objectId}' for application ${identity.applicationId}`
      : `user with object id '${identity.objectId}'`
  const text = `The ${whose} does not have permission to access the path '${request.url.href}' in tenant ${identity.tenantId}.`
  throw new ODataError(403, 'Forbidden', text)
}

// The text for a token of another API is that of the service's connectors (microsoft/Power-Fx#2986), unverified for these two.
function notAccepted(refused: { readonly reason: string; readonly audience?: string }, resource: AdministrationResource): ODataError {
  const { audience } = refused
  if (audience === undefined) return new ODataError(401, 'Unauthorized', `The token cannot be accepted: ${refused.reason}.`)
  const text = `The received access token has been obtained from wrong audience or resource '${audience}'. It should exactly match (including forward slash) with one of the allowed audiences '${resource}/','${resource}'.`
  return new ODataError(401, 'InvalidAuthenticationAudience', text)
}

export function isAdminApplication(emulator: Emulator, clientId: string): boolean {
  return emulator.store.tenant().read((tx) => tx.get(table, clientId.toLowerCase()) !== undefined)
}

export function listAdminApplications(emulator: Emulator): readonly object[] {
  return emulator.store.tenant().read((tx) => tx.list(table))
}

/** `PUT adminApplications/{clientId}`: only a person can; an application cannot let in itself or others (web-api D). */
export async function registerAdminApplication(emulator: Emulator, by: Administrator, clientId: string): Promise<object> {
  if (!by.isPerson) throw new ODataError(403, 'Forbidden', 'An application cannot be registered by an application: sign in as a person.')
  if (!guidForm.test(clientId)) throw new ODataError(400, 'InvalidApplicationId', `'${clientId}' is no application (client) id.`)
  const row = { applicationId: clientId.toLowerCase() }
  await emulator.store.tenant().write((tx) => tx.put(table, row.applicationId, row))
  return row
}

export async function removeAdminApplication(emulator: Emulator, clientId: string): Promise<void> {
  await emulator.store.tenant().write((tx) => tx.remove(table, clientId.toLowerCase()))
}
