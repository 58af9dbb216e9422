import { recordOf } from '../admin-plane/environment-record.ts'
import { ODataError } from '../errors.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import type { ConnectorUse, PolicyViolation } from './evaluate.ts'
import type { PolicyDocument } from './policy.ts'

const table = '~connectorpolicy'
const assignmentTable = '~connectorpolicyassignment'

/** A policy is assigned to a resource as a whole; overrides are not served. */
export interface Assignment {
  readonly policyId: string
  readonly resourceType: 'Environment' | 'EnvironmentGroup'
  /** Lower case. */
  readonly resourceId: string
}

export function listRulePolicies(tenant: ReadTransaction): readonly PolicyDocument[] {
  return tenant.list(table)
}

export function findRulePolicy(tenant: ReadTransaction, id: string): PolicyDocument | undefined {
  return tenant.get(table, id.toLowerCase())
}

export function putRulePolicy(tenant: Transaction, id: string, document: PolicyDocument): void {
  tenant.put(table, id.toLowerCase(), document)
}

export function removeRulePolicy(tenant: Transaction, id: string): void {
  for (const assignment of listAssignments(tenant)) if (assignment.policyId === id) removeAssignment(tenant, assignment)
  tenant.remove(table, id.toLowerCase())
}

export function listAssignments(tenant: ReadTransaction): readonly Assignment[] {
  // Rows of this table are written by putAssignment only.
  return tenant.list(assignmentTable) as unknown as readonly Assignment[]
}

export function putAssignment(tenant: Transaction, assignment: Assignment): void {
  tenant.put(assignmentTable, keyOf(assignment), { ...assignment })
}

export function removeAssignment(tenant: Transaction, assignment: Assignment): void {
  tenant.remove(assignmentTable, keyOf(assignment))
}

function keyOf({ policyId, resourceType, resourceId }: Assignment): string {
  return `${resourceType}/${resourceId}/${policyId}`
}

/** One policy about connectors is in effect in an environment: its own, else that of its group (one is documented; which, is not: U). */
export function rulePoliciesOf(tenant: ReadTransaction, environment: string): readonly PolicyDocument[] {
  const { id, environmentGroupId } = recordOf(tenant, environment)
  const assignedTo = (type: Assignment['resourceType'], resourceId: string | undefined): readonly PolicyDocument[] =>
    listAssignments(tenant)
      .filter((assignment) => assignment.resourceType === type && assignment.resourceId === resourceId)
      .map(({ policyId }) => findRulePolicy(tenant, policyId))
      .filter((document) => document !== undefined)
      .filter((document) => ruleSetOf(document, 'ConnectorManagement') !== undefined)
  const own = assignedTo('Environment', id)
  return own.length > 0 ? own : assignedTo('EnvironmentGroup', environmentGroupId)
}

/** Whether a policy has data policies not asked at all (`AdvancedConnectorPoliciesOnly`). */
export function isOnlyMode(document: PolicyDocument): boolean {
  return inputsOf(ruleSetOf(document, 'AdvancedConnectorPoliciesOnly'))['EnableAdvancedConnectorPoliciesOnly'] === true
}

/** What an advanced connector policy forbids: certified connectors that it does not list, and of those that it lists what it does not allow. */
export function evaluateConnectorPolicy(document: PolicyDocument, uses: readonly ConnectorUse[]): readonly PolicyViolation[] {
  const allowed = new Map(allowedOf(document).map((entry) => [entry.connector, entry]))
  const found = (type: PolicyViolation['type'], connector: string): PolicyViolation => ({
    ...{ policyId: String(document['id']), policyName: String(document['name']), lastModified: String(document['lastModified']) },
    ...{ type, connectors: [connector], policyType: 'ACP' },
  })
  return uses.filter(isCertified).flatMap(({ connector, actions = [] }) => {
    const entry = allowed.get(connector.toLowerCase())
    if (entry === undefined) return [found('Block', connector)]
    const isRefused = actions.some((action) => entry.actions?.includes(action.toLowerCase()) === false)
    return isRefused ? [found('BlockedAction', connector)] : []
  })
}

/** HTTP and custom connectors are left to data policies ("Advanced connector policies" of the administration documentation). */
function isCertified({ connector, customHost }: ConnectorUse): boolean {
  return customHost === undefined && connector.toLowerCase().startsWith('shared_')
}

interface Allowed {
  readonly connector: string
  readonly actions?: readonly string[]
}

/** Reads the list of a policy. Throws 400 for what has no meaning (the code is the emulator's own), 501 for limits by type of connection. */
export function allowedOf(document: PolicyDocument): readonly Allowed[] {
  return objects(inputsOf(ruleSetOf(document, 'ConnectorManagement'))['AllowedConnectorList']).map((entry) => {
    const { AllowedConnector: id, AllowedActionsMode: mode = 'AllAllowed', AllowedConnectionTypesMode: types = 'AllAllowed' } = entry
    if (typeof id !== 'string' || id === '') throw invalid('an entry names no AllowedConnector')
    if (mode !== 'AllAllowed' && mode !== 'SomeAllowed') throw invalid(`AllowedActionsMode is '${String(mode)}'`)
    if (types !== 'AllAllowed')
      throw new ODataError(501, 'NotSupported', 'This local Dataverse does not support AllowedConnectionTypesMode.')
    const connector = id.slice(id.lastIndexOf('/') + 1).toLowerCase()
    if (mode === 'AllAllowed') return { connector }
    const actions = entry['AllowedActions']
    return { connector, actions: (Array.isArray(actions) ? actions : []).map((action) => String(action).toLowerCase()) }
  })
}

function ruleSetOf(document: PolicyDocument, id: string): Row | undefined {
  return objects(document['ruleSets']).find((ruleSet) => ruleSet['id'] === id)
}

function inputsOf(ruleSet: Row | undefined): Row {
  return objects([ruleSet?.['inputs']])[0] ?? {}
}

function objects(value: unknown): readonly Row[] {
  const all: readonly unknown[] = Array.isArray(value) ? value : []
  return all.flatMap((each): Row[] =>
    typeof each === 'object' && each !== null && !Array.isArray(each) ? [Object.fromEntries(Object.entries(each))] : [],
  )
}

function invalid(why: string): ODataError {
  return new ODataError(400, 'InvalidPolicyDefinition', `The policy cannot be read: ${why}.`)
}
