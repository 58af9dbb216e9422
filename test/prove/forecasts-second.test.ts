import { describe, expect, it } from 'vitest'
import { proveForecasts } from './prove-run.ts'

// The forecast against what a local environment shows afterwards, both over HTTP: two hands wrote them from the same evidence
// (web-api H, facts-2 §6–§8), and test/conformance is the judge of both. The other half of the 500 cases is in the file beside.

const [first, count] = [250, 250]

describe('forecasts', () => {
  it('come to pass in random scenes of layers, leftovers, rows and people’s edits', { timeout: 600_000 }, async () => {
    const { findings, tally } = await proveForecasts({ seed: 20261122, first, count })
    expect(findings).toEqual([])
    for (const sort of ['install went in', 'update went in', 'upgrade went in', 'upgrade was refused']) {
      expect(tally[sort], sort).toBeGreaterThan(2)
    }
    for (const effect of ['create', 'change', 'hide', 'destroy']) expect(tally[`forecast: ${effect}`], effect).toBeGreaterThan(25)
  })
})
