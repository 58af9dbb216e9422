import { describe, expect, it } from 'vitest'
import type { Tier } from '#domain/solution'
import { demandsOfClass } from './change-class-policy.ts'
import type { ConditionFacts } from './conditions.ts'
import { applyOverride } from './policy-in-force.ts'
import { shippedPolicy } from './shipped-policy.ts'

function asked(tier: Tier, change: Partial<ConditionFacts['change']>, policy = shippedPolicy, careClass: 'pet' | 'cattle' = 'pet') {
  const facts = { tier, environment: { careClass }, change: { class: change.size, size: undefined, ...change } }
  const held = demandsOfClass(policy.changeClasses, facts as never) // as far as the table looks at a promotion
  return [...new Set(held.flatMap(({ demand }) => demand.value.gates))].sort()
}

const usual = (size: 'major' | 'standard' | 'minor') => ({ size, class: size })

describe('the table of change class and tier', () => {
  it.each<[string, Partial<ConditionFacts['change']>, readonly string[]]>([
    ['minor', usual('minor'), ['', '', 'approval', 'approval']],
    ['standard', usual('standard'), ['', 'approval', 'approval security', 'approval security']],
    ['major', usual('major'), ['', 'approval', 'approval cab security', 'approval cab']],
    ['emergency', { class: 'emergency', size: 'minor' }, ['', 'approval', 'approval security', 'approval cab security']],
  ])('asks of a %s change before a pet what it says of the tier', (_, change, expected) => {
    expect(([1, 2, 3, 4] as const).map((tier) => asked(tier, change).join(' '))).toEqual(expected)
    expect(asked(4, change, shippedPolicy, 'cattle')).toEqual([])
  })

  it('asks of an emergency what its size asks, and of a size that nobody can tell what any size asks', () => {
    expect(asked(3, { class: 'emergency', size: 'major' })).toContain('cab')
    expect(asked(3, { class: 'emergency', size: 'standard' })).not.toContain('cab')
    expect(asked(3, { class: undefined, size: undefined })).toContain('cab')
  })

  it('is changed cell by cell by a configuration', () => {
    const values = [{ path: 'changeClasses.major.2', value: ['approval', 'security'], reason: 'the table as it stands' }]
    expect(asked(2, usual('major'), applyOverride(shippedPolicy, { values, demands: [] }))).toEqual(['approval', 'security'])
  })
})
