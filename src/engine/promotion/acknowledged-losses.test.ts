import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PromotionId } from '#domain/kernel'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'

let world: PromotionWorld
let major = 0

beforeAll(async () => {
  world = await openPromotionWorld()
})
afterAll(() => world.close())

/** What is installed has `hand_log`, with values in two of three rows. */
beforeEach(async () => {
  await bring(world.organisation, { ...piers(['hand_log', 'hand_port']), isManaged: true })
  const rows = rowsOf(await world.organisation.call('GET', 'hand_piers?$select=hand_pierid'))
  for (const row of rows) await world.organisation.call('DELETE', `hand_piers(${String(row['hand_pierid'])})`)
  for (const row of [{ hand_log: 'fog' }, { hand_log: 'ice' }, {}]) await addRow(row)
})

function piers(columns: readonly string[]): HandMade {
  major++
  return { name: 'Permits', version: `${major}.0.0.0`, tables: [{ name: 'hand_pier', columns: columns.map((name) => ({ name })) }] }
}

async function addRow(row: Readonly<Record<string, string>>): Promise<void> {
  const added = await world.organisation.call('POST', 'hand_piers', { body: { hand_name: 'Pier', ...row } })
  expect(added.status, added.text).toBeLessThan(300)
}

async function columnsThere(): Promise<readonly string[]> {
  const answer = await world.organisation.call('GET', `EntityDefinitions(LogicalName='hand_pier')/Attributes?$select=LogicalName`)
  return rowsOf(answer).map((row) => String(row['LogicalName']))
}

async function askForUpgrade(): Promise<PromotionId> {
  const view = await world.request(await world.seal(piers(['hand_port'])))
  return view.promotion.request.promotionId
}

async function acknowledge(promotionId: PromotionId, ceiling: number, by = 'olga') {
  const subject = 'Attribute:hand_pier.hand_log'
  return world.engine.acknowledgeLoss({ promotionId, subject, ceiling, comment: 'Kept in the archive', actor: personId(by) })
}

async function lossesGate(promotionId: PromotionId) {
  const { gates } = await world.view(promotionId)
  return gates.find((gate) => gate.kind === 'losses')
}

async function openTarget() {
  const version = await world.engine.loadConfiguration()
  const prod = version?.configuration.environments.find((environment) => environment.id === 'prod')
  if (prod === undefined) throw new Error('there is no prod')
  return world.deps.environments.open(prod)
}

describe('an upgrade that would drop a column with values', () => {
  it('waits with the right count, and once its owner lets it go loses exactly that', async () => {
    const promotionId = await askForUpgrade()
    granted(await world.approve(promotionId))
    expect(await lossesGate(promotionId)).toMatchObject({
      state: 'pending',
      reasons: [{ message: expect.stringMatching(/^2 values \(exact, .*Awaits 1 of Olga/) }],
    })
    expect(await world.work()).toBe('done')
    expect(await columnsThere()).toContain('hand_log')
    expect(await acknowledge(promotionId, 2, 'ben')).toMatchObject({ ok: false, refusal: { code: 'loss.not-owner' } })
    expect(await acknowledge(promotionId, 1)).toMatchObject({ ok: false, refusal: { code: 'loss.ceiling-too-low' } })
    expect((await world.view(promotionId, 'olga')).losses).toMatchObject([{ mayAcknowledge: true, atLeast: 2 }])
    granted(await acknowledge(promotionId, 2))
    expect(await world.work()).toBe('done')
    const { promotion } = await world.view(promotionId)
    expect(promotion.status, JSON.stringify(promotion.status)).toMatchObject({ state: 'succeeded' })
    expect(await columnsThere()).not.toContain('hand_log')
    expect(rowsOf(await world.organisation.call('GET', 'hand_piers?$select=hand_name'))).toHaveLength(3)
    expect(promotion.rescues.flatMap((rescue) => rescue.items.map((item) => [item.table, item.rows]))).toEqual([['hand_pier', 2]])
    const notes = promotion.status.state === 'succeeded' ? promotion.status.verification : []
    expect(notes.join(' ')).not.toContain('forecast was wrong')
  })

  it('is not begun when more is there by then than its owner let go: the owner is asked again, the approver is not', async () => {
    const promotionId = await askForUpgrade()
    granted(await acknowledge(promotionId, 2))
    granted(await world.approve(promotionId))
    await addRow({ hand_log: 'storm' })
    expect(await world.work()).toBe('done')
    const { promotion, gates } = await world.view(promotionId)
    expect([promotion.status.state, await columnsThere()]).toEqual(['pending', expect.arrayContaining(['hand_log'])])
    expect(gates.filter((gate) => gate.state !== 'open').map((gate) => gate.kind)).toEqual(['losses'])
    expect(promotion.renewed?.differences[0]?.message).toContain('3 values')
    granted(await acknowledge(promotionId, 3))
    expect(await world.work()).toBe('done')
    expect((await world.view(promotionId)).promotion.status.state).toBe('succeeded')
  })
})

describe('ten promotions in a row', () => {
  it('leave no layer of our own, and forecast nothing wrong', async () => {
    for (let round = 0; round < 10; round++) {
      const view = await world.request(await world.seal(piers(['hand_log', 'hand_port', `hand_extra${round}`])))
      const { promotionId } = view.promotion.request
      const needed = view.losses.filter((loss) => loss.closedBy === undefined)
      for (const loss of needed) {
        const word = { promotionId, subject: loss.subject, ceiling: loss.atLeast, comment: 'x', actor: personId('olga') }
        granted(await world.engine.acknowledgeLoss(word))
      }
      granted(await world.approve(promotionId))
      expect(await world.work()).toBe('done')
      const { status } = (await world.view(promotionId)).promotion
      expect(status, JSON.stringify(status)).toMatchObject({ state: 'succeeded' })
      if (status.state === 'succeeded') expect(status.verification.join(' ')).not.toContain('forecast was wrong')
    }
    const target = await openTarget()
    const solutions = await target.fetchSolutions()
    const own = solutions.filter(({ uniqueName }) => uniqueName.startsWith('Permits'))
    expect(own.map(({ uniqueName }) => uniqueName)).toEqual(['Permits'])
    const { components } = await target.fetchHoldings(own[0] ?? { id: '', uniqueName: '' })
    const layers = new Map<string, readonly string[]>()
    const keys = new Map(components.map((component) => [component.id, component.key]))
    await target.fetchLayers(components, async ({ id }, found) => {
      layers.set(
        keys.get(id) ?? id,
        (found ?? []).map((layer) => layer.solution),
      )
    })
    expect(layers.get('hand_pier.hand_extra9')).toEqual(['Permits'])
    expect([...layers].filter(([, names]) => names.includes('Active') || names.filter((name) => name === 'Permits').length !== 1)).toEqual(
      [],
    )
  })
})
