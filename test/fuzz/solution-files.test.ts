import { describe, expect, it } from 'vitest'
import { fuzzBases } from './bases.ts'
import { runFuzz } from './fuzz-run.ts'

/** `npm run fuzz` runs many thousand cases of other seeds; these few are the same at every run. */
const plan = { seed: 3, first: 0, count: 500 }

describe('solution files, changed at random', () => {
  it('end in what the laws of unpacking and packing demand, or in an error with a code', async () => {
    const { count, outcomes, findings } = await runFuzz(plan, fuzzBases())
    expect(findings.map(({ signature, base, fuzzCase, path }) => ({ signature, base, fuzzCase, path }))).toEqual([])
    expect(count).toBe(plan.count)
    expect(Object.keys(outcomes).filter((outcome) => outcome.endsWith(' ok')).length, 'kinds of cases that also succeed').toBeGreaterThan(4)
  })
})
