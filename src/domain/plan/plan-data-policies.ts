import type { ConnectorClass, ObservedDataPolicy } from '#domain/environment'
import { judgeConnectorPolicies } from './plan-connector-policies.ts'
import type { PlanFacts } from './plan-facts.ts'
import type { PlannedFlowOfRelease, UsedConnectors } from './used-connectors.ts'
import { isCustomConnector, usedConnectors } from './used-connectors.ts'

/** What data policies say of a flow that is to be switched on; empty where nothing forbids it. */
export interface PolicyJudgement {
  /** Why it is refused for sure; undefined where it is not. */
  readonly violation: string | undefined
  /** What may refuse it and cannot be told from here. */
  readonly doubts: readonly string[]
}

/**
 * Judges a flow by the data policies of the target: a blocked connector, business and non-business ones together, an action that is not allowed,
 * an address that is denied. The flows that it runs are judged with it, steps over HTTP count as connectors, and of several policies the
 * strictest wins [release-facts §4.1, §4.2]. What only runs tell (addresses that are made up, what a connection points to, the host of a custom
 * connector) is a doubt. Advanced connector policies judge beside them, or alone where they say so.
 */
export function judgePolicies(facts: PlanFacts, flow: PlannedFlowOfRelease): PolicyJudgement {
  const used = usedConnectors(facts, flow)
  const advanced = facts.connectorPolicies?.policies ?? []
  const isAlone = advanced.length > 0 && advanced.every(({ isOnly }) => isOnly)
  const policies = isAlone ? [] : (facts.dataPolicies?.policies ?? [])
  const judged = judgeConnectorPolicies(advanced, used)
  const violations = policies.map((policy) => findViolation(policy, used))
  return {
    violation: violations.find((violation) => violation !== undefined) ?? judged.violation,
    doubts: [...policies.flatMap((policy) => findDoubts(policy, used)), ...judged.doubts],
  }
}

function findViolation(policy: ObservedDataPolicy, used: UsedConnectors): string | undefined {
  const of = (wanted: ConnectorClass): string[] =>
    [...used.connectors].filter(([name]) => classOf(policy, name) === wanted).map(([, shown]) => shown)
  const [blocked] = of('blocked')
  if (blocked !== undefined) return `the data policy "${policy.name}" blocks ${blocked}`
  const [business] = of('business')
  const [other] = of('non-business')
  if (business !== undefined && other !== undefined)
    return `the data policy "${policy.name}" keeps ${business} (business) and ${other} (non-business) apart`
  return findBlockedAction(policy, used) ?? findDeniedAddress(policy, used)
}

/** Undefined where only the address of a custom connector tells. A name in the policy beats patterns of addresses. */
function classOf(policy: ObservedDataPolicy, name: string): ConnectorClass | undefined {
  const named = policy.classes[name]
  if (named !== undefined) return named
  return isCustomConnector(name) && (policy.addressPatterns ?? 0) > 0 ? undefined : policy.otherwise
}

function findBlockedAction(policy: ObservedDataPolicy, { uses }: UsedConnectors): string | undefined {
  for (const { connector, operation } of (uses ?? []).flatMap(({ operations }) => operations)) {
    const rules = policy.actionRules?.find((one) => one.connector === connector)
    if (rules !== undefined && !(rules.actions[operation.toLowerCase()] ?? rules.allowsOthers))
      return `the data policy "${policy.name}" does not allow the action ${operation} of ${rules.connector}`
  }
  return undefined
}

function findDeniedAddress(policy: ObservedDataPolicy, { uses }: UsedConnectors): string | undefined {
  for (const { connector, address } of (uses ?? []).flatMap(({ http }) => http)) {
    const rule = address === undefined ? undefined : rulesFor(policy, connector).find(({ pattern }) => isAddressLike(address, pattern))
    if (rule?.isAllowed === false) return `the data policy "${policy.name}" denies the address ${address} to ${connector}`
  }
  return undefined
}

function rulesFor(
  { addressRules }: ObservedDataPolicy,
  connector: string,
): NonNullable<ObservedDataPolicy['addressRules']>[number]['rules'] {
  return addressRules?.find((one) => one.connector === connector.toLowerCase())?.rules ?? []
}

/** `*` stands for anything; a pattern may name an address without its scheme, or its host alone. */
function isAddressLike(address: string, pattern: string): boolean {
  const parts = pattern.toLowerCase().split('*')
  const bare = address.toLowerCase().replace(/^[a-z]+:\/\//, '')
  const host = bare.replace(/[/?#].*$/, '')
  return [address.toLowerCase(), bare, host].some((form) => holdsInOrder(form.replace(/\/$/, ''), parts))
}

function holdsInOrder(text: string, [first = '', ...rest]: readonly string[]): boolean {
  if (rest.length === 0) return text === first.replace(/\/$/, '')
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest.slice(0, -1)) {
    const found = text.indexOf(part, at)
    if (found === -1) return false
    at = found + part.length
  }
  const last = rest.at(-1) ?? ''
  return text.length - last.length >= at && text.endsWith(last)
}

function findDoubts(policy: ObservedDataPolicy, used: UsedConnectors): readonly string[] {
  const said = (what: string): string => `whether the data policy "${policy.name}" ${what}`
  const doubts: string[] = []
  for (const [name, shown] of used.connectors) {
    if (classOf(policy, name) === undefined) doubts.push(said(`lets it use the custom connector ${shown} hangs on the address of that`))
    if (hasUntoldAddress(policy, name, used)) doubts.push(said(`allows the addresses that it reaches by ${shown} shows when it runs`))
    if (hasUntoldAction(policy, name, used)) doubts.push(said(`allows each action of ${shown} that it takes could not be read`))
  }
  return doubts
}

/** Of connectors other than HTTP the address is in the connection, which nobody can read. */
function hasUntoldAddress(policy: ObservedDataPolicy, name: string, { uses }: UsedConnectors): boolean {
  if (!rulesFor(policy, name).some(({ isAllowed }) => !isAllowed)) return false
  const steps = (uses ?? []).flatMap(({ http }) => http).filter(({ connector }) => connector.toLowerCase() === name)
  return steps.length === 0 || steps.some(({ address }) => address === undefined)
}

function hasUntoldAction(policy: ObservedDataPolicy, name: string, { uses }: UsedConnectors): boolean {
  if (!(policy.actionRules ?? []).some(({ connector }) => connector === name)) return false
  return uses === undefined || uses.some(({ operations }) => operations.some(({ connector }) => connector === undefined))
}
