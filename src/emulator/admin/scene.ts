import { createHash } from 'node:crypto'
import { provisionUser } from '../auth/application-users.ts'
import { putConnection } from '../kinds/connections.ts'
import { rememberFlow } from '../kinds/flow-memory.ts'
import { assumeUnmanaged } from '../layers/assumed.ts'
import type { NamedComponent } from '../layers/find-component.ts'
import { putRow } from '../store/rows.ts'
import type { EnvironmentStore } from '../store/store.ts'
import type { Body, ControlApi } from './control-request.ts'
import { notFound, objects, text } from './control-request.ts'

/** Components as manifests name them. */
export function namedComponents(body: Body): readonly NamedComponent[] {
  return objects(body, 'components').map((named) => ({
    type: text(named, 'type'),
    id: given(named, 'id'),
    schemaName: given(named, 'schemaName'),
    parentSchemaName: given(named, 'parentSchemaName'),
  }))
}

export async function assume(env: EnvironmentStore, body: Body): Promise<void> {
  const components = namedComponents(body)
  await env.write((tx) => assumeUnmanaged(tx, components))
}

function given(named: Body, name: string): string | undefined {
  const value = named[name]
  return typeof value === 'string' ? value : undefined
}

/** A connection of a named person. The owner's object id is made from the name unless given, so that the same name is the same person. */
export async function setConnection(
  api: ControlApi,
  env: EnvironmentStore,
  given: { readonly id: string; readonly body: Body },
): Promise<void> {
  const { id, body } = given
  const ownerName = text(body, 'ownerName')
  const ownerId = typeof body['ownerObjectId'] === 'string' ? body['ownerObjectId'] : guidOf(`person ${ownerName}`)
  const shared = Array.isArray(body['sharedWith']) ? body['sharedWith'].map(String) : []
  const status = body['status'] === 'Error' ? 'Error' : 'Connected'
  const at = api.now().toISOString()
  await env.write((tx) => {
    const nameOf = (objectId: string): string =>
      String(tx.list('systemuser').find((user) => user['azureactivedirectoryobjectid'] === objectId)?.['fullname'] ?? '')
    putConnection(tx, {
      name: id,
      connectorId: text(body, 'connectorId'),
      displayName: text(body, 'displayName'),
      status,
      owner: { objectId: ownerId, displayName: ownerName, type: 'User' },
      shares: shared.map((objectId) => ({
        roleName: 'CanView',
        principal: { objectId, displayName: nameOf(objectId), type: 'ServicePrincipal' },
      })),
      createdAt: at,
    })
  })
}

export async function addUser(api: ControlApi, env: EnvironmentStore, body: Body): Promise<string> {
  const name = text(body, 'name')
  const objectId = typeof body['objectId'] === 'string' ? body['objectId'] : guidOf(`person ${name}`)
  const clientId = typeof body['applicationId'] === 'string' ? body['applicationId'] : api.guid()
  return env.write((tx) => provisionUser(tx, { clientId, objectId, name }, api))
}

export async function setFlowState(
  api: ControlApi,
  env: EnvironmentStore,
  given: { readonly id: string; readonly body: Body },
): Promise<void> {
  const isOn = text(given.body, 'state') === 'on'
  const by = text(given.body, 'by')
  await env.write((tx) => {
    const flow = tx.get('workflow', given.id.toLowerCase())
    if (flow === undefined) throw notFound(`There is no flow '${given.id}' in '${env.name}'.`)
    const user = tx.list('systemuser').find((row) => row['fullname'] === by)
    if (user === undefined) throw notFound(`There is no user '${by}' in '${env.name}'.`)
    const state = isOn ? { statecode: 1, statuscode: 2 } : { statecode: 0, statuscode: 1 }
    putRow(tx, 'workflow', given.id.toLowerCase(), {
      ...flow,
      ...state,
      modifiedby: user['systemuserid'],
      modifiedon: api.now().toISOString(),
    })
    if (isOn) rememberFlow(tx, given.id.toLowerCase(), { wasPublished: true })
  })
}

function guidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
