import { expect, it } from 'vitest'
import { handMade } from '../conformance/hand-made.ts'
import * as life from '../conformance/life-of-solutions.ts'
import type { Organisation } from '../conformance/organisation.ts'
import { openLocal } from '../conformance/organisation.ts'
import { createPlanner } from './chains/environment.ts'

const fleet = { name: 'Fleet', isManaged: true, tables: [{ name: 'hand_boat', columns: [{ name: 'hand_a', maxLength: 30 }] }] }

it('a plan asks no more when there are more solutions of others, nor when some of them came since the last one', async () => {
  const organisation = await openLocal({ clockScale: 1000, limits: 'off' })
  try {
    await bringNeighbours(organisation, 0, 4)
    await life.bring(organisation, { ...fleet, version: '1.0.0.0' })
    const plan = createPlanner(organisation)
    const [installed, release] = [await handMade({ ...fleet, version: '1.0.0.0' }), await handMade({ ...fleet, version: '1.1.0.0' })]
    const cost = async (): Promise<number> => {
      const before = plan.countRequests()
      await plan(release, installed)
      return plan.countRequests() - before
    }
    await cost()
    const besideFew = await cost()
    await bringNeighbours(organisation, 4, 40)
    const sinceMoreCame = await cost()
    const besideMany = await cost()
    expect({ sinceMoreCame, besideMany }).toEqual({ sinceMoreCame: besideFew, besideMany: besideFew })
    expect(besideFew).toBeLessThanOrEqual(60)
  } finally {
    await organisation.close()
  }
})

async function bringNeighbours(organisation: Organisation, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at++) {
    await life.bring(organisation, {
      ...{ name: `Neighbour${at}`, version: '1.0.0.0', isManaged: true },
      choices: [{ name: `hand_c${at}`, options: { 1: 'One' } }],
    })
  }
}
