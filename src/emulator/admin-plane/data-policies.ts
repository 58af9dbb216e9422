import { ODataError } from '../errors.ts'
import type { Identity } from '../auth/bearer.ts'
import type { Emulator } from '../http/emulator.ts'
import type { Reply } from '../http/reply.ts'
import type { HttpRequest } from '../http/server.ts'
import { findPolicy, listPolicies, putPolicy, removePolicy } from '../policies/data-policies.ts'
import { changePolicies, policyDelayMs } from '../policies/enforce.ts'
import type { PolicyDocument } from '../policies/policy.ts'
import { readPolicy } from '../policies/policy.ts'

const root = '/providers/PowerPlatform.Governance/'
const unserved =
  /^\/providers\/Microsoft\.BusinessAppPlatform\/scopes\/admin\/(?:.*\/)?(apiPolicies|policyConnectorConfigurations)|\/(exemptResources|dlpExemptResources|connectors\/metadata)/i

/**
 * Data policies of the tenant, for an identity that may administer it; undefined for any other address. The routes are those of
 * Microsoft's Terraform provider: it deletes on v1 and does the rest on v2.
 */
export async function answerDataPolicies(emulator: Emulator, request: HttpRequest, identity: Identity): Promise<Reply | undefined> {
  const { pathname } = request.url
  const [, version, id] = /^\/providers\/PowerPlatform\.Governance\/(v[12])\/policies(?:\/([^/]+))?\/?$/i.exec(pathname) ?? []
  if (version === undefined) {
    if (unserved.test(pathname) || pathname.toLowerCase().startsWith(root.toLowerCase())) throw notServed(request)
    return undefined
  }
  const route = `${request.method} ${version} ${id === undefined ? '' : '{id}'}`.trim()
  switch (route) {
    case 'GET v2':
      return json(200, { value: emulator.store.tenant().read(listPolicies).map(shallow) })
    case 'GET v2 {id}':
      return json(200, found(emulator, id ?? ''))
    case 'POST v2':
      return json(201, await create(emulator, await readBody(request), identity))
    case 'PATCH v2 {id}':
      return json(200, await update(emulator, { id: id ?? '', body: await readBody(request) }, identity))
    case 'DELETE v1 {id}':
    case 'DELETE v2 {id}': {
      const gone = found(emulator, id ?? '')
      await changePolicies(emulator.store, policiesDue(emulator), (tenant) => removePolicy(tenant, idOf(gone)))
      return { status: 200 }
    }
    default:
      throw notServed(request)
  }
}

function found(emulator: Emulator, id: string): PolicyDocument {
  const document = emulator.store.tenant().read((tx) => findPolicy(tx, id))
  if (document !== undefined) return document
  throw new ODataError(404, 'PolicyNotFound', `The data policy '${id}' was not found in the tenant.`)
}

async function create(emulator: Emulator, body: PolicyDocument, identity: Identity): Promise<PolicyDocument> {
  const at = emulator.now().toISOString()
  const by = nameOf(emulator, identity)
  return save(emulator, body, { name: emulator.guid(), createdBy: by, createdTime: at, lastModifiedBy: by, lastModifiedTime: at })
}

/** What the body leaves out stays (U: the service's own client always sends all of it). */
async function update(
  emulator: Emulator,
  { id, body }: { readonly id: string; readonly body: PolicyDocument },
  identity: Identity,
): Promise<PolicyDocument> {
  const old = found(emulator, id)
  const { name, createdBy, createdTime } = definitionOf(old)
  const merged = { ...old, ...body, policyDefinition: { ...definitionOf(old), ...definitionOf(body) } }
  const changed = { lastModifiedBy: nameOf(emulator, identity), lastModifiedTime: emulator.now().toISOString() }
  return save(emulator, merged, { name, createdBy, createdTime, ...changed })
}

async function save(emulator: Emulator, body: PolicyDocument, stamps: PolicyDocument): Promise<PolicyDocument> {
  const definition = { ...definitionOf(body), ...stamps, etag: emulator.guid(), isLegacySchemaVersion: false }
  const document = { ...body, policyDefinition: definition }
  const { id } = readPolicy(document)
  await changePolicies(emulator.store, policiesDue(emulator), (tenant) => putPolicy(tenant, id, document))
  return document
}

/** When a change of policies that is made now reaches the environments. */
export function policiesDue(emulator: Emulator): Date {
  return new Date(emulator.now().getTime() + emulator.clock.scaled(policyDelayMs))
}

/** A list names policies and leaves out what they say of connectors (release-facts §4.1). */
function shallow(document: PolicyDocument): PolicyDocument {
  const { connectorGroups: _groups, environments: _environments, ...definition } = definitionOf(document)
  return { policyDefinition: definition }
}

function nameOf(emulator: Emulator, identity: Identity): { readonly displayName: string } {
  const known = [...emulator.people, ...emulator.clients].find((each) => each.objectId === identity.objectId)
  return { displayName: known?.name ?? identity.objectId }
}

function definitionOf(document: PolicyDocument): PolicyDocument {
  const { policyDefinition } = document
  return typeof policyDefinition === 'object' && policyDefinition !== null ? Object.fromEntries(Object.entries(policyDefinition)) : {}
}

function idOf(document: PolicyDocument): string {
  return String(definitionOf(document)['name'])
}

async function readBody(request: HttpRequest): Promise<PolicyDocument> {
  try {
    const value: unknown = JSON.parse(await request.readText())
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.fromEntries(Object.entries(value))
  } catch {
    // Falls through: both faults have the same answer.
  }
  throw new ODataError(400, 'InvalidRequestContent', 'The request content is not a JSON object.')
}

function notServed(request: HttpRequest): ODataError {
  return new ODataError(
    501,
    'NotSupported',
    `This local Dataverse does not support ${request.method} ${request.url.pathname}: of data policies it has v2/policies, without exemptions and the classic interface.`,
  )
}

function json(status: number, body: object): Reply {
  return { status, headers: { 'content-type': 'application/json; charset=utf-8' }, body }
}
