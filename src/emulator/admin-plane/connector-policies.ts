import { ODataError } from '../errors.ts'
import type { Emulator } from '../http/emulator.ts'
import type { Reply } from '../http/reply.ts'
import type { Assignment } from '../policies/connector-policies.ts'
import {
  allowedOf,
  findRulePolicy,
  listAssignments,
  listRulePolicies,
  putAssignment,
  putRulePolicy,
  removeAssignment,
  removeRulePolicy,
} from '../policies/connector-policies.ts'
import { changePolicies } from '../policies/enforce.ts'
import type { PolicyDocument } from '../policies/policy.ts'
import type { Transaction } from '../store/store.ts'
import { policiesDue } from './data-policies.ts'
import type { AdminCall } from './environments.ts'
import { requireEnvironment } from './environments.ts'
import { json, notFound } from './replies.ts'
import type { Body } from './request-body.ts'
import { objectOf, readBody, requiredText } from './request-body.ts'

const places = { environments: 'Environment', environmentgroups: 'EnvironmentGroup' } as const

/**
 * Rule-based policies (Power Platform API, Governance; the addresses are those of its reference and of Microsoft's Terraform provider). Undefined
 * for any other address. Segments stand behind `/governance/ruleBasedPolicies/`.
 */
export async function answerConnectorPolicies(call: AdminCall, segments: readonly string[]): Promise<Reply | undefined> {
  const [first = '', second = '', third = '', fourth = ''] = segments
  const { method } = call.request
  if (segments.at(-1)?.toLowerCase() === 'assignments') return answerAssignments(call, segments)
  if (first === '') return answerAll(call, method)
  if (second.toLowerCase() === 'removerule' && third === '' && method === 'PATCH') return removeRule(call, first)
  if (second !== '' || fourth !== '') return undefined
  const found = requirePolicy(call, first)
  if (method === 'GET') return json(200, found)
  if (method === 'DELETE') {
    await change(call.emulator, (tenant) => removeRulePolicy(tenant, String(found['id'])))
    return { status: 200 }
  }
  if (method !== 'PATCH' && method !== 'PUT') return undefined
  const body = await readBody(call.request)
  // A patch adds or replaces the rule sets that it names; a put has them all.
  const kept = method === 'PUT' ? [] : ruleSetsOf(found).filter(({ id }) => !ruleSetsOf(body).some((given) => given['id'] === id))
  return json(200, await save(call.emulator, { ...found, name: requiredText(body, 'name'), ruleSets: [...kept, ...ruleSetsOf(body)] }))
}

async function answerAll(call: AdminCall, method: string): Promise<Reply | undefined> {
  const { emulator, by } = call
  if (method === 'GET') return json(200, { value: emulator.store.tenant().read(listRulePolicies) })
  if (method !== 'POST') return undefined
  const body = await readBody(call.request)
  const made = { id: emulator.guid(), tenantId: by.identity.tenantId, name: requiredText(body, 'name'), ruleSets: ruleSetsOf(body) }
  return json(201, await save(emulator, made))
}

async function removeRule(call: AdminCall, id: string): Promise<Reply> {
  const found = requirePolicy(call, id)
  const body = await readBody(call.request)
  const left = ruleSetsOf(found).filter((ruleSet) => !ruleSetsOf(body).some((given) => given['id'] === ruleSet['id']))
  return json(200, await save(call.emulator, { ...found, ruleSets: left }))
}

async function answerAssignments(call: AdminCall, segments: readonly string[]): Promise<Reply | undefined> {
  const names = segments.slice(0, -1)
  const all = call.emulator.store.tenant().read(listAssignments)
  const shown = (some: readonly Assignment[]): Reply => json(200, { value: some.map((assignment) => assignmentView(call, assignment)) })
  if (names.length < 2) {
    if (call.request.method !== 'GET') return undefined
    const policyId = names[0] === undefined ? undefined : String(requirePolicy(call, names[0])['id'])
    return shown(all.filter((assignment) => policyId === undefined || assignment.policyId === policyId))
  }
  const place = requirePlace(call, names.slice(-2))
  if (place === undefined || names.length > 3) return undefined
  if (names.length === 2) {
    // Whether the list of an environment also has what its group has is not documented (U: it has not).
    const own = all.filter(({ resourceType, resourceId }) => resourceType === place.resourceType && resourceId === place.resourceId)
    return call.request.method === 'GET' ? shown(own) : undefined
  }
  const assignment: Assignment = { policyId: String(requirePolicy(call, names[0] ?? '')['id']), ...place }
  if (call.request.method === 'DELETE') {
    await change(call.emulator, (tenant) => removeAssignment(tenant, assignment))
    return { status: 200 }
  }
  if (call.request.method !== 'POST') return undefined
  const { assignmentOverrides } = await readBody(call.request)
  if (Array.isArray(assignmentOverrides) && assignmentOverrides.length > 0) throw overrides()
  await change(call.emulator, (tenant) => putAssignment(tenant, assignment))
  return json(201, assignmentView(call, assignment))
}

/** Environment groups themselves are not kept here: any id is one. */
function requirePlace(call: AdminCall, [kind = '', id = '']: readonly string[]): Omit<Assignment, 'policyId'> | undefined {
  const resourceType = Object.entries(places).find(([name]) => name === kind.toLowerCase())?.[1]
  if (resourceType === undefined) return undefined
  return { resourceType, resourceId: resourceType === 'Environment' ? requireEnvironment(call, id).id : id.toLowerCase() }
}

function assignmentView({ emulator, by }: AdminCall, assignment: Assignment): object {
  const document = emulator.store.tenant().read((tenant) => findRulePolicy(tenant, assignment.policyId))
  return { ...assignment, tenantId: by.identity.tenantId, ruleSetCount: ruleSetsOf(document ?? {}).length }
}

function requirePolicy({ emulator }: AdminCall, id: string): PolicyDocument {
  const found = emulator.store.tenant().read((tenant) => findRulePolicy(tenant, id))
  if (found !== undefined) return found
  throw notFound('PolicyNotFound', `The policy '${id}' was not found in the tenant.`)
}

async function save(emulator: Emulator, document: PolicyDocument): Promise<PolicyDocument> {
  const ruleSets = ruleSetsOf(document)
  const saved = { ...document, ruleSetCount: ruleSets.length, lastModified: emulator.now().toISOString() }
  allowedOf(saved) // What cannot be read is refused.
  await change(emulator, (tenant) => putRulePolicy(tenant, String(document['id']), saved))
  return saved
}

/** It reaches environments as a change of data policies does (U: how long it takes is not documented). */
function change(emulator: Emulator, deed: (tenant: Transaction) => void): Promise<void> {
  return changePolicies(emulator.store, policiesDue(emulator), deed)
}

function ruleSetsOf(of: Body): readonly Body[] {
  const given: readonly unknown[] = Array.isArray(of['ruleSets']) ? of['ruleSets'] : []
  return given.map(objectOf).filter((each) => each !== undefined)
}

function overrides(): ODataError {
  return new ODataError(501, 'NotSupported', 'This local Dataverse does not support overrides of the assignment of a policy.')
}
