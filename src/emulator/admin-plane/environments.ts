import type { Emulator } from '../http/emulator.ts'
import type { HttpRequest } from '../http/server.ts'
import { ODataError } from '../errors.ts'
import type { Administrator } from './administrator.ts'
import type { EnvironmentRecord } from './environment-record.ts'
import { putRecord, recordOf } from './environment-record.ts'
import { environmentView } from './environment-view.ts'
import type { LifecycleOperation, OperationType } from './lifecycle.ts'
import { activeOperation, requireIdle, startOperation } from './lifecycle.ts'

/** One request for administration, signed in. */
export interface AdminCall {
  readonly emulator: Emulator
  readonly request: HttpRequest
  readonly by: Administrator
}

export function listEnvironments({ emulator }: Pick<AdminCall, 'emulator'>): readonly EnvironmentRecord[] {
  return emulator.store.tenant().read((tx) => emulator.store.environments().map((name) => recordOf(tx, name)))
}

/** Throws 404. */
export function requireEnvironment(call: AdminCall, id: string): EnvironmentRecord {
  const found = listEnvironments(call).find((record) => record.id === id.toLowerCase())
  if (found !== undefined) return found
  const text = `The environment '${id}' could not be found in the tenant '${call.by.identity.tenantId}'.`
  throw new ODataError(404, 'EnvironmentNotFound', text)
}

/** Throws 409 while another operation, or a solution operation inside, holds the environment. */
export function requireIdleEnvironment({ emulator }: AdminCall, record: EnvironmentRecord): void {
  emulator.store.tenant().read((tx) => requireIdle(tx, record.id, emulator.now()))
  const holder = emulator.jobs.holder(record.name)
  if (holder === undefined) return
  const text = `This operation cannot be performed because a solution operation [${holder}] runs in the environment ${record.id}.`
  throw new ODataError(409, 'OperationNotStartable', text)
}

export function viewOf({ emulator, request, by }: AdminCall, record: EnvironmentRecord): Record<string, unknown> {
  const { origin } = request.url
  const operation = emulator.store.tenant().read((tx) => activeOperation(tx, record.id, emulator.now()))
  const { tenantId } = by.identity
  return emulator.store.environment(record.name).read((tx) => environmentView(tx, record, { origin, tenantId, operation }))
}

/** Writes what changed and begins the operation that it is part of. */
export async function changeEnvironment(call: AdminCall, type: OperationType, record: EnvironmentRecord): Promise<LifecycleOperation> {
  const { emulator, by } = call
  const asked = { type, environmentId: record.id, requestedBy: by.actor }
  return emulator.store.tenant().write((tx) => {
    requireIdle(tx, record.id, emulator.now())
    putRecord(tx, { ...record, lastModifiedTime: emulator.now().toISOString() })
    return startOperation(tx, asked, emulator)
  })
}
