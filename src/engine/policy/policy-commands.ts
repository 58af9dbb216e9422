import type { Instant, Result } from '#domain/kernel'
import { accept } from '#domain/kernel'
import type { PolicyChanges } from '#domain/pipeline'
import type { Policy, PolicyLeaf } from '#domain/policy'
import { applyOverride, findGuide, listLeaves, unguided } from '#domain/policy'
import { loadConfiguration } from '../apply-configuration.ts'
import type { EngineDependencies } from '../dependencies.ts'
import type { PolicyTestPage } from './test-policy.ts'
import { testPolicy } from './test-policy.ts'

/** One value of the policy in force. */
export interface PolicyValueView {
  /** Where it stands in the policy, such as `tiers.3.reviewWindowHours`. */
  readonly path: string
  readonly label: string
  readonly unit?: string
  readonly value: unknown
  readonly source: string
  readonly status: 'stated' | 'ours'
  /** Which way of changing it takes two people. */
  readonly weaker: 'less' | 'more' | 'either'
  /** Of one that the configuration changes. */
  readonly shipped?: { readonly value: unknown }
}

/** The policy in force, whole. */
export interface PolicyView {
  readonly version: string
  /** Of the configuration; absent before the first. */
  readonly configurationVersion?: number
  readonly values: readonly PolicyValueView[]
  readonly policy: Policy
}

export interface PolicyTestCommand {
  /** On top of what is in force. */
  readonly changes: PolicyChanges
  /** They stand in place of all that the configuration in force changes. */
  readonly isWhole?: boolean | undefined
  /** Only promotions that were asked for since. */
  readonly since?: Instant | undefined
  /** `next` of the page before. */
  readonly after?: number | undefined
  readonly limit: number
}

export interface PolicyCommands {
  showPolicy(): Promise<PolicyView>
  /** Replays one page of the recorded promotions, newest first, against the policy in force with these changes. */
  testPolicy(command: PolicyTestCommand): Promise<Result<PolicyTestPage>>
  /** What is wrong with a condition, in one sentence; undefined: nothing. */
  checkCondition(expression: string): string | undefined
}

export function createPolicyCommands(deps: EngineDependencies): PolicyCommands {
  return {
    showPolicy: () => showPolicy(deps),
    testPolicy: async (command) => accept(await testPolicy(deps, command)),
    checkCondition: (expression) => deps.conditions.check(expression),
  }
}

async function showPolicy(deps: EngineDependencies): Promise<PolicyView> {
  const current = await loadConfiguration(deps)
  const policy = applyOverride(deps.policy, current?.configuration.policy)
  const shipped = new Map(listLeaves(deps.policy).map((leaf) => [leaf.path, leaf]))
  return {
    version: policy.version,
    ...(current === undefined ? {} : { configurationVersion: current.version }),
    values: listLeaves(policy).map((leaf) => viewLeaf(leaf, shipped.get(leaf.path))),
    policy,
  }
}

function viewLeaf({ path, sourced }: PolicyLeaf, shipped: PolicyLeaf | undefined): PolicyValueView {
  const { label, unit, weaker } = findGuide(path) ?? unguided
  return {
    path,
    label,
    ...(unit === undefined ? {} : { unit }),
    value: sourced.value ?? null,
    source: sourced.source,
    status: sourced.status,
    weaker,
    ...(shipped?.sourced === sourced ? {} : { shipped: { value: shipped?.sourced.value ?? null } }),
  }
}
