import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import type { Readiness, ReadinessItemId } from '#domain/readiness'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'

let world: PromotionWorld

beforeAll(async () => {
  world = await openPromotionWorld()
})
afterAll(() => world.close())

const permits = { name: 'Permits', version: '1.0.0.0', tables: [{ name: 'hand_permit', columns: [{ name: 'hand_log' }] }] }

async function look(): Promise<Readiness> {
  granted(await world.engine.observeEnvironment({ environmentId: toId('prod'), actor: personId('olga') }))
  return granted(await world.engine.loadReadiness())
}

function stateOf({ items }: Readiness, id: ReadinessItemId) {
  return items.find(({ item }) => item.id === id)?.state
}

function statesOf(readiness: Readiness, ...ids: readonly ReadinessItemId[]) {
  return ids.map((id) => stateOf(readiness, id))
}

async function setAuditing(body: object): Promise<void> {
  const { organisation } = world
  const [row] = rowsOf(await organisation.call('GET', 'organizations?$select=organizationid'))
  const set = await organisation.call('PATCH', `organizations(${String(row?.['organizationid'])})`, { body })
  expect(set.status, set.text).toBe(204)
}

describe('readiness', () => {
  it('proves what a promotion shows once it ran, and not before', async () => {
    const shown = ['RDY-04', 'RDY-06', 'RDY-07'] as const
    const before = granted(await world.engine.loadReadiness())
    expect(statesOf(before, ...shown)).toEqual(['missing', 'missing', 'missing'])
    const { promotion } = await world.request(await world.seal(permits))
    granted(await world.approve(promotion.request.promotionId))
    expect(statesOf(granted(await world.engine.loadReadiness()), ...shown)).toEqual(['missing', 'missing', 'missing'])
    await world.work()
    const after = await look()
    expect(statesOf(after, ...shown)).toEqual(['proved', 'proved', 'proved'])
    expect(after.score).toBeGreaterThan(before.score)
  })

  it('reads of the environment whether it audits, and lets no word stand against what it read', async () => {
    const said = { item: 'RDY-19', text: 'It is on.', actor: personId('pat') }
    granted(await world.engine.attestReadiness(said))
    expect(stateOf(await look(), 'RDY-19')).toBe('missing')
    await setAuditing({ isauditenabled: true })
    expect(stateOf(await look(), 'RDY-19')).toBe('missing')
    await setAuditing({ auditretentionperiodv2: -1 })
    expect(stateOf(await look(), 'RDY-19')).toBe('proved')
    await setAuditing({ auditretentionperiodv2: null })
    expect(stateOf(await look(), 'RDY-19')).toBe('attested')
  })

  it('counts a word half of a proof, and only by somebody who may give it', async () => {
    const before = granted(await world.engine.loadReadiness())
    const refused = await world.engine.attestReadiness({ item: 'RDY-17', text: 'Done.', actor: personId('maria') })
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'promotion.not-allowed' } })
    granted(await world.engine.attestReadiness({ item: 'RDY-17', text: 'Assessed in May.', actor: personId('pat') }))
    const after = granted(await world.engine.loadReadiness())
    expect([stateOf(before, 'RDY-17'), stateOf(after, 'RDY-17')]).toEqual(['missing', 'attested'])
    expect(after.counts.attested).toBe(before.counts.attested + 1)
    expect(after.score - before.score).toBeLessThanOrEqual(3)
  })
})
