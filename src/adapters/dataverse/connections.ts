import { z } from 'zod'
import type { ObservedConnection } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import { connectorName } from '#domain/solution'
import type { DataverseClient } from './client.ts'

const principal = z.object({
  id: z.string().nullish(),
  displayName: z.string().nullish(),
  email: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
  type: z.string().nullish(),
})
type Principal = z.infer<typeof principal>

const connectionRow = z.object({
  name: z.string(),
  properties: z.object({
    apiId: z.string(),
    displayName: z.string().nullish(),
    statuses: z.array(z.object({ status: z.string() })).nullish(),
    createdBy: principal.nullish(),
    environment: z.union([z.string(), z.object({ name: z.string().nullish() })]).nullish(),
  }),
})
type ConnectionRow = z.infer<typeof connectionRow>

const page = z.object({ value: z.array(connectionRow), nextLink: z.string().nullish() })
const permissionPage = z.object({
  value: z.array(z.object({ properties: z.object({ roleName: z.string(), principal: principal.nullish() }) })),
})
type Permission = z.infer<typeof permissionPage>['value'][number]

/** Every role of a connection lets its holder use it [Terraform provider, connection shares]. */
const usingRoles = new Set(['Owner', 'CanView', 'CanViewWithShare', 'CanEdit'])

/**
 * The wanted connections that the identity can see, with what it may do. One that is not listed is left out: it does not exist or is
 * not shared, and the service tells neither from the other.
 */
export async function fetchConnections(
  client: DataverseClient,
  wanted: { readonly connectionIds: readonly string[] | 'all'; readonly objectId: string | undefined },
): Promise<readonly ObservedConnection[]> {
  const ids = wanted.connectionIds === 'all' ? undefined : new Set(wanted.connectionIds.map((id) => id.toLowerCase()))
  if (ids?.size === 0) return []
  const rows = (await fetchAll(client)).filter((row) => ids?.has(row.name.toLowerCase()) ?? true)
  return Promise.all(rows.map((row) => readConnection(client, row, wanted.objectId)))
}

async function fetchAll(client: DataverseClient): Promise<readonly ConnectionRow[]> {
  const rows: ConnectionRow[] = []
  let path: string | undefined = `${connectivityBase(client)}/connections?api-version=1`
  while (path !== undefined) {
    const reply: z.infer<typeof page> = await client.call({ operation: 'ReadConnections', path, reply: page })
    rows.push(...reply.value)
    path = reply.nextLink ?? undefined
  }
  return rows
}

async function readConnection(client: DataverseClient, row: ConnectionRow, objectId: string | undefined): Promise<ObservedConnection> {
  const permissions = await fetchPermissions(client, row)
  const owner = permissions?.find(({ properties }) => properties.roleName === 'Owner')?.properties.principal ?? row.properties.createdBy
  return {
    id: row.name,
    connectorId: row.properties.apiId,
    displayName: row.properties.displayName ?? undefined,
    status: readStatus(row),
    owner: nameOf(owner ?? undefined),
    mayUse: mayUse(permissions, objectId),
  }
}

/** Undefined when the identity may not read them, which is so for those with whom a connection is only shared. */
async function fetchPermissions(client: DataverseClient, row: ConnectionRow): Promise<readonly Permission[] | undefined> {
  const connector = connectorName(row.properties.apiId) ?? ''
  const route = `connectors/${encodeURIComponent(connector)}/connections/${encodeURIComponent(row.name)}/permissions`
  const filter = environmentFilter(client, row)
  try {
    const path = `${connectivityBase(client)}/${route}?api-version=1${filter}`
    return (await client.call({ operation: 'ReadConnections', path, reply: permissionPage })).value
  } catch (error) {
    const isHidden = error instanceof DroverError && (error.code === 'dataverse.forbidden' || error.code === 'dataverse.not-found')
    if (isHidden) return undefined
    throw error
  }
}

/** Routes of one connector want the environment's own id; the rows carry it, and so does the host `<id, split>.environment.api.…`. */
function environmentFilter(client: DataverseClient, row: ConnectionRow): string {
  const { environment } = row.properties
  const name = typeof environment === 'string' ? environment : (environment?.name ?? idFromHost(client))
  return name === undefined ? '' : `&$filter=${encodeURIComponent(`environment eq '${name}'`)}`
}

function idFromHost(client: DataverseClient): string | undefined {
  const [head = '', tail = '', word] = new URL(client.environment.connectivityUrl).hostname.split('.')
  const digits = `${head}${tail}`
  if (word !== 'environment' || !/^[0-9a-f]{32}$/.test(digits)) return undefined
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-')
}

/** Shares with groups or with the whole tenant may include the identity without naming it, so their presence leaves it unknown. */
function mayUse(permissions: readonly Permission[] | undefined, objectId: string | undefined): ObservedConnection['mayUse'] {
  if (permissions === undefined || objectId === undefined) return 'unknown'
  const using = permissions.filter(({ properties }) => usingRoles.has(properties.roleName))
  if (using.some(({ properties }) => properties.principal?.id?.toLowerCase() === objectId.toLowerCase())) return 'yes'
  return using.every(({ properties }) => isSingle(properties.principal ?? undefined)) ? 'no' : 'unknown'
}

function isSingle(who: Principal | undefined): boolean {
  return who?.type === 'User' || who?.type === 'ServicePrincipal'
}

function readStatus(row: ConnectionRow): ObservedConnection['status'] {
  const statuses = row.properties.statuses ?? []
  if (statuses.length === 0) return 'unknown'
  if (statuses.some(({ status }) => status === 'Error')) return 'error'
  return statuses.every(({ status }) => status === 'Connected') ? 'connected' : 'unknown'
}

function nameOf(who: Principal | undefined): string | undefined {
  return who?.email || who?.userPrincipalName || who?.displayName || who?.id || undefined
}

function connectivityBase(client: DataverseClient): string {
  return client.environment.connectivityUrl.replace(/\/+$/, '')
}
