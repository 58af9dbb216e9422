import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import type { RescueRecord } from './events.ts'

const boats = { name: 'hand_boat' }
const ships = { name: 'hand_ship' }
const name = 'hand_boat_ships'
const pairs = [{ name, tables: ['hand_boat', 'hand_ship'] }] as const

let world: PromotionWorld

beforeEach(async () => {
  world = await openPromotionWorld()
  await come('1.0.0.0', { tables: [boats, ships], pairs })
  for (const index of [1, 2]) await make('hand_boats', { hand_boatid: idOf(index), hand_name: `Boat ${index}` })
  for (const index of [3, 4]) await make('hand_ships', { hand_shipid: idOf(index), hand_name: `Ship ${index}` })
  await join(1, 3)
  await join(1, 4)
  await join(2, 4)
})
afterEach(() => world.close())

describe('rows that an upgrade destroys with their table, and that people had joined to others', () => {
  it('are saved with what joined them, and joined again with the rows that stayed', async () => {
    await loseBoats()
    expect((await saved()).rescue.items.filter(({ relationship }) => relationship === name)).toMatchObject([
      { table: name, regarding: 'hand_boat', rows: 3 },
    ])
    await come('3.0.0.0', { tables: [boats, ships], pairs })
    await restore()
    expect(await joined()).toEqual({ [idOf(1)]: [idOf(3), idOf(4)], [idOf(2)]: [idOf(4)] })
    expect((await saved()).restores.at(-1)?.done.filter(({ table }) => table === name)).toMatchObject([
      { part: 'values' },
      { part: 'links', written: 3, refused: 0 },
    ])
  })

  it('come back though what joined them is not there again: that is told, and comes once it is', async () => {
    await loseBoats()
    await come('3.0.0.0', { tables: [boats, ships] })
    await restore()
    expect(rowsOf(await world.organisation.call('GET', 'hand_boats'))).toHaveLength(2)
    const [restored] = (await saved()).restores
    expect(restored?.status.state, JSON.stringify(restored?.status)).toBe('ended')
    expect(restored?.done.find(({ table, part }) => table === name && part === 'links')).toMatchObject({
      ...{ written: 0, refused: 3 },
      examples: expect.arrayContaining([{ id: `${idOf(1)} + ${idOf(3)}`, message: `the relationship ${name} is not there` }]),
    })
    await come('4.0.0.0', { tables: [boats, ships], pairs })
    await restore()
    expect(await joined()).toEqual({ [idOf(1)]: [idOf(3), idOf(4)], [idOf(2)]: [idOf(4)] })
  })
})

function come(version: string, content: Pick<HandMade, 'tables' | 'pairs'>): Promise<void> {
  return bring(world.organisation, { name: 'Permits', version, isManaged: true, ...content })
}

function idOf(index: number): string {
  return `00000000-0000-4000-8000-00000000000${index}`
}

async function make(set: string, body: Readonly<Record<string, unknown>>): Promise<void> {
  const made = await world.organisation.call('POST', set, { body })
  expect(made.status, made.text).toBe(204)
}

function join(boat: number, ship: number): Promise<void> {
  return make(`hand_boats(${idOf(boat)})/${name}/$ref`, {
    '@odata.id': `${world.organisation.url}/api/data/v9.2/hand_ships(${idOf(ship)})`,
  })
}

/** The ships of each boat. */
async function joined(): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const rows = rowsOf(await world.organisation.call('GET', `hand_boats?$select=hand_boatid&$expand=${name}($select=hand_shipid)`))
  // The expansion of a collection is an array of rows.
  const shipsOf = (of: unknown): unknown[] => (of as readonly Record<string, unknown>[]).map((each) => each['hand_shipid']).sort()
  return Object.fromEntries(rows.map((row) => [String(row['hand_boatid']), shipsOf(row[name])]))
}

/** A release without the table, acknowledged and done. */
async function loseBoats(): Promise<void> {
  const view = await world.request(await world.seal({ name: 'Permits', version: '2.0.0.0', tables: [ships] }))
  const { promotionId } = view.promotion.request
  for (const { subject, atLeast } of view.losses)
    granted(await world.engine.acknowledgeLoss({ promotionId, subject, ceiling: atLeast, comment: 'x', actor: personId('olga') }))
  granted(await world.approve(promotionId))
  expect(await world.work()).toBe('done')
  const { status } = (await world.view(promotionId)).promotion
  expect(status, JSON.stringify(status)).toMatchObject({ state: 'succeeded' })
}

async function saved(): Promise<RescueRecord> {
  const [record, ...others] = await world.engine.listRescues({ environmentId: 'prod' })
  if (record === undefined || others.length > 0) throw new Error(`Expected one rescue, found ${others.length + 1}.`)
  return record
}

async function restore(): Promise<void> {
  const { rescue } = await saved()
  granted(
    await world.engine.restoreRescue({ rescueId: rescue.id, table: 'hand_boat', reason: '', isDryRun: false, actor: personId('olga') }),
  )
  expect(await world.work()).toBe('done')
}
