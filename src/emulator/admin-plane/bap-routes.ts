import type { Reply } from '../http/reply.ts'
import { isAdminApplication, listAdminApplications, registerAdminApplication, removeAdminApplication } from './administrator.ts'
import { addAppUser, configureGovernance, deleteEnvironment, modifySku, patchEnvironment } from './change-environment.ts'
import { createEnvironment, validateDetails } from './create-environment.ts'
import { bap } from './environment-view.ts'
import type { AdminCall } from './environments.ts'
import { listEnvironments, requireEnvironment, viewOf } from './environments.ts'
import type { LifecycleOperation } from './lifecycle.ts'
import { findOperation, stateOf } from './lifecycle.ts'
import { choicesView, locationNamed, locationsView } from './locations.ts'
import { lifecycleView } from './operation-view.ts'
import { json, notFound } from './replies.ts'
import { readBody, textOf } from './request-body.ts'

/** The routes of BAP that are served (web-api F.1); undefined for any other. Segments stand behind `/providers/Microsoft.BusinessAppPlatform/`. */
export async function answerBap(call: AdminCall, segments: readonly string[]): Promise<Reply | undefined> {
  const path = segments[0] === 'scopes' && segments[1] === 'admin' ? segments.slice(2) : segments
  const [area = '', id = '', what = ''] = path
  const { method } = call.request
  switch (area) {
    case 'environments':
      return id === '' ? answerEnvironments(call, method) : answerEnvironment(call, { id, what })
    case 'lifecycleOperations':
      return method === 'GET' ? pollOperation(call, id) : undefined
    case 'locations':
      return method === 'GET' ? answerLocations(id, what) : undefined
    case 'validateEnvironmentDetails':
      return method === 'POST' ? validate(call) : undefined
    case 'adminApplications':
      return answerAdminApplications(call, id)
    default:
      return undefined
  }
}

async function answerEnvironments(call: AdminCall, method: string): Promise<Reply | undefined> {
  if (method === 'GET') return json(200, { value: listEnvironments(call).map((record) => viewOf(call, record)) })
  return method === 'POST' ? accepted(call, await createEnvironment(call, await readBody(call.request))) : undefined
}

async function answerEnvironment(
  call: AdminCall,
  { id, what }: { readonly id: string; readonly what: string },
): Promise<Reply | undefined> {
  const record = requireEnvironment(call, id)
  switch (`${call.request.method} ${what}`.trim()) {
    case 'GET':
      return json(200, viewOf(call, record))
    case 'PATCH':
      return accepted(call, await patchEnvironment(call, record, await readBody(call.request)))
    case 'DELETE':
      return accepted(call, await deleteEnvironment(call, record))
    case 'POST modifySku':
      return accepted(call, await modifySku(call, record, await readBody(call.request)))
    case 'POST governanceConfiguration':
      return accepted(call, await configureGovernance(call, record, await readBody(call.request)))
    case 'POST addAppUser':
      await addAppUser(call, record, await readBody(call.request))
      return json(200, {})
    default:
      return undefined
  }
}

function pollOperation({ emulator }: AdminCall, id: string): Reply {
  const operation = emulator.store.tenant().read((tx) => findOperation(tx, id))
  if (operation === undefined) throw notFound('LifecycleOperationNotFound', `The lifecycle operation '${id}' could not be found.`)
  const now = emulator.now()
  const headers = stateOf(operation, now) === 'Succeeded' ? {} : retryAfter(operation, now)
  return json(200, lifecycleView(operation, now), headers)
}

function accepted({ emulator, request }: AdminCall, operation: LifecycleOperation): Reply {
  const location = `${request.url.origin}${bap}/lifecycleOperations/${operation.id}?api-version=2023-06-01`
  return json(202, lifecycleView(operation, emulator.now()), { location, ...retryAfter(operation, emulator.now()) })
}

/** Seconds to wait: 15 at the service (its own client's pause), less on a clock that runs faster. */
export function retryAfter(operation: LifecycleOperation, now: Date): { 'retry-after': string } {
  const left = Math.max(0, operation.endsAt - now.getTime())
  return { 'retry-after': String(Math.min(15, Math.max(1, Math.ceil(left / 1000)))) }
}

function answerLocations(name: string, what: string): Reply | undefined {
  if (name === '') return json(200, locationsView())
  if (locationNamed(name) === undefined) throw notFound('LocationNotFound', `The location '${name}' could not be found.`)
  const choices = choicesView(name, what)
  return choices === undefined ? undefined : json(200, choices)
}

async function validate(call: AdminCall): Promise<Reply> {
  const body = await readBody(call.request)
  const environment = textOf(body, 'environmentName')
  const record = environment === undefined ? undefined : requireEnvironment(call, environment)
  // An environment may keep the name that it has.
  if (record === undefined || record.name !== textOf(body, 'domainName')) validateDetails(call, body)
  return json(200, {})
}

async function answerAdminApplications(call: AdminCall, id: string): Promise<Reply | undefined> {
  const { emulator, by, request } = call
  if (id === '') return request.method === 'GET' ? json(200, { value: listAdminApplications(emulator) }) : undefined
  switch (request.method) {
    case 'PUT':
      return json(200, await registerAdminApplication(emulator, by, id))
    case 'GET':
      if (!isAdminApplication(emulator, id)) throw notFound('AdminApplicationNotFound', `The application '${id}' is not registered.`)
      return json(200, { applicationId: id.toLowerCase() })
    case 'DELETE':
      await removeAdminApplication(emulator, id)
      return json(200, {})
    default:
      return undefined
  }
}
