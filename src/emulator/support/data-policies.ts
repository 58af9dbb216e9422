import type { SupportArea } from './line.ts'
import { partly, refused, served } from './line.ts'

export const dataPoliciesSupport: SupportArea = {
  title: 'Data policies',
  lines: [
    served(
      'v2 policies: list (shallow), one, create, change, delete, by an identity that administers the tenant',
      'release-facts §4.1',
      'V',
    ),
    served('A change leaves out what it does not name', 'release-facts §4.1', 'U'),
    served('Blocked connectors, and business together with non-business ones, by group or default class', 'release-facts §4.2', 'V'),
    served('Several policies judge each for itself, so that the strictest wins', 'release-facts §4.2', 'U'),
    served('Custom connectors by name, else by the first URL pattern; without patterns by the default class', 'release-facts §4.2', 'U'),
    partly(
      'Rules for actions and endpoints',
      {
        missing: 'endpoints of connectors other than HTTP, and addresses that a flow computes; the names of such violations are unverified',
      },
      'release-facts §4.2',
      'U',
    ),
    served('HTTP actions and triggers count as connectors; a flow is judged together with those that it runs', 'release-facts §4.2', '3'),
    served('Tables of the environment are Dataverse (legacy) in canvas apps, and Dataverse in flows', 'release-facts §4.2', 'V'),
    served('A flow that violates cannot be turned on (DlpViolation)', 'release-facts §4.3', '3'),
    served(
      'A canvas app that violates fails its import (AcpDlpPolicyEvaluation); the numeric code is unverified',
      'release-facts §4.3',
      '3',
    ),
    served(
      'A change reaches environments an hour later, suspends running flows that violate and disables connections of blocked connectors',
      'release-facts §4.3',
      'V',
    ),
    served('Nothing suspended or disabled comes back by itself when a policy is loosened', 'release-facts §4.3', 'U'),
    partly('Apps and agents that violate after a change', { missing: 'they are not quarantined' }, 'release-facts §4.3', 'V'),
    served(
      'Rule-based policies: list, one, create, change, delete; assigned to an environment or an environment group, listed by each and by policy',
      'advanced connector policies',
      'V',
    ),
    partly(
      'Advanced connector policies: what is not listed is blocked, of certified connectors alone; only the actions that are listed',
      { missing: 'types of connections, overrides of assignments, and environment groups themselves (any id is one)' },
      'advanced connector policies',
      'V',
    ),
    served('Beside data policies the strictest wins; in ACP-only mode data policies are not asked', 'advanced connector policies', 'V'),
    served(
      'The policy of an environment beats that of its group; a change reaches environments as one of data policies does, with the same refusals',
      'advanced connector policies',
      'U',
    ),
    refused('Exemptions and the classic interface', 'release-facts §4.1, §4.3', 'V'),
  ],
}
