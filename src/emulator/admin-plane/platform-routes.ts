import type { Reply } from '../http/reply.ts'
import { backupView, listBackups, removeBackup, requireBackup, takeBackup } from './backups.ts'
import { retryAfter } from './bap-routes.ts'
import { configureGovernance } from './change-environment.ts'
import { ValidationRefusal, copy, planCopy, planRestore, restore, restoreCandidates, validationView } from './copies.ts'
import type { EnvironmentRecord } from './environment-record.ts'
import type { AdminCall } from './environments.ts'
import { requireEnvironment } from './environments.ts'
import type { LifecycleOperation } from './lifecycle.ts'
import { findOperation } from './lifecycle.ts'
import { operationResult } from './operation-view.ts'
import { json, notFound } from './replies.ts'
import type { Body } from './request-body.ts'
import { readBody } from './request-body.ts'

/** The routes of the Power Platform API that are served (web-api F.2); undefined for any other. Segments stand behind `/environmentmanagement/environments/`. */
export async function answerPlatformApi(call: AdminCall, segments: readonly string[]): Promise<Reply | undefined> {
  const [id = '', area = '', item = ''] = segments
  if (id === '' || area === '') return undefined
  const record = requireEnvironment(call, id)
  const { method } = call.request
  switch (
    `${method} ${area.toLowerCase()}${item === '' ? '' : '/'}${area.toLowerCase() === 'governancesetting' ? item.toLowerCase() : item === '' ? '' : '{id}'}`
  ) {
    case 'POST copy':
      return judged(call, record, { judge: planCopy, start: copy })
    case 'POST restore':
      return judged(call, record, { judge: planRestore, start: restore })
    case 'GET restorecandidates':
      return json(200, { collection: restoreCandidates(call, record).map(candidateView) })
    case 'GET backups':
      return json(200, { collection: backupsOf(call, record).map(backupView), continuationToken: null })
    case 'POST backups':
      return json(201, backupView(await takeBackup(call, record, await readBody(call.request))))
    case 'DELETE backups/{id}':
      return dropBackup(call, record, item)
    case 'GET operations/{id}':
      return pollOperation(call, record, item)
    case 'POST governancesetting/enablemanaged':
      return accepted(call, await configureGovernance(call, record, { protectionLevel: 'Standard' }))
    case 'POST governancesetting/disablemanaged':
      return accepted(call, await configureGovernance(call, record, { protectionLevel: 'Basic' }))
    default:
      return undefined
  }
}

interface Judged<Plan> {
  judge(call: AdminCall, target: EnvironmentRecord, body: Body): Plan
  start(call: AdminCall, plan: Plan, body: Body): Promise<LifecycleOperation>
}

/** With `ValidateOnly=true` a request is judged and nothing more; `ValidateProperties` names the members whose faults count. */
async function judged<Plan>(call: AdminCall, target: EnvironmentRecord, how: Judged<Plan>): Promise<Reply> {
  const { searchParams } = call.request.url
  const body = await readBody(call.request)
  const isOnlyJudged = searchParams.get('ValidateOnly')?.toLowerCase() === 'true'
  const members = (searchParams.get('ValidateProperties') ?? '').split(',').filter((name) => name !== '')
  try {
    const plan = how.judge(call, target, body)
    return isOnlyJudged ? json(200, {}) : accepted(call, await how.start(call, plan, body))
  } catch (error) {
    if (!(error instanceof ValidationRefusal)) throw error
    const isAsked = !isOnlyJudged || members.length === 0 || members.includes(error.field)
    return isAsked ? json(400, validationView(error)) : json(200, {})
  }
}

function accepted({ emulator, request }: AdminCall, operation: LifecycleOperation): Reply {
  const path = `/environmentmanagement/environments/${operation.environmentId}/operations/${operation.id}`
  const address = `${request.url.origin}${path}?api-version=2024-10-01`
  const headers = { 'operation-location': address, ...retryAfter(operation, emulator.now()) }
  return json(202, operationResult(operation, emulator.now()), headers)
}

function candidateView(record: EnvironmentRecord): object {
  return { environmentId: record.id, displayName: record.displayName, type: record.sku }
}

function backupsOf({ emulator }: AdminCall, record: EnvironmentRecord): ReturnType<typeof listBackups> {
  return emulator.store.tenant().read((tx) => listBackups(tx, record.id, emulator.now()))
}

async function dropBackup({ emulator }: AdminCall, record: EnvironmentRecord, id: string): Promise<Reply> {
  const now = emulator.now()
  await emulator.store.tenant().write((tx) => removeBackup(tx, requireBackup(tx, record.id, { id, now })))
  return { status: 204 }
}

function pollOperation({ emulator }: AdminCall, record: EnvironmentRecord, id: string): Reply {
  const operation = emulator.store.tenant().read((tx) => findOperation(tx, id))
  if (operation?.environmentId === record.id)
    return json(200, operationResult(operation, emulator.now()), retryAfter(operation, emulator.now()))
  throw notFound('OperationNotFound', `The environment '${record.id}' has no operation '${id}'.`)
}
