import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Promotion } from '#domain/promotion'
import type { Engine } from '#engine'
import { createEngine } from '#engine'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'

let world: PromotionWorld
let engine: Engine
let judged: string[] = []
let secondsLater = 0
let first: Promotion
const ben = personId('ben')

beforeAll(async () => {
  world = await openPromotionWorld()
  const { ledger } = world.deps
  // Judging a promotion begins with reading its stream.
  const counting = {
    ...ledger,
    read: async (stream: string) => {
      if (stream.startsWith('promotion/')) judged.push(stream.slice('promotion/'.length))
      return ledger.read(stream)
    },
  }
  const clock = { now: () => toId<Instant>(new Date(Date.now() + secondsLater * 1000).toISOString()) }
  engine = createEngine({ ...world.deps, ledger: counting, clock })
  const release = await world.seal({
    name: 'Permits',
    version: '1.1.0.0',
    tables: [{ name: 'hand_boat', columns: [{ name: 'hand_log' }] }],
  })
  first = (await world.request(release)).promotion
})
afterAll(() => world.close())
beforeEach(async () => {
  await engine.listWaiting(ben)
  judged = []
})

/** The same asked for again by its entry, of other solutions and for other places. */
async function alsoWaiting(from: number, to: number): Promise<void> {
  const [requested] = await world.events(first.request.promotionId)
  if (requested?.type !== 'promotion-requested') throw new Error('it was not asked for')
  for (let number = from; number <= to; number++) {
    const { request } = requested.data
    const plan = { ...request.plan, target: { ...request.plan.target, lane: `elsewhere-${number}` } }
    const other = { ...request, promotionId: toId<Promotion['request']['promotionId']>(`p-${number}`), solution: `Other${number}`, plan }
    await world.deps.ledger.append({
      ...{ stream: `promotion/p-${number}`, expectedVersion: 0, actor: 'maria' },
      events: [{ type: 'promotion-requested', data: { ...requested.data, request: other } }],
    })
  }
}

describe('what waits for somebody, however many promotions wait', () => {
  it('judges none again where nothing changed, and one whose decision came in', async () => {
    await alsoWaiting(1, 20)
    expect((await engine.listWaiting(ben)).promotions.map(({ promotionId }) => promotionId)).toContain(first.request.promotionId)
    expect(judged).toHaveLength(20)
    judged = []
    await engine.listWaiting(ben)
    expect(judged).toEqual([])
    granted(await world.approve(first.request.promotionId, 'ben'))
    const after = await engine.listWaiting(ben)
    expect(after.promotions.map(({ promotionId }) => promotionId)).not.toContain(first.request.promotionId)
    expect(judged.filter((id) => id.startsWith('p-') && /^p-\d{1,2}$/.test(id))).toEqual([])
  })

  it('judges one of 500 for an entry about one, and none for one about none', async () => {
    await alsoWaiting(21, 500)
    await engine.listWaiting(ben)
    judged = []
    await world.deps.ledger.append({
      ...{ stream: 'promotion/p-7', expectedVersion: undefined, actor: 'drover' },
      events: [{ type: 'gate-escalated', data: { escalation: { gate: 'approval', at: first.request.requestedAt, to: [] } } }],
    })
    await engine.listWaiting(ben)
    expect(judged).toEqual(['p-7'])
    judged = []
    await world.deps.ledger.append({
      stream: 'release/r-0',
      expectedVersion: undefined,
      actor: 'drover',
      events: [{ type: 'seen', data: {} }],
    })
    await engine.listWaiting(ben)
    expect(judged).toEqual([])
  })

  it('judges all again for another configuration, and at the latest after minutes', async () => {
    const current = await engine.loadConfiguration()
    const configuration = { ...current?.configuration }
    const events = [{ type: 'configuration-applied', data: { configuration, changes: [] } }]
    await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
    await engine.listWaiting(ben)
    expect(judged.length).toBeGreaterThanOrEqual(500)
    expect(new Set(judged).size).toBe(judged.length)
    judged = []
    secondsLater += 270
    await engine.listWaiting(ben)
    expect(judged).toEqual([])
    secondsLater += 31
    await engine.listWaiting(ben)
    expect(judged.length).toBeGreaterThanOrEqual(500)
  })
})
