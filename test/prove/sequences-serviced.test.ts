import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HotfixWorld } from '../support/hotfix-world.ts'
import { openHotfixWorld } from '../support/hotfix-world.ts'
import type { Serviced } from './serviced.ts'
import { serve, services } from './serviced.ts'

// Over PostgreSQL, git and five local environments, whose life goes on from one sequence to the next: nothing is emptied between them.

let world: HotfixWorld

beforeAll(async () => {
  world = await openHotfixWorld()
}, 60_000)
afterAll(() => world.close())

const seed = Number(process.env['DROVER_SEED'] ?? 20261122)
const sequences = Number(process.env['DROVER_SEQUENCES'] ?? 1)

describe('a solution that is serviced in production', () => {
  it('keeps every fix until somebody goes back and every row that no plan announced, and is what the ledger says, after any sequence of deeds', {
    timeout: 900_000,
  }, async () => {
    const of: Serviced = { world, columns: [], dev: [], fixed: new Set(), promotions: [] }
    const told: string[] = [`first: ${await serve(of, { deed: 'release', isShipped: true, kills: [] })}`]
    for (const deed of fc.sample(services, { seed, numRuns: sequences }).flat()) {
      told.push(`${JSON.stringify(deed)} …`)
      const word = await serve(of, deed).catch((error: unknown) => {
        throw new Error(`seed ${seed}: ${told.join('\n')}`, { cause: error })
      })
      told[told.length - 1] = `${JSON.stringify(deed)}: ${word}`
    }
    if (process.env['DROVER_SEQUENCES'] !== undefined) console.log(told.join('\n'))
    expect(told.filter((line) => line.includes('succeeded')).length, told.join('\n')).toBeGreaterThan(1)
  })
})
