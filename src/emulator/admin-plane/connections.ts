import { shownConnection } from '../http/connectivity.ts'
import type { Reply } from '../http/reply.ts'
import { listConnections } from '../kinds/connections.ts'
import type { AdminCall } from './environments.ts'
import { requireEnvironment } from './environments.ts'

/**
 * All connections of an environment, whoever owns them (facts-2 §3.1; the address is unverified):
 * `GET /providers/Microsoft.PowerApps/scopes/admin/environments/{id}/connections`. Segments stand behind `/providers/Microsoft.PowerApps/`.
 */
export async function answerConnections(call: AdminCall, segments: readonly string[]): Promise<Reply | undefined> {
  const [scopes, admin, environments, id = '', connections] = segments
  const isRoute = scopes === 'scopes' && admin === 'admin' && environments === 'environments' && connections === 'connections'
  if (!isRoute || segments.length !== 5 || call.request.method !== 'GET') return undefined
  const record = requireEnvironment(call, id)
  const env = call.emulator.store.environment(record.name)
  const tenantId = call.by.identity.tenantId
  const value = env.read(listConnections).map((connection) => shownConnection({ environmentId: record.id, tenantId }, connection))
  return { status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: { value } }
}
