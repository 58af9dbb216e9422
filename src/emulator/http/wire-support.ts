import { operations } from '../operations/registry.ts'
import type { EvidenceMark } from '../support-matrix.ts'
import { tables } from '../tables/registry.ts'

/** One behaviour of the wire, beside the behaviours of the core in the support matrix. */
export interface WireLine {
  readonly behaviour: string
  readonly state: 'supported' | 'refused'
  readonly evidence: string
  readonly mark: EvidenceMark
}

/** What a local environment does with requests, apart from what they mean. Refusals answer 501 and name what is not supported. */
export const wireSupport: readonly WireLine[] = [
  supported('Client credentials with a secret at /<tenant>/oauth2/v2.0/token, error bodies with the AADSTS codes', 'web-api D', 'O'),
  refused('Certificates, federated assertions, device codes, user sign-in', 'web-api D', 'V'),
  supported(
    '401 with a challenge without a good token, 403 0x80072560 for an application that is no user of the environment',
    'facts-2 §1.5',
    'V',
  ),
  refused('Security roles: a user of the environment may do everything', 'web-api A.5', 'V'),
  refused('Impersonation (CallerObjectId, MSCRMCallerID)', 'web-api C', 'V'),
  supported(
    '$select, $filter (comparisons, and/or/not, contains, startswith, endswith, In, one lookup deep), $orderby, $top, $count',
    'web-api C',
    'V',
  ),
  supported('$expand of lookups, and of the values of an environment variable; $select inside', 'web-api C', 'V'),
  refused('$apply, fetchXml, savedQuery, lambda operators, arithmetic and other functions in $filter', 'web-api C', 'V'),
  supported('Pages by odata.maxpagesize with nextLink and skiptoken; $top is ignored beside it', 'web-api C, facts-2 §1.8', 'V'),
  supported('ETags, If-Match and If-None-Match', 'web-api C', 'V'),
  supported(
    'Annotations: formatted values of choices and lookups, lookuplogicalname, navigation property, error details',
    'web-api C',
    'V',
  ),
  supported('MSCRM.SolutionUniqueName on created and changed components', 'web-api A.3', 'V'),
  refused('$batch and $metadata', 'facts-2 §1.7', 'V'),
  refused('Service protection limits: nothing is throttled', 'web-api C', 'V'),
  supported(
    'Deep errors of the flow service in 0x80060467: unbound reference, connection not usable, child never published',
    'facts-2 §3.3',
    '3',
  ),
  supported('A flow may be turned on when each reference is bound to a connection that the caller owns or was given', 'facts-2 §3.2', 'V'),
  supported('Connectivity API: connections, permissions, modifyPermissions; a list shows the view of the caller', 'facts-2 §3.1', 'V'),
  supported('Rows of imported custom tables, plain columns only; a deleted table or column takes its values along', 'facts-2 §8', 'U'),
  refused('Lookups, files and multi-choices in rows of custom tables', 'web-api C', 'V'),
  supported('Columns of plain types made through EntityDefinitions(…)/Attributes', 'web-api A.3', 'V'),
  refused('Creating tables, relationships and choices through metadata', 'web-api A.3', 'V'),
]

/** The entity sets that are served and what may be done with their rows, read from the registry itself. */
export function servedSets(): readonly { readonly set: string; readonly verbs: readonly string[] }[] {
  return tables.map((table) => ({
    set: table.setName,
    verbs: [
      'read',
      ...(table.listUnpublished === undefined ? [] : ['read unpublished']),
      ...(table.create === undefined ? [] : ['create']),
      ...(table.update === undefined ? [] : ['update']),
      ...(table.remove === undefined ? [] : ['delete']),
    ],
  }))
}

/** Names of the functions and actions that are served. */
export function servedOperations(): readonly string[] {
  return operations.map((operation) => operation.name)
}

function supported(behaviour: string, evidence: string, mark: EvidenceMark): WireLine {
  return { behaviour, evidence, mark, state: 'supported' }
}

function refused(behaviour: string, evidence: string, mark: EvidenceMark): WireLine {
  return { behaviour, evidence, mark, state: 'refused' }
}
