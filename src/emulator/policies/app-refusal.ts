import type { EnvironmentStore, ReadTransaction, Row } from '../store/store.ts'
import { usesOfCanvasApp } from './connector-use.ts'
import { violationsOf } from './data-policies.ts'
import type { PolicyViolation } from './evaluate.ts'

/**
 * Why a canvas app cannot be saved in an environment, in the words of a failed import (release-facts §4.3); undefined when no policy
 * forbids it. The numeric code of that failure is unknown (U).
 */
export function canvasAppRefusal(tx: ReadTransaction, tenant: EnvironmentStore, of: { environment: string; app: Row }): string | undefined {
  const uses = usesOfCanvasApp(tx, of.app)
  const violations = tenant.read((policies) => violationsOf(policies, of.environment, uses))
  const [first] = violations
  if (first === undefined) return undefined
  // Of a pair the first alone is named, as reports show it.
  const connectors = [...new Set(violations.flatMap((each) => each.connectors.slice(0, 1)))]
  const policies = [...new Set(violations.map((each) => each.policyName))]
  return `CanvasApp import: FAILURE: Code: AcpDlpPolicyEvaluation Message: The app '${String(of.app['name'])}' cannot be saved because one or more connectors it uses '${connectors.join(', ')}' are blocked by Advanced Connector Policy (ACP) or Data Policies (DLP) for this environment. Please contact your environment administrator '' to update the policies '${policies.join(', ')}' to allow the connectors used by this app. Link for the policy wiki ''. Violation details: ${violations.map(detail).join(', ')}`
}

function detail(violation: PolicyViolation): string {
  return `[PolicyId: ${violation.policyId}, PolicyDisplayName: ${violation.policyName}, PolicyType: ${violation.policyType}, PolicySource: , PolicyLastModified: ${violation.lastModified}, ViolationType: ${violation.type}, Parameters: [${violation.connectors.join(', ')}]]`
}
