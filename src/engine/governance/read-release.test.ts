import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { shippedPolicy } from '#domain/policy'
import type { SolutionReading } from '#domain/tier'
import { assessTier, readSolutionFile } from '#domain/tier'
import { readSolution, writeZip } from '#format'
import { corpusSolutions, whyNoCorpus } from '../../../test/support/corpus.ts'
import { gatherMaterial } from './read-release.ts'

const sample = fileURLToPath(new URL('../../../samples/contoso-inspection/1.1.0.0', import.meta.url))

async function readingOf(bytes: Uint8Array): Promise<SolutionReading> {
  const { package: pkg, model } = await readSolution(bytes)
  return readSolutionFile(await gatherMaterial(pkg, model))
}

function assess(reading: SolutionReading) {
  return assessTier({ scoring: shippedPolicy.tierScoring, reading, use: {}, given: [] })
}

describe('what a release says of the rigour that it needs', () => {
  it('of our own sample is two connectors and a script, no reason for more than Tier 1 by itself', async () => {
    const files = readdirSync(sample, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    const zip = await writeZip(
      files.map((file) => {
        const path = `${file.parentPath}/${file.name}`
        return { path: path.slice(sample.length + 1), bytes: new Uint8Array(readFileSync(path)) }
      }),
    )
    const reading = await readingOf(zip)
    expect(reading.connectors.map(({ name }) => name)).toEqual(['commondataserviceforapps', 'office365'])
    expect(reading.scripts.count).toBe(1)
    expect([reading.code, reading.ai, reading.foreignTables].map(({ count }) => count)).toEqual([0, 0, 0])
    expect(reading.exposure).toEqual([])
    expect(assess(reading)).toMatchObject({ tier: 1, score: 2 })
  })
})

describe.skipIf(corpusSolutions.length === 0)(`real solutions (${whyNoCorpus} when skipped)`, () => {
  it('can all be read, and what each shows gives a tier', async () => {
    const tiers = new Map<string, number>()
    for (const { name, read } of corpusSolutions) {
      const reading = await readingOf(read())
      for (const { count, names } of [reading.code, reading.scripts, reading.ai, reading.apps])
        expect(names.length).toBeLessThanOrEqual(count)
      expect(JSON.stringify(reading).length).toBeLessThan(12_000)
      tiers.set(name, assess(reading).tier)
    }
    expect(tiers.size).toBe(corpusSolutions.length)
    // An agent that anybody may talk to, and a flow through a custom connector.
    expect(tiers.get('PlaySecureAudioFilefromPVA_1_0_0_1')).toBe(4)
    expect(tiers.get('TraceParser_1_0_0_4')).toBe(3)
  })
})
