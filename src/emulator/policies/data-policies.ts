import { recordOf } from '../admin-plane/environment-record.ts'
import type { ReadTransaction, Row, Transaction } from '../store/store.ts'
import { evaluateConnectorPolicy, isOnlyMode, rulePoliciesOf } from './connector-policies.ts'
import type { ConnectorUse, PolicyViolation } from './evaluate.ts'
import { evaluatePolicies } from './evaluate.ts'
import type { DataPolicy, PolicyDocument } from './policy.ts'
import { readPolicy } from './policy.ts'

const table = '~datapolicy'
/** What an environment has taken over of the policies; without a row it has what the tenant has. */
const taken = '~datapolicytaken'

/** Policies as they travel, in the tenant's store. */
export function listPolicies(tenant: ReadTransaction): readonly PolicyDocument[] {
  return tenant.list(table)
}

export function findPolicy(tenant: ReadTransaction, id: string): PolicyDocument | undefined {
  return tenant.get(table, id.toLowerCase())
}

export function putPolicy(tenant: Transaction, id: string, document: PolicyDocument): void {
  tenant.put(table, id.toLowerCase(), document)
}

export function removePolicy(tenant: Transaction, id: string): void {
  tenant.remove(table, id.toLowerCase())
}

/** Keeps what an environment knows now, before the tenant's policies change: the change reaches it later (release-facts §4.3). */
export function holdBack(tenant: Transaction, environment: string): void {
  if (tenant.get(taken, environment) === undefined) takeOver(tenant, environment)
}

/** The environment takes over the policies as they are now. */
export function takeOver(tenant: Transaction, environment: string): void {
  tenant.put(taken, environment, { policies: listPolicies(tenant), connectorPolicies: rulePoliciesOf(tenant, environment) })
}

/** An environment that is gone knows none; another of its name has what the tenant has. */
export function forgetPolicies(tenant: Transaction, environment: string): void {
  tenant.remove(taken, environment)
}

/** The data policies that an environment knows; none where advanced connector policies are asked alone. */
export function policiesOf(tenant: ReadTransaction, environment: string): readonly DataPolicy[] {
  if (connectorPoliciesOf(tenant, environment).some(isOnlyMode)) return []
  const known = tenant.get(taken, environment)
  return (known === undefined ? listPolicies(tenant) : documentsOf(known, 'policies')).map(readPolicy)
}

function connectorPoliciesOf(tenant: ReadTransaction, environment: string): readonly PolicyDocument[] {
  const known = tenant.get(taken, environment)
  return known === undefined ? rulePoliciesOf(tenant, environment) : documentsOf(known, 'connectorPolicies')
}

/** What the policies that an environment knows forbid of an app or flow that uses these connectors together. */
export function violationsOf(tenant: ReadTransaction, environment: string, uses: readonly ConnectorUse[]): readonly PolicyViolation[] {
  return [
    ...evaluatePolicies(policiesOf(tenant, environment), namesOf(tenant, environment), uses),
    ...connectorPoliciesOf(tenant, environment).flatMap((policy) => evaluateConnectorPolicy(policy, uses)),
  ]
}

/** What policies call a local environment: its id, as the service does, or its name. */
export function namesOf(tenant: ReadTransaction, environment: string): readonly string[] {
  return [environment, recordOf(tenant, environment).id]
}

function documentsOf(row: Row, kind: 'policies' | 'connectorPolicies'): readonly PolicyDocument[] {
  // Rows of this table are written by takeOver only; those of earlier versions know no policies of connectors.
  return (row[kind] as readonly PolicyDocument[] | undefined) ?? []
}
