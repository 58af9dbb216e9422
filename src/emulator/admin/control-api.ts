import { createHash, timingSafeEqual } from 'node:crypto'
import { DroverError } from '#domain/kernel'
import { assumeUnmanaged } from '../layers/assumed.ts'
import type { NamedComponent } from '../layers/find-component.ts'
import { ODataError } from '../errors.ts'
import type { EmulatorStore, EnvironmentStore } from '../store/store.ts'
import { provisionUser } from '../auth/application-users.ts'
import { putRow } from '../store/rows.ts'
import { putConnection } from '../kinds/connections.ts'
import { rememberFlow } from '../kinds/flow-memory.ts'

/**
 * The emulator's own control address below `/_emulator/`. **None of this exists in Dataverse**: it sets a scene for demos and tests
 * (platform solutions that are there from the start, connections and users of other people, what somebody did by hand).
 * It is answered only when an admin secret was given at start, to requests that carry it as a bearer token.
 *
 * GET    /_emulator/environments                                   names
 * POST   /_emulator/environments/{env}/reset                       empties it, as new
 * POST   /_emulator/environments/{env}/solutions                   {uniqueName, version}: a platform solution is mounted
 * POST   /_emulator/environments/{env}/assumptions                 {components: [{type, schemaName?, id?, parentSchemaName?}]}: count as there, unmanaged
 * PUT    /_emulator/environments/{env}/connections/{id}            {connectorId, displayName, ownerName, sharedWith[], status?}
 * POST   /_emulator/environments/{env}/users                       {name, objectId, applicationId?}
 * POST   /_emulator/environments/{env}/flows/{workflowid}/state    {state: on|off, by}: someone switched it by hand
 */
export interface ControlApi {
  readonly store: EmulatorStore
  readonly secret: string
  now(): Date
  guid(): string
  mountSolution(env: EnvironmentStore, solution: { readonly uniqueName: string; readonly version: string }): Promise<void>
  resetEnvironment(name: string): Promise<void>
}

export interface ControlRequest {
  readonly method: string
  /** Segments behind `/_emulator/`. */
  readonly segments: readonly string[]
  readonly authorization: string | undefined
  readText(): Promise<string>
}

export async function answerControl(api: ControlApi | undefined, request: ControlRequest): Promise<{ status: number; body?: object }> {
  if (api === undefined)
    throw new ODataError(404, 'emulator.not-found', 'The control address is closed: this emulator was started without an admin secret.')
  if (!isSecret(request.authorization, api.secret))
    throw new ODataError(401, 'emulator.unauthorized', 'The control address needs the admin secret of this emulator as a bearer token.')
  const [area, environment, kind, id, detail] = request.segments
  if (area !== 'environments') throw unknown(request)
  if (environment === undefined) {
    if (request.method !== 'GET') throw unknown(request)
    return { status: 200, body: { environments: api.store.environments() } }
  }
  if (!api.store.environments().includes(environment))
    throw new ODataError(404, 'emulator.not-found', `There is no local environment '${environment}'.`)
  const env = api.store.environment(environment)
  const route = `${request.method} ${[kind, id === undefined ? '' : '{id}', detail].filter(Boolean).join('/')}`
  switch (route) {
    case 'POST reset':
      await api.resetEnvironment(environment)
      break
    case 'POST solutions':
      await mount(api, env, await readBody(request))
      break
    case 'POST assumptions':
      await assume(env, await readBody(request))
      break
    case 'PUT connections/{id}':
      await setConnection(api, env, { id: id ?? '', body: await readBody(request) })
      break
    case 'POST users':
      return { status: 201, body: { systemuserid: await addUser(api, env, await readBody(request)) } }
    case 'POST flows/{id}/state':
      await setFlowState(api, env, { id: id ?? '', body: await readBody(request) })
      break
    default:
      throw unknown(request)
  }
  return { status: 204 }
}

type Body = Readonly<Record<string, unknown>>

async function mount(api: ControlApi, env: EnvironmentStore, body: Body): Promise<void> {
  try {
    await api.mountSolution(env, { uniqueName: text(body, 'uniqueName'), version: text(body, 'version') })
  } catch (error) {
    if (error instanceof DroverError) throw new ODataError(409, error.code, `${error.message} ${error.hint ?? ''}`.trim())
    throw error
  }
}

async function assume(env: EnvironmentStore, body: Body): Promise<void> {
  const given = Array.isArray(body['components']) ? body['components'] : []
  const components = given.map((each: unknown): NamedComponent => {
    const named = Object(each) as Readonly<Record<string, unknown>>
    const optional = (name: string) => (typeof named[name] === 'string' ? named[name] : undefined)
    return {
      type: text(named, 'type'),
      id: optional('id'),
      schemaName: optional('schemaName'),
      parentSchemaName: optional('parentSchemaName'),
    }
  })
  await env.write((tx) => assumeUnmanaged(tx, components))
}

/** A connection of a named person. The owner's object id is made from the name unless given, so that the same name is the same person. */
async function setConnection(api: ControlApi, env: EnvironmentStore, given: { readonly id: string; readonly body: Body }): Promise<void> {
  const { id, body } = given
  const ownerName = text(body, 'ownerName')
  const ownerId = typeof body['ownerObjectId'] === 'string' ? body['ownerObjectId'] : guidOf(`person ${ownerName}`)
  const shared = Array.isArray(body['sharedWith']) ? body['sharedWith'].map(String) : []
  const status = body['status'] === 'Error' ? 'Error' : 'Connected'
  const at = api.now().toISOString()
  await env.write((tx) => {
    const nameOf = (objectId: string): string =>
      String(tx.list('systemuser').find((user) => user['azureactivedirectoryobjectid'] === objectId)?.['fullname'] ?? objectId)
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

async function addUser(api: ControlApi, env: EnvironmentStore, body: Body): Promise<string> {
  const name = text(body, 'name')
  const objectId = typeof body['objectId'] === 'string' ? body['objectId'] : guidOf(`person ${name}`)
  const clientId = typeof body['applicationId'] === 'string' ? body['applicationId'] : api.guid()
  return env.write((tx) => provisionUser(tx, { clientId, objectId, name }, api))
}

async function setFlowState(api: ControlApi, env: EnvironmentStore, given: { readonly id: string; readonly body: Body }): Promise<void> {
  const isOn = text(given.body, 'state') === 'on'
  const by = text(given.body, 'by')
  await env.write((tx) => {
    const flow = tx.get('workflow', given.id.toLowerCase())
    if (flow === undefined) throw new ODataError(404, 'emulator.not-found', `There is no flow '${given.id}' in '${env.name}'.`)
    const user = tx.list('systemuser').find((row) => row['fullname'] === by)
    if (user === undefined) throw new ODataError(404, 'emulator.not-found', `There is no user '${by}' in '${env.name}'.`)
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

function isSecret(authorization: string | undefined, secret: string): boolean {
  const offered = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1] ?? ''
  return timingSafeEqual(createHash('sha256').update(offered).digest(), createHash('sha256').update(secret).digest())
}

async function readBody(request: ControlRequest): Promise<Body> {
  try {
    const value: unknown = JSON.parse(await request.readText())
    if (typeof value === 'object' && value !== null) return Object.fromEntries(Object.entries(value))
  } catch {
    // Falls through: both faults have the same answer.
  }
  throw new ODataError(400, 'emulator.bad-request', 'The body must be a JSON object.')
}

function text(body: Body, name: string): string {
  const value = body[name]
  if (typeof value === 'string' && value !== '') return value
  throw new ODataError(400, 'emulator.bad-request', `The member '${name}' must be a text.`)
}

function guidOf(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function unknown(request: ControlRequest): ODataError {
  return new ODataError(404, 'emulator.not-found', `The control address has no ${request.method} /_emulator/${request.segments.join('/')}.`)
}
