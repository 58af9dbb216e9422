import type { ConnectorClass, DataPolicy } from './policy.ts'

/** How one app or flow uses one connector. */
export interface ConnectorUse {
  /** For example shared_sharepointonline; of HTTP actions and triggers Http, HttpWebhook or HttpRequestReceived. */
  readonly connector: string
  /** Address of a custom connector's host; undefined for any other connector. */
  readonly customHost?: string
  /** Operation ids. */
  readonly actions?: readonly string[]
  /** Addresses that are written out; those that are computed at run time cannot be judged before. */
  readonly endpoints?: readonly string[]
}

/** Why a data policy forbids an app or a flow in an environment. */
export interface PolicyViolation {
  readonly policyId: string
  readonly policyName: string
  /** ISO instant. */
  readonly lastModified: string
  /** The names of the last two are not documented (U). */
  readonly type: 'Block' | 'BusinessAndNonBusinessConnector' | 'BlockedAction' | 'BlockedEndpoint'
  /** ACP: an advanced connector policy (the word is unverified). */
  readonly policyType: 'DLP' | 'ACP'
  /** Names of the connectors, for example shared_sharepointonline. */
  readonly connectors: readonly string[]
}

/**
 * Judges what an app or flow uses by every policy that applies; each judges for itself, so that the strictest wins (release-facts §4.2).
 * `environment` is whatever a policy may call it.
 */
export function evaluatePolicies(
  policies: readonly DataPolicy[],
  environment: readonly string[],
  uses: readonly ConnectorUse[],
): readonly PolicyViolation[] {
  return policies.filter((policy) => appliesTo(policy, environment)).flatMap((policy) => violationsOfPolicy(policy, uses))
}

/** True when a policy that applies blocks the whole connector. */
export function isBlocked(policies: readonly DataPolicy[], environment: readonly string[], use: ConnectorUse): boolean {
  return policies.some((policy) => appliesTo(policy, environment) && classOf(policy, use) === 'Blocked')
}

function appliesTo(policy: DataPolicy, environment: readonly string[]): boolean {
  const isListed = environment.some((name) => policy.environments.includes(name.toLowerCase()))
  if (policy.scope === 'AllEnvironments') return true
  return policy.scope === 'OnlyEnvironments' ? isListed : !isListed
}

function violationsOfPolicy(policy: DataPolicy, uses: readonly ConnectorUse[]): PolicyViolation[] {
  const classed = uses.map((use) => ({ use, name: use.connector, class: classOf(policy, use) }))
  const of = (wanted: ConnectorClass): string[] => [...new Set(classed.filter((each) => each.class === wanted).map((each) => each.name))]
  const mixed = of('Confidential').flatMap((business) => of('General').map((other) => [business, other]))
  const judged = classed.filter((each) => each.class !== undefined)
  const found = (type: PolicyViolation['type'], connectors: readonly string[]): PolicyViolation => ({
    policyId: policy.id,
    policyName: policy.name,
    lastModified: policy.lastModified,
    type,
    policyType: 'DLP',
    connectors,
  })
  return [
    ...of('Blocked').map((name) => found('Block', [name])),
    ...mixed.map((pair) => found('BusinessAndNonBusinessConnector', pair)),
    ...judged.filter(({ use }) => usesBlockedAction(policy, use)).map(({ name }) => found('BlockedAction', [name])),
    ...judged.filter(({ use }) => usesDeniedEndpoint(policy, use)).map(({ name }) => found('BlockedEndpoint', [name])),
  ]
}

/** A connector's class; undefined when the policy leaves it to others. A name in the policy beats the patterns (release-facts §4.2). */
function classOf(policy: DataPolicy, use: ConnectorUse): ConnectorClass | undefined {
  const named = policy.classes.get(use.connector.toLowerCase())
  if (named !== undefined) return named
  const { customHost } = use
  if (customHost === undefined) return policy.defaultClass
  const matched = policy.patterns.find(({ pattern }) => matches(customHost, pattern))
  // A policy without patterns judges custom connectors as any other that it does not name (U: the stricter reading).
  if (matched === undefined) return policy.defaultClass
  return matched.class === 'Ignore' ? undefined : matched.class
}

function usesBlockedAction(policy: DataPolicy, use: ConnectorUse): boolean {
  const rules = policy.actions.find((each) => each.connector === use.connector.toLowerCase())
  if (rules === undefined) return false
  return (use.actions ?? []).some((action) => {
    const rule = rules.rules.find((each) => each.action === action.toLowerCase())
    return !(rule?.isAllowed ?? rules.isAllowedByDefault)
  })
}

function usesDeniedEndpoint(policy: DataPolicy, use: ConnectorUse): boolean {
  const rules = policy.endpoints.find((each) => each.connector === use.connector.toLowerCase())?.rules ?? []
  return (use.endpoints ?? []).some((endpoint) => rules.find((rule) => matches(endpoint, rule.endpoint))?.isAllowed === false)
}

/** `*` stands for any text; a pattern may be written without the scheme, and name a host alone. */
function matches(address: string, pattern: string): boolean {
  const source = pattern.split('*').map(escaped).join('.*')
  const wanted = new RegExp(`^${source}/?$`, 'is')
  const bare = address.replace(/^[a-z]+:\/\//i, '')
  return [address, bare, bare.replace(/[/?].*$/s, '')].some((form) => wanted.test(form))
}

function escaped(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\/]/g, '\\$&')
}
