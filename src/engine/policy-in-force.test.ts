import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personId } from '../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../test/support/promotion-world.ts'

let world: PromotionWorld

beforeAll(async () => {
  const values = [{ path: 'signIn.tokenHours', value: 2, reason: 'Machines of visitors.' }]
  world = await openPromotionWorld({ change: (configuration) => ({ ...configuration, policy: { values, demands: [] } }) })
})
afterAll(() => world.close())

describe('a value that the configuration changes', () => {
  it('holds for tokens as for everything else', async () => {
    const by = {
      personId: personId('maria'),
      tokenId: 't',
      scopes: ['request', 'decide', 'read'] as const,
      environments: [],
      solutions: [],
    }
    const wish = { personId: personId('maria'), label: '', scopes: ['read'] as const, environments: [], solutions: [], by }
    expect(await world.engine.issueToken({ ...wish, hours: 3 })).toMatchObject({ ok: false, refusal: { code: 'token.lives-too-long' } })
    granted(await world.engine.issueToken({ ...wish, hours: 2 }))
  })

  it('is not passed over: no work reads a value of the shipped policy', async () => {
    const files = (await readdir(import.meta.dirname, { recursive: true })).filter(
      (name) => name.endsWith('.ts') && !name.endsWith('.test.ts'),
    )
    const texts = await Promise.all(files.map(async (name) => [name, await readFile(join(import.meta.dirname, name), 'utf8')] as const))
    const shipped = /(?:deps|run\.deps)\.policy\.\w|\{ policy \} = (?:run\.)?deps\b|shippedPolicy/
    expect(texts.filter(([, text]) => shipped.test(text)).map(([name]) => name)).toEqual([])
    expect(texts.length).toBeGreaterThan(100)
  })
})
