import { describe, expect, it } from 'vitest'
import { shippedPolicy } from '#domain/policy'
import type { Tier } from '#domain/solution'
import { at, buildConfiguration } from '../../../test/support/domain-builders.ts'
import type { TenantFacts } from './readiness-facts.ts'
import { scanRoles } from './scan-people.ts'

function unknownLevels(tier: Tier, builderLevel?: 'professional'): readonly string[] {
  const base = buildConfiguration(tier)
  const people = base.people.map((person) => (builderLevel === undefined ? person : { ...person, builderLevel }))
  const facts = {
    configuration: { ...base, people },
    policy: shippedPolicy,
    appliedAt: at('2026-11-01T08:00:00Z'),
  } as unknown as TenantFacts // as far as it looks
  return scanRoles(facts).reasons.flatMap(({ message }) => (message.includes('TIER-10') ? [message] : []))
}

describe('how far owners build', () => {
  it('is asked of those whose solution not everybody may own, and of no others (TIER-10)', () => {
    expect([unknownLevels(2).length, unknownLevels(3).length, unknownLevels(4, 'professional').length]).toEqual([0, 1, 0])
  })
})
