import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HotfixWorld } from '../support/hotfix-world.ts'
import { openHotfixWorld } from '../support/hotfix-world.ts'
import type { Serviced } from './serviced.ts'
import { eachOnce, serve, services } from './serviced.ts'

// Over PostgreSQL, git and five local environments, whose life goes on from one sequence to the next: nothing is emptied between them.

let world: HotfixWorld

beforeAll(async () => {
  world = await openHotfixWorld()
})
afterAll(() => world.close())

const seed = Number(process.env['DROVER_SEED'] ?? 20261122)
const sequences = Number(process.env['DROVER_SEQUENCES'] ?? 1)

describe('a solution that is serviced in production', () => {
  it('keeps every fix until somebody goes back and every row that no plan announced, and is what the ledger says, after any sequence of deeds', async () => {
    const of: Serviced = { world, columns: [], dev: [], fixed: new Set(), promotions: [] }
    const told: string[] = [`first: ${await serve(of, { deed: 'release', isShipped: true, kills: [] })}`]
    const drawn = [fc.sample(eachOnce, { seed, numRuns: 1 }), fc.sample(services, { seed, numRuns: sequences - 1 })].flat(2)
    for (const deed of drawn) {
      told.push(`${JSON.stringify(deed)} …`)
      const word = await serve(of, deed).catch((error: unknown) => {
        throw new Error(`seed ${seed}: ${told.join('\n')}`, { cause: error })
      })
      told[told.length - 1] = `${JSON.stringify(deed)}: ${word}`
    }
    if (process.env['DROVER_SEQUENCES'] !== undefined) console.log(told.join('\n'))
    // A proof over deeds that never came about would be none.
    const endedWell = (deed: string) => told.some((line) => line.includes(`"${deed}"`) && line.includes(': succeeded'))
    const adopted = told.some((line) => line.includes('adopted: proposed, succeeded'))
    const did = { hotfix: endedWell('hotfix'), rollback: endedWell('rollback'), adopted }
    expect(did, told.join('\n')).toEqual({ hotfix: true, rollback: true, adopted: true })
  })
})
