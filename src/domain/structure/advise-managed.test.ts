import { describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import { applyOverride, shippedPolicy } from '#domain/policy'
import type { Tier } from '#domain/solution'
import type { TierAssessment } from '#domain/tier'
import { at, buildConfiguration, personId } from '../../../test/support/domain-builders.ts'
import { adviseManaged } from './advise-managed.ts'
import type { ManagedAdvice, StructureRecord } from './structure.ts'

const configuration = buildConfiguration(3)

interface About {
  readonly position?: string
  readonly answers?: Readonly<Record<string, string>>
  readonly held?: Readonly<Record<string, string>>
  readonly kind?: 'production' | 'default'
  readonly tier?: Tier
}

function advise({ position, answers = {}, held = {}, kind = 'production', tier = 3 }: About = {}): readonly ManagedAdvice[] {
  const values = Object.entries(held).map(([id, value]) => ({ path: `positions.${id}.chosen`, value, reason: 'this test' }))
  const policy = applyOverride(shippedPolicy, { values, demands: [] })
  const [governed] = configuration.solutions
  if (governed === undefined) throw new Error('nothing is governed')
  const decision = { question: 'managed-environments' as const, reason: 'Decided.', by: personId('pat'), at: at('2026-11-01T08:00:00Z') }
  const record: StructureRecord = { decisions: position === undefined ? [] : [{ ...decision, answer: position }], earlier: [], notes: [] }
  // As far as the advice reads an assessment.
  const assessment = { answers: Object.entries(answers).map(([question, answer]) => ({ question, answer })) } as unknown as TierAssessment
  return adviseManaged({
    ...{ governed, configuration, policy, tier, assessment, record },
    administered: new Map([['prod', { isManaged: false, kind }]]),
  })
}

function wanted(advice: readonly ManagedAdvice[]): readonly string[] {
  return advice.filter(({ shouldBeManaged }) => shouldBeManaged).map(({ environment }) => environment)
}

function whyProduction(about: About): string {
  return (
    advise(about)
      .find(({ environment }) => environment === toId('prod'))
      ?.why.join(' ') ?? ''
  )
}

describe('which environments are to be Managed', () => {
  it('are those with live data, unless it was decided that more are', () => {
    expect(wanted(advise())).toEqual(['prod'])
    expect(wanted(advise({ position: 'pipeline-targets' }))).toEqual(['test', 'prod'])
    expect(wanted(advise({ position: 'all-but-development' }))).toEqual(['test', 'prod'])
  })

  it('are those that policy holds where a solution has not decided (C1)', () => {
    expect(wanted(advise({ held: { C1: 'all-but-development' } }))).toEqual(['test', 'prod'])
    expect(wanted(advise({ held: { C1: 'all-but-development' }, position: 'where-needed' }))).toEqual(['prod'])
  })

  it('never include the Default environment for what policy keeps out of it (C3)', () => {
    const deviations = (about: About) => advise({ kind: 'default', ...about }).flatMap(({ deviation }) => deviation ?? [])
    expect(deviations({})[0]).toContain('Default environment')
    expect(deviations({ kind: 'production' })).toEqual([])
    const personal = { held: { C3: 'personal-productivity' } }
    expect([
      deviations({ ...personal, tier: 2 }).length,
      deviations({ ...personal, tier: 1 }).length,
      deviations({ tier: 1 }).length,
    ]).toEqual([1, 0, 1])
  })

  it('is said with reasons, and beside what the tenant says: nothing where it says nothing', () => {
    expect(advise().map(({ environment, isManaged }) => [environment, isManaged])).toEqual([
      ['dev', undefined],
      ['test', undefined],
      ['prod', false],
    ])
    expect(advise().every(({ why }) => why.length > 0)).toBe(true)
    expect(whyProduction({})).not.toMatch(/outside|regulated/)
    expect(whyProduction({ answers: { exposure: 'anonymous', 'data-class': 'regulated' } })).toMatch(/outside.*regulated/)
  })
})
