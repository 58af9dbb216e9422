import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'

let world: PromotionWorld

beforeAll(async () => {
  world = await openPromotionWorld()
})
afterAll(() => world.close())

function boats(number: string, columns: readonly string[] = ['hand_log']): HandMade {
  return { name: 'Permits', version: number, tables: [{ name: 'hand_boat', columns: columns.map((name) => ({ name })) }] }
}

describe('a promotion', () => {
  it('goes in when nothing changed after it was approved', async () => {
    const { promotion } = await world.request(await world.seal(boats('1.0.0.0')))
    const { promotionId } = promotion.request
    granted(await world.approve(promotionId))
    expect(await world.work()).toBe('done')
    expect((await world.view(promotionId)).promotion.status).toMatchObject({ state: 'succeeded' })
  })
})
