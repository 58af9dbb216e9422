import { describe, expect, it } from 'vitest'
import { at, version } from '../../../test/support/domain-builders.ts'
import { facts, observation, only, untouched } from '../../../test/support/drift-builders.ts'
import type { Observation } from '#domain/environment'
import type { DriftFacts } from './drift-facts.ts'
import { assessDrift } from './assess-drift.ts'

describe('an import past Drover', () => {
  const operation = {
    kind: 'import',
    solution: 'Permits',
    version: version('1.8.0.0'),
    startedAt: at('2026-11-19T08:00:00Z'),
    endedAt: undefined,
    isSuccess: true,
    by: { userId: 'm', name: 'Mia', isApplication: false },
    importJobId: 'theirs',
  } as const
  const foreign = { operation, certainty: 'certain', message: 'Permits 1.8.0.0 was imported by Mia.', isLate: false } as const
  const own = { ...operation, importJobId: 'ours', by: undefined }
  const deployedWith = (importJobIds: readonly string[]) => facts(observation([])).deployments.map((each) => ({ ...each, importJobIds }))

  it('of what Drover deployed breaks it, in the same version too, with who and when', () => {
    const { deviations } = assessDrift(facts(observation([untouched]), { foreignImports: [foreign] }))
    expect(deviations).toMatchObject([
      { id: 'import:theirs', class: 'broken', solution: 'Permits', who: { name: 'Mia' }, when: operation.startedAt },
    ])
  })

  it('is over when Drover deploys that solution again, whatever our clock says', () => {
    const later = { ...own, startedAt: at('2026-11-19T09:00:00Z') }
    const earlier = { ...own, startedAt: at('2026-11-19T07:00:00Z') }
    const seen = (operations: Observation['operations']) =>
      only(assessDrift(facts(observation([], { operations }), { foreignImports: [foreign], deployments: deployedWith(['ours']) })))
    expect(seen([later])).toEqual([])
    expect(seen([earlier])).toEqual(['broken import:theirs'])
    expect(seen([{ ...later, isSuccess: false }])).toEqual(['broken import:theirs'])
  })

  it('is only named where it failed, and needs a word where nobody can tell whose it is', () => {
    const seen = (given: DriftFacts['foreignImports'][number]) => only(assessDrift(facts(observation([]), { foreignImports: [given] })))
    expect(seen({ ...foreign, operation: { ...operation, isSuccess: false } })).toEqual(['foreign-solution import:theirs'])
    expect(seen({ ...foreign, certainty: 'unknown' })).toEqual(['unregistered import:theirs'])
    expect(seen({ ...foreign, operation: { ...operation, solution: 'Maps' } })).toEqual([])
  })
})
