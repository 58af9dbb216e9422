import { recordOf } from '../admin-plane/environment-record.ts'
import { ODataError } from '../errors.ts'
import type { OperationContext } from '../operations/operation.ts'
import type { Connection, ConnectionShare, Principal } from '../kinds/connections.ts'
import { connectorOf, findConnection, listConnections, mayUseConnection, putConnection, removeConnection } from '../kinds/connections.ts'
import type { ReadTransaction } from '../store/store.ts'
import type { HttpRequest } from './server.ts'
import type { Reply } from './reply.ts'

export interface ConnectivityCall {
  readonly request: HttpRequest
  /** Path segments behind `/connectivity/`, decoded. */
  readonly segments: readonly string[]
  readonly context: OperationContext
  readonly tenantId: string
}

/** The connectivity API of one environment (facts-2 §3.1): connections and who may use them. */
export async function answerConnectivity(call: ConnectivityCall): Promise<Reply> {
  const [area, connector, word, name, tail] = call.segments
  const { method } = call.request
  refuseOtherEnvironment(call)
  if (area === 'connections' && call.segments.length === 1 && method === 'GET') return listOwnView(call, undefined)
  if (area !== 'connectors' || connector === undefined || word !== 'connections') throw unsupported(call)
  if (name === undefined && method === 'GET') return listOwnView(call, connector)
  if (name === undefined || call.segments.length > 5) throw unsupported(call)
  const place = { connector, name }
  if (tail === undefined && method === 'GET')
    return json(
      200,
      shown(
        call,
        call.context.env.read((tx) => visible(tx, call, place)),
      ),
    )
  if (tail === undefined && method === 'PUT') return put(call, place)
  if (tail === undefined && method === 'DELETE') return remove(call, place)
  if (tail === 'permissions' && method === 'GET') {
    const connection = call.context.env.read((tx) => visible(tx, call, place))
    return json(200, { value: shownPermissions(call, connection) })
  }
  if (tail === 'modifyPermissions' && method === 'POST') return modifyPermissions(call, place)
  throw unsupported(call)
}

/** Clients name the environment once more in a filter (facts-2 §3.1), by its id; the text of the refusal is ours. */
function refuseOtherEnvironment({ request, context }: ConnectivityCall): void {
  const filter = request.url.searchParams.get('$filter')
  if (filter === null) return
  const named = /^environment eq '([^']*)'$/i.exec(filter)?.[1]
  if (named === undefined) throw new ODataError(501, 'NotSupported', `This local Dataverse does not support the filter '${filter}' here.`)
  if (named.toLowerCase() === environmentId(context) || named === context.env.name) return
  throw new ODataError(404, 'EnvironmentNotFound', `Could not find environment '${named}'.`)
}

function environmentId({ tenant, env }: OperationContext): string {
  return tenant.read((tx) => recordOf(tx, env.name)).id
}

interface Place {
  readonly connector: string
  readonly name: string
}

function listOwnView(call: ConnectivityCall, connector: string | undefined): Reply {
  const { objectId } = call.context.caller
  const mine = call.context.env.read(listConnections).filter((item) => mayUseConnection(item, objectId))
  const chosen = mine.filter((item) => connector === undefined || connectorOf(item) === connector)
  return json(200, { value: chosen.map((item) => shown(call, item)) })
}

// A connection that the caller may not see is not found, even when it exists.
function visible(tx: ReadTransaction, call: ConnectivityCall, place: Place): Connection {
  const connection = findConnection(tx, place.name)
  if (
    connection === undefined ||
    connectorOf(connection) !== place.connector ||
    !mayUseConnection(connection, call.context.caller.objectId)
  ) {
    throw new ODataError(404, 'ConnectionNotFound', `Could not find connection '${place.name}' for API '${place.connector}'.`)
  }
  return connection
}

/** The connection, when the caller owns it or holds one of these roles on it; the names of the roles say what they allow, the refusal is unverified. */
function permitted(tx: ReadTransaction, call: ConnectivityCall, place: Place, roles: readonly ConnectionShare['roleName'][]): Connection {
  const connection = visible(tx, call, place)
  const caller = call.context.caller.objectId.toLowerCase()
  if (connection.owner.objectId.toLowerCase() === caller) return connection
  if (connection.shares.some(({ principal, roleName }) => principal.objectId.toLowerCase() === caller && roles.includes(roleName)))
    return connection
  throw new ODataError(
    403,
    'ConnectionAuthorizationFailed',
    `The caller neither owns the connection '${place.name}' nor has the permission.`,
  )
}

async function put(call: ConnectivityCall, place: Place): Promise<Reply> {
  const properties = asRecord(asRecord(parseBody(await call.request.readText()))['properties'])
  const at = call.context.now().toISOString()
  const { isNew, connection } = await call.context.env.write((tx) => {
    const old = findConnection(tx, place.name) === undefined ? undefined : permitted(tx, call, place, ['CanEdit'])
    const { displayName } = properties
    const changed: Connection = {
      ...(old ?? created(tx, call, place, at)),
      ...(typeof displayName === 'string' ? { displayName } : {}),
      ...(bringsCredentials(properties) ? { status: 'Connected' } : {}),
      modifiedAt: at,
    }
    putConnection(tx, changed)
    return { isNew: old === undefined, connection: changed }
  })
  return json(isNew ? 201 : 200, shown(call, connection))
}

/** A new connection has no consent and no credentials yet, so it is in error until it gets some (U). */
function created(tx: ReadTransaction, call: ConnectivityCall, { connector, name }: Place, at: string): Connection {
  if (!/^[0-9a-f]{32}$/i.test(name))
    throw new ODataError(400, 'InvalidConnectionName', `A new connection needs an id of 32 hex digits, not '${name}'.`)
  const { caller } = call.context
  const isApplication = typeof tx.get('systemuser', caller.userId)?.['applicationid'] === 'string'
  return {
    name,
    connectorId: `${apiPrefix}${connector}`,
    displayName: connector,
    status: 'Error',
    owner: { objectId: caller.objectId, displayName: caller.name, type: isApplication ? 'ServicePrincipal' : 'User' },
    shares: [],
    createdAt: at,
  }
}

function bringsCredentials(properties: Readonly<Record<string, unknown>>): boolean {
  const { connectionParameters, connectionParametersSet } = properties
  return Object.keys({ ...asRecord(connectionParameters), ...asRecord(connectionParametersSet) }).length > 0
}

async function remove(call: ConnectivityCall, place: Place): Promise<Reply> {
  await call.context.env.write((tx) => removeConnection(tx, permitted(tx, call, place, []).name))
  return { status: 200 }
}

const apiPrefix = '/providers/Microsoft.PowerApps/apis/'
const shareRoles = ['CanView', 'CanViewWithShare', 'CanEdit'] as const

async function modifyPermissions(call: ConnectivityCall, place: Place): Promise<Reply> {
  const body = asRecord(parseBody(await call.request.readText()))
  const removed = asList(body['delete']).map((item) => String(asRecord(item)['id']).split('/').at(-1)?.toLowerCase() ?? '')
  const added = asList(body['put']).map((item) => readShare(call, asRecord(asRecord(item)['properties'])))
  const replaced = [...removed, ...added.map((share) => share.principal.objectId)]
  await call.context.env.write((tx) => {
    const connection = permitted(tx, call, place, ['CanViewWithShare', 'CanEdit'])
    const kept = connection.shares.filter((share) => !replaced.includes(share.principal.objectId.toLowerCase()))
    const shares = [...kept, ...added].filter((share) => share.principal.objectId !== connection.owner.objectId.toLowerCase())
    putConnection(tx, { ...connection, shares })
  })
  return json(200, {})
}

function readShare(call: ConnectivityCall, properties: Readonly<Record<string, unknown>>): ConnectionShare {
  const principal = asRecord(properties['principal'])
  const roleName = shareRoles.find((role) => role === properties['roleName'])
  if (roleName === undefined)
    throw new ODataError(
      400,
      'InvalidRoleName',
      `The role '${String(properties['roleName'])}' cannot be given: use ${shareRoles.join(', ')}.`,
    )
  if (typeof principal['id'] !== 'string') throw new ODataError(400, 'InvalidPrincipal', 'The principal has no id.')
  // Connections can be shared only with a user that represents a service principal (facts-2 §3.2).
  if (principal['type'] !== 'ServicePrincipal') {
    throw new ODataError(
      400,
      'InvalidPrincipalType',
      'Connections can only be shared explicitly with a principal of type ServicePrincipal.',
    )
  }
  const objectId = principal['id'].toLowerCase()
  return { roleName, principal: { objectId, displayName: nameOf(call, objectId), type: 'ServicePrincipal' } }
}

/** A principal that nobody knows shows no name, as a deleted one does (facts-2 §3.1). */
function nameOf(call: ConnectivityCall, objectId: string): string {
  const users = call.context.env.read((tx) => tx.list('systemuser'))
  const user = users.find((row) => String(row['azureactivedirectoryobjectid']).toLowerCase() === objectId)
  return String(user?.['fullname'] ?? '')
}

function shown(call: ConnectivityCall, connection: Connection): object {
  return shownConnection({ environmentId: environmentId(call.context), tenantId: call.tenantId }, connection)
}

interface Whose {
  readonly environmentId: string
  readonly tenantId: string
}

/** A connection as the connectivity API and the administration show it. */
export function shownConnection(whose: Whose, connection: Connection): object {
  const { owner } = connection
  return {
    name: connection.name,
    id: idOf(connection),
    type: 'Microsoft.PowerApps/apis/connections',
    properties: {
      apiId: `${apiPrefix}${connectorOf(connection)}`,
      displayName: connection.displayName,
      statuses: [statusOf(connection)],
      createdBy: { ...shownPrincipal(whose, owner), userPrincipalName: null },
      createdTime: connection.createdAt,
      lastModifiedTime: connection.modifiedAt ?? connection.createdAt,
      allowSharing: true,
      environment: { id: `/providers/Microsoft.PowerApps/environments/${whose.environmentId}`, name: whose.environmentId },
      permissions: shownPermissions(whose, connection),
      accountName: owner.displayName,
    },
  }
}

/** The codes of statuses in error are unverified (U). */
function statusOf(connection: Connection): object {
  if (connection.isDisabled === true)
    return { status: 'Error', error: { code: 'Disabled', message: 'A data policy disabled this connection.' } }
  if (connection.status === 'Connected') return { status: 'Connected' }
  return { status: 'Error', target: 'token', error: { code: 'Unauthenticated', message: 'This connection is not authenticated.' } }
}

function shownPermissions(whose: Pick<Whose, 'tenantId'>, connection: Connection): object[] {
  const all = [{ roleName: 'Owner', principal: connection.owner }, ...connection.shares]
  return all.map(({ roleName, principal }) => ({
    name: principal.objectId,
    id: `${idOf(connection)}/permissions/${principal.objectId}`,
    type: 'Microsoft.PowerApps/apis/connections/permissions',
    properties: {
      roleName,
      principal: shownPrincipal(whose, principal),
      notifyShareTargetOption: 'NotSpecified',
      inviteGuestToTenant: false,
    },
  }))
}

function shownPrincipal(whose: Pick<Whose, 'tenantId'>, principal: Principal): object {
  return { id: principal.objectId, displayName: principal.displayName, type: principal.type, tenantId: whose.tenantId }
}

function idOf(connection: Connection): string {
  return `${apiPrefix}${connectorOf(connection)}/connections/${connection.name}`
}

// Errors of this API carry a word where the Web API has a hex code; the shape `{error:{code,message}}` is the same.
function unsupported(call: ConnectivityCall): ODataError {
  return new ODataError(
    501,
    'NotSupported',
    `This local Dataverse does not support ${call.request.method} ${call.request.url.pathname} of the connectivity API.`,
  )
}

function parseBody(text: string): unknown {
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new ODataError(400, 'InvalidRequestContent', 'The request content is not valid JSON.')
  }
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function json(status: number, body: object): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body }
}
