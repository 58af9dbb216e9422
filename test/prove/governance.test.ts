import { describe, expect, it } from 'vitest'
import { temptations } from './governance-kept.ts'
import { playOnce, proveGovernance } from './governance-run.ts'

// A share of the cases; `npm run prove -- --governance --cases N` plays as many as are asked for.
const [first, count] = [0, 70]

describe('production at Tier 3 and 4', () => {
  it('takes nothing, after any sequence of words and changes by anybody, that not every demanded gate was open for', async () => {
    const { findings, tally } = await proveGovernance({ seed: 20261122, first, count })
    expect(findings).toEqual([])
    // A proof over sequences in which nothing gets there would be none.
    const arrived = Object.keys(tally).filter((word) => word.startsWith('arrived'))
    const ways = ['Tier 3, release', 'Tier 4, release', 'emergency', 'in a train', 'by a waiver', 'by a deputy', 'as the next']
    expect(ways.filter((way) => !arrived.some((word) => word.includes(way)))).toEqual([])
  })

  it.each(temptations.map((each) => [each.rule, each] as const))('is told that %s', async (_rule, { tempted, rightly, arrives = 0 }) => {
    expect(await playOnce(tempted)).toBe(arrives)
    // It was that one thing which held it.
    expect(await playOnce([...tempted, ...rightly])).toBe(arrives + 1)
  })
})
