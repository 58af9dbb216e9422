import { describe, expect, it } from 'vitest'
import { namedSolution } from './str-01-named-solution.ts'
import { judge, makeModel, severitiesOf } from '../../test/support/solution-models.ts'

describe('STR-01: what ships is in a solution of its own', () => {
  it('accepts a solution that a team made', () => {
    expect(judge(namedSolution, makeModel())).toEqual([])
  })

  it.each(['Default', 'Active', 'Basic', 'default'])('refuses the platform\'s own solution "%s"', (uniqueName) => {
    expect(severitiesOf(judge(namedSolution, makeModel({ manifest: { uniqueName } })))).toEqual(['critical'])
  })

  it('refuses the Common Data Services Default Solution, known by the automatic names of solution and publisher', () => {
    const publisher = { uniqueName: 'Crdc1db', displayName: 'CDS Default Publisher', prefix: 'cr05b', optionValuePrefix: 10000 }
    expect(severitiesOf(judge(namedSolution, makeModel({ manifest: { uniqueName: 'Crd4f2a', publisher } })))).toEqual(['critical'])
    expect(judge(namedSolution, makeModel({ manifest: { uniqueName: 'Permits', publisher } }))).toEqual([])
    expect(judge(namedSolution, makeModel({ manifest: { uniqueName: 'Crd4f2a' } }))).toEqual([])
  })

  it('remarks that an empty solution deploys nothing', () => {
    expect(severitiesOf(judge(namedSolution, makeModel({ components: [], manifest: { rootComponents: [] } })))).toEqual(['low'])
  })
})
