import { ODataError } from '../errors.ts'

/** Confidential is shown as Business, General as Non-business (release-facts §4.1). */
export type ConnectorClass = 'Confidential' | 'General' | 'Blocked'

const classes = ['Confidential', 'General', 'Blocked'] as const
const scopes = ['AllEnvironments', 'ExceptEnvironments', 'OnlyEnvironments'] as const

/** One data policy of the tenant, read for judging. Names of connectors and environments are in lower case. */
export interface DataPolicy {
  readonly id: string
  readonly name: string
  /** ISO instant. */
  readonly lastModified: string
  readonly scope: (typeof scopes)[number]
  readonly environments: readonly string[]
  readonly defaultClass: ConnectorClass
  readonly classes: ReadonlyMap<string, ConnectorClass>
  readonly actions: readonly ActionRules[]
  readonly endpoints: readonly EndpointRules[]
  /** Of custom connectors, in order; the first that matches decides. */
  readonly patterns: readonly { readonly pattern: string; readonly class: ConnectorClass | 'Ignore' }[]
}

interface ActionRules {
  readonly connector: string
  readonly isAllowedByDefault: boolean
  readonly rules: readonly { readonly action: string; readonly isAllowed: boolean }[]
}

interface EndpointRules {
  readonly connector: string
  /** In order; the first that matches decides. */
  readonly rules: readonly { readonly endpoint: string; readonly isAllowed: boolean }[]
}

/** The body of a policy as it travels: `policyDefinition` and its two neighbours. */
export type PolicyDocument = Readonly<Record<string, unknown>>

/** Reads a policy's body. Throws 400 for what has no meaning; the code is the emulator's own (U). */
export function readPolicy(document: PolicyDocument): DataPolicy {
  const definition = record(document['policyDefinition'])
  const configurations = record(document['connectorConfigurationsDefinition'])
  const patterns = record(document['customConnectorUrlPatternsDefinition'])
  const groups = list(definition['connectorGroups'])
  const name = text(definition, 'displayName')
  return {
    id: String(definition['name'] ?? ''),
    name,
    lastModified: String(definition['lastModifiedTime'] ?? ''),
    scope: oneOf(scopes, definition['environmentType'], 'environmentType'),
    environments: list(definition['environments']).map((each) => lastSegment(record(each)['name'] ?? record(each)['id'])),
    defaultClass: oneOf(classes, definition['defaultConnectorsClassification'], 'defaultConnectorsClassification'),
    classes: new Map(groups.flatMap(readGroup)),
    actions: list(configurations['connectorActionConfigurations']).map(readActions),
    endpoints: list(configurations['endpointConfigurations']).map(readEndpoints),
    patterns: ordered(list(patterns['rules'])).map(readPattern),
  }
}

function readGroup(group: unknown): [string, ConnectorClass][] {
  const { classification, connectors } = record(group)
  const connectorClass = oneOf(classes, classification, 'classification')
  return list(connectors).map((each) => [lastSegment(record(each)['id'] ?? record(each)['name']), connectorClass])
}

function readActions(configuration: unknown): ActionRules {
  const { connectorId, defaultConnectorActionRuleBehavior, actionRules } = record(configuration)
  return {
    connector: lastSegment(connectorId),
    isAllowedByDefault: isAllowed(defaultConnectorActionRuleBehavior ?? 'Allow', 'Block'),
    rules: list(actionRules).map((rule) => ({
      action: text(record(rule), 'actionId').toLowerCase(),
      isAllowed: isAllowed(record(rule)['behavior'], 'Block'),
    })),
  }
}

function readEndpoints(configuration: unknown): EndpointRules {
  const { connectorId, endpointRules } = record(configuration)
  return {
    connector: lastSegment(connectorId),
    rules: ordered(list(endpointRules)).map((rule) => ({
      // Clients spell it endPoint and endpoint (release-facts §4.1).
      endpoint: String(Object.entries(rule).find(([key]) => key.toLowerCase() === 'endpoint')?.[1] ?? ''),
      isAllowed: isAllowed(rule['behavior'], 'Deny'),
    })),
  }
}

function readPattern(rule: PolicyDocument): DataPolicy['patterns'][number] {
  const pattern = text(rule, 'pattern')
  const given = rule['customConnectorRuleClassification']
  // Only the last pattern, *, may leave a connector to other policies (release-facts §4.2).
  if (given !== 'Ignore') return { pattern, class: oneOf(classes, given, 'customConnectorRuleClassification') }
  if (pattern !== '*') throw invalid(`only the pattern * can be classified Ignore, not '${pattern}'`)
  return { pattern, class: 'Ignore' }
}

function isAllowed(behavior: unknown, opposite: 'Block' | 'Deny'): boolean {
  return oneOf(['Allow', opposite] as const, behavior, 'behavior') === 'Allow'
}

function ordered(rules: readonly unknown[]): PolicyDocument[] {
  return rules.map(record).sort((a, b) => Number(a['order'] ?? 0) - Number(b['order'] ?? 0))
}

/** The name at the end of an id: ids differ by environment for the same custom connector (release-facts §4.3). */
function lastSegment(id: unknown): string {
  if (typeof id !== 'string' || id === '') throw invalid('an item of a list has neither id nor name')
  return id.slice(id.lastIndexOf('/') + 1).toLowerCase()
}

function oneOf<T extends string>(known: readonly T[], value: unknown, member: string): T {
  const found = known.find((each) => each === value)
  if (found === undefined) throw invalid(`${member} is '${String(value)}', not one of ${known.join(', ')}`)
  return found
}

function text(from: PolicyDocument, member: string): string {
  const value = from[member]
  if (typeof value !== 'string' || value === '') throw invalid(`${member} is missing`)
  return value
}

function record(value: unknown): PolicyDocument {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value)) : {}
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function invalid(why: string): ODataError {
  return new ODataError(400, 'InvalidPolicyDefinition', `The data policy cannot be read: ${why}.`)
}
