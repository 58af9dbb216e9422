import { describe, expect, it } from 'vitest'
import { applyOverride, shippedPolicy } from '#domain/policy'
import { at, buildConfiguration, personId } from '../../../test/support/domain-builders.ts'
import { checkStructure } from './check-structure.ts'

/** Where the acceptance of a solution of the highest tier differs from what is asked; its pipeline has no environment for it. */
function deviations({ held, answer }: { readonly held?: string; readonly answer?: string }): readonly string[] {
  const values = held === undefined ? [] : [{ path: 'positions.C10.chosen', value: held, reason: 'this test' }]
  const configuration = buildConfiguration(4)
  const [governed] = configuration.solutions
  if (governed === undefined) throw new Error('nothing is governed')
  const decision = { question: 'uat' as const, reason: 'Decided.', by: personId('pat'), at: at('2026-11-01T08:00:00Z') }
  const decisions = answer === undefined ? [] : [{ ...decision, answer }]
  const record = { decisions, earlier: [], notes: [] }
  const policy = applyOverride(shippedPolicy, { values, demands: [] })
  const checked = checkStructure({ governed, configuration, policy, tier: 4, record, reading: undefined, use: {} })
  return checked.find(({ question }) => question === 'uat')?.deviations ?? []
}

describe('an environment for acceptance (TOP-03)', () => {
  it('is asked for at the highest tier, unless policy or the solution holds it merged with the test (C10)', () => {
    expect(deviations({})[0]).toContain('TOP-03')
    expect(deviations({ answer: 'merged' })).toEqual([])
    expect(deviations({ held: 'merged' })).toEqual([])
  })

  it('is asked for of a solution that decided on one, whatever policy holds', () => {
    expect(deviations({ held: 'merged', answer: 'separate' })[0]).toContain('it was decided that it has one')
  })
})
