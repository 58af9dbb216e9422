import { describe, expect, it } from 'vitest'
import { proveForecasts } from './prove-run.ts'
import { sortsOfCases } from './sorts-of-cases.ts'

// The forecast against what a local environment shows afterwards, both over HTTP: two hands wrote them from the same evidence
// (web-api H, facts-2 §6–§8), and test/conformance is the judge of both. The other half of the 500 cases is in the file beside.

const [first, count] = [0, 250]

describe('forecasts', () => {
  it('come to pass in random scenes of layers, leftovers, patches, rows and people’s edits', async () => {
    const { findings, tally } = await proveForecasts({ seed: 20261122, first, count })
    expect(findings).toEqual([])
    for (const [sort, least] of Object.entries(sortsOfCases)) expect(tally[sort] ?? 0, sort).toBeGreaterThanOrEqual(least)
  })
})
