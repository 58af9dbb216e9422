import type { AllowedConnector, ObservedConnectorPolicy } from '#domain/environment'
import type { UsedConnectors } from './used-connectors.ts'
import { isCustomConnector } from './used-connectors.ts'

interface Judgement {
  readonly violation: string | undefined
  readonly doubts: readonly string[]
}

/**
 * Judges what a flow uses by the advanced connector policies of the target. One of them is in effect in an environment [Microsoft Learn,
 * "Tutorial: Programmatically manage advanced connector policies"]; which, where the environment and its group have one each, is unverified:
 * then only what all of them refuse is sure.
 */
export function judgeConnectorPolicies(policies: readonly ObservedConnectorPolicy[], used: UsedConnectors): Judgement {
  const refusals = policies.map((policy) => findRefusal(policy, used))
  const refused = refusals.filter((refusal) => refusal !== undefined)
  const doubts = policies.flatMap((policy) => findDoubts(policy, used))
  if (refused.length === policies.length) return { violation: refused[0], doubts }
  const contested = refused.map((refusal) => `whether it matters that ${refusal} hangs on which of the policies there is in effect`)
  return { violation: undefined, doubts: [...contested, ...doubts] }
}

/** Whether advanced connector policies are about a connector: steps over HTTP, by which no connection is had, and custom connectors are not theirs. */
export function isCertifiedConnector(name: string): boolean {
  return name.toLowerCase().startsWith('shared_') && !isCustomConnector(name.toLowerCase())
}

function findRefusal(policy: ObservedConnectorPolicy, used: UsedConnectors): string | undefined {
  for (const [name, shown] of certified(used)) {
    const allowed = allowanceOf(policy, name)
    if (allowed === undefined) return `${named(policy)} does not allow ${shown}`
    const refused = (used.uses ?? [])
      .flatMap(({ operations }) => operations)
      .find(({ connector, operation }) => connector === name && allowed.actions?.includes(operation.toLowerCase()) === false)
    if (refused !== undefined) return `${named(policy)} does not allow the action ${refused.operation} of ${shown}`
  }
  return undefined
}

function findDoubts(policy: ObservedConnectorPolicy, used: UsedConnectors): readonly string[] {
  return certified(used).flatMap(([name, shown]) => {
    const allowed = allowanceOf(policy, name)
    const actions = `whether ${named(policy)} allows each action of ${shown} that it takes could not be read`
    const connections = `whether ${named(policy)} allows the type of connection that it has to ${shown} is not told by the policy`
    return [
      ...(allowed?.actions !== undefined && hasUntoldActions(used) ? [actions] : []),
      ...(allowed?.limitsConnections === true ? [connections] : []),
    ]
  })
}

function hasUntoldActions({ uses }: UsedConnectors): boolean {
  return uses === undefined || uses.some(({ operations }) => operations.some(({ connector }) => connector === undefined))
}

function certified({ connectors }: UsedConnectors): readonly (readonly [string, string])[] {
  return [...connectors].filter(([name]) => isCertifiedConnector(name))
}

function allowanceOf({ allowed }: ObservedConnectorPolicy, name: string): AllowedConnector | undefined {
  return allowed.find(({ connector }) => connector === name)
}

function named({ name, assignedTo }: ObservedConnectorPolicy): string {
  return `the advanced connector policy "${name}" of the ${assignedTo}`
}
