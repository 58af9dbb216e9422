import type { ConditionalDemand } from './conditions.ts'
import type { Sourced } from './sourced.ts'
import { ours } from './sourced.ts'

/** Where the gate × tier matrix makes a gate depend on more than the tier. */
export const shippedDemands: Readonly<Record<string, Sourced<ConditionalDemand>>> = {
  'cab-for-major-change': ours(
    { when: 'tier == 3 && environment.careClass == "pet" && change.size == "major"', gates: ['cab'] },
    'gate × tier matrix: CAB, Tier 3 for a major change only; what counts as major is ours: a rise of the first part of the version, or data that is destroyed',
  ),
}
