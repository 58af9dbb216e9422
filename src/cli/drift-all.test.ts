import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type CommandLine, openCommandLine } from '../../test/support/command-line.ts'
import { bring } from '../../test/conformance/life-of-solutions.ts'
import type { PromotionWorld } from '../../test/support/promotion-world.ts'
import { openPromotionWorld } from '../../test/support/promotion-world.ts'

let world: PromotionWorld
let commandLine: CommandLine

beforeAll(async () => {
  // One that is there, and one that is not.
  world = await openPromotionWorld({
    change: (configuration) => {
      const [prod] = configuration.environments.filter(({ id }) => id === 'prod')
      if (prod === undefined) throw new Error('There is no prod.')
      const gone = { ...prod, id: 'gone' as typeof prod.id, name: 'Gone', url: 'http://127.0.0.1:9/gone' }
      return { ...configuration, environments: [prod, gone] }
    },
  })
  await bring(world.organisation, { name: 'Permits', version: '1.0.0.0', isManaged: true, tables: [{ name: 'hand_boat' }] })
  commandLine = await openCommandLine(world)
})
afterAll(async () => {
  await commandLine?.close()
  await world?.close()
})

describe('drover drift --all', () => {
  it('looks at every environment in one pass, and names the one that cannot be reached without holding up the rest', async () => {
    const looked = await commandLine.drover('olga', 'drift --all --json --exit-code')
    const { environments, failed } = JSON.parse(looked.out)
    expect(environments.map((view: { environment: { id: string } }) => view.environment.id)).toEqual(['prod'])
    expect(environments[0].assessment).toBeDefined()
    expect(failed).toMatchObject([{ environmentId: 'gone' }])
    expect(looked.code).toBe(7)
    expect((await commandLine.drover('olga', 'drift --all prod')).code).toBe(2)
    expect((await commandLine.drover('olga', 'drift')).code).toBe(2)
  })
})
