import { describe, expect, it } from 'vitest'
import { shippedPolicy } from '#domain/policy'
import type { Tier } from '#domain/solution'
import { at, buildConfiguration, personId } from '../../../test/support/domain-builders.ts'
import type { TenantFacts } from './readiness-facts.ts'
import { scanRoles } from './scan-people.ts'

function unknownLevels(tier: Tier, builderLevel?: 'professional'): readonly string[] {
  const base = buildConfiguration(tier)
  const people = base.people.map((person) => (builderLevel === undefined ? person : { ...person, builderLevel }))
  const facts = {
    configuration: { ...base, people },
    policy: shippedPolicy,
    appliedAt: at('2026-11-01T08:00:00Z'),
    timedGrants: [],
    uncertified: [],
  } as unknown as TenantFacts // as far as it looks
  return scanRoles(facts).reasons.flatMap(({ message }) => (message.includes('TIER-10') ? [message] : []))
}

describe('privileged roles', () => {
  const scan = (changes: Partial<TenantFacts>) =>
    scanRoles({
      ...{ configuration: buildConfiguration(2), policy: shippedPolicy, appliedAt: at('2026-11-01T08:00:00Z') },
      ...{ timedGrants: [], uncertified: [], ...changes },
    } as unknown as TenantFacts) // as far as it looks

  it('are not all in order while one waits to be certified (ROL-08)', () => {
    const waits = scan({ uncertified: [{ person: personId('ben'), dueAt: at('2026-10-01T08:00:00Z') }] })
    expect([scan({}).told, waits.told]).toEqual(['yes', 'no'])
    expect(waits.reasons[0]?.message).toContain('drover people certify ben')
  })

  it('are told with their end, and fill nothing', () => {
    const base = buildConfiguration(2)
    const people = base.people.map((person) => ({ ...person, roles: person.roles.filter((role) => role !== 'security') }))
    const grant = { person: personId('ben'), role: 'security', until: at('2026-11-02T13:00:00Z') } as TenantFacts['timedGrants'][number]
    const found = scan({ configuration: { ...base, people }, timedGrants: [grant] })
    expect(found.told).toBe('no')
    expect(found.reasons.map(({ message }) => message)).toContain('Ben has it until 2026-11-02T13:00:00.000Z, which does not fill it.')
  })
})

describe('how far owners build', () => {
  it('is asked of those whose solution not everybody may own, and of no others (TIER-10)', () => {
    expect([unknownLevels(2).length, unknownLevels(3).length, unknownLevels(4, 'professional').length]).toEqual([0, 1, 0])
  })
})
