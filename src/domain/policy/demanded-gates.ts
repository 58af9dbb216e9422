import type { CareClass } from '#domain/environment'
import type { GateKind, PolicyOverride } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { GatePolicy } from './gate-policy.ts'
import type { Policy, TierPolicy } from './policy.ts'
import type { RecoveryDemand } from './recovery-policy.ts'
import { shippedPolicy } from './shipped-policy.ts'
import { ours } from './sourced.ts'

/** The gates that a tier demands before an environment of this care class. */
export function demandedGates(policy: Policy, tier: Tier, environment: { readonly careClass: CareClass }): GateKind[] {
  const demands = policy.tiers[tier]
  return environment.careClass === 'pet' ? [...demands.everyStage.value, ...demands.pet.value] : [...demands.everyStage.value]
}

/** How many different people a promotion needs on its way into an environment of this care class, the requester among them. */
export function requiredDistinctPeople(policy: Policy, tier: Tier, environment: { readonly careClass: CareClass }): number {
  return environment.careClass === 'pet' ? policy.tiers[tier].distinctPeople.value : 1
}

/** What is demanded while this configuration is in force: the shipped policy with the configuration's override. */
export function policyInForce(configuration: { readonly policy: PolicyOverride | undefined }): Policy {
  return applyOverride(shippedPolicy, configuration.policy)
}

/** The policy as a configuration changes it; a changed number names the configuration's reason as its source. */
export function applyOverride(policy: Policy, override: PolicyOverride | undefined): Policy {
  if (override === undefined) return policy
  return {
    ...policy,
    version: `${policy.version}+configuration`,
    gates: overrideGates(policy.gates, override),
    tiers: {
      1: overrideTier(policy.tiers[1], override, 1),
      2: overrideTier(policy.tiers[2], override, 2),
      3: overrideTier(policy.tiers[3], override, 3),
      4: overrideTier(policy.tiers[4], override, 4),
    },
  }
}

function overrideGates(gates: GatePolicy, { soakHours = {}, watchHours = {}, reason }: PolicyOverride): GatePolicy {
  return { ...gates, soakHours: withHours(gates.soakHours, soakHours, reason), watchHours: withHours(gates.watchHours, watchHours, reason) }
}

function withHours(
  shipped: GatePolicy['soakHours'],
  changed: Readonly<Partial<Record<Tier, number>>>,
  reason: string,
): GatePolicy['soakHours'] {
  const of = (tier: Tier) => {
    const hours = changed[tier]
    return hours === undefined ? shipped[tier] : ours(hours, `ours, by the configuration: ${reason} (shipped: ${shipped[tier].value} h)`)
  }
  return { 1: of(1), 2: of(2), 3: of(3), 4: of(4) }
}

function overrideTier(demands: TierPolicy, override: PolicyOverride, tier: Tier): TierPolicy {
  const hours = override.reviewWindowHours?.[tier]
  const days = override.recoveryRehearsedWithinDays?.[tier]
  const because = (shipped: string) => `configuration: ${override.reason} (shipped: ${shipped})`
  return {
    ...demands,
    ...(hours === undefined ? {} : { reviewWindowHours: ours(hours, because(`${demands.reviewWindowHours.value} h`)) }),
    ...(days === undefined ? {} : { recovery: ours(rehearsedWithin(days), because(demands.recovery.source)) }),
  }
}

/** That a way back is written down cannot be let go; that it was practised can, where nobody but those who practise is there. */
function rehearsedWithin(days: number | 'not-asked'): RecoveryDemand {
  return days === 'not-asked' ? { kind: 'documented' } : { kind: 'rehearsed', within: days }
}
