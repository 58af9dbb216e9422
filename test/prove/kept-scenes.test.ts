import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Organisation } from '../conformance/organisation.ts'
import { openLocal } from '../conformance/organisation.ts'
import { judge } from './judge.ts'
import { keptScenes } from './kept-scenes.ts'
import { look } from './sight.ts'

let organisation: Organisation
beforeAll(async () => {
  organisation = await openLocal({ clockScale: 1000 })
})
afterAll(() => organisation.close())

describe('forecast and environment agree, with the documented rules, on', () => {
  it.each(Object.entries(keptScenes))('%s', async (_, { scene, label }) => {
    await organisation.control?.('POST', 'environments/dev/reset')
    await judge(organisation, scene)
    expect((await look(organisation)).tables.hand_boat?.label).toBe(label)
  })
})
