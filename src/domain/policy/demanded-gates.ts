import type { CareClass } from '#domain/environment'
import type { GateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import type { Policy } from './policy.ts'

/** The gates that a tier demands before an environment of this care class, whatever goes in. */
export function demandedGates(policy: Policy, tier: Tier, environment: { readonly careClass: CareClass }): GateKind[] {
  const demands = policy.tiers[tier]
  return environment.careClass === 'pet' ? [...demands.everyStage.value, ...demands.pet.value] : [...demands.everyStage.value]
}

/** How many different people a promotion needs on its way into an environment of this care class, the requester among them. */
export function requiredDistinctPeople(policy: Policy, tier: Tier, environment: { readonly careClass: CareClass }): number {
  return environment.careClass === 'pet' ? policy.tiers[tier].distinctPeople.value : 1
}
