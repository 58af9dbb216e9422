import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { ours } from '#domain/policy'
import type { RecoveryWork } from '#domain/recovery'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { at, personId } from '../../../test/support/domain-builders.ts'
import type { RecoveryWorld } from '../../../test/support/recovery-world.ts'
import { granted } from '../../../test/support/granted.ts'
import { openRecoveryWorld, petId, sandboxId } from '../../../test/support/recovery-world.ts'
import type { RescueRecord } from '../rescue/events.ts'
import type { RepairCommand } from './repair-rows.ts'
import { repairRows } from './repair-rows.ts'

const boats: HandMade = {
  ...{ name: 'Permits', version: '1.0.0.0', isManaged: true },
  tables: [{ name: 'hand_boat', columns: [{ name: 'hand_sail' }, { name: 'hand_note' }] }],
}

let world: RecoveryWorld

beforeAll(async () => {
  world = await openRecoveryWorld()
  for (const place of [world.organisation, world.sandbox]) await bring(place, boats)
})
afterAll(() => world.close())

beforeEach(async () => {
  for (const place of [world.organisation, world.sandbox]) {
    for (const row of rowsOf(await place.call('GET', 'hand_boats?$select=hand_boatid')))
      await place.call('DELETE', `hand_boats(${String(row['hand_boatid'])})`)
  }
  const saved = { 0: { hand_sail: 'red', hand_note: 'fog' }, 1: { hand_sail: 'blue' }, 2: { hand_sail: 'green', hand_note: 'ice' } }
  for (const [index, row] of Object.entries(saved)) await put(world.sandbox, Number(index), row)
  // Boat 0 is gone, boat 1 is as it was, boat 2 has lost a value and got another.
  await put(world.organisation, 1, { hand_sail: 'blue' })
  await put(world.organisation, 2, { hand_sail: 'yellow' })
})

describe('repairing a pet from its sandbox', () => {
  it('counts what is gone, empty and different, by row and never by content', async () => {
    const work = await repaired({ isDryRun: true })
    expect(work.compared).toMatchObject({ compared: 3, missing: 1, emptied: 1, differing: 1, columns: { hand_note: 1, hand_sail: 1 } })
    expect(work.compared?.examples).toEqual({ missing: [boatId(0)], emptied: [boatId(2)], differing: [boatId(2)] })
    expect(await boatsOf()).toHaveLength(2)
    expect(JSON.stringify(await world.deps.ledger.readAll(0, 10_000))).not.toMatch(/yellow|green|"fog"|"ice"/)
  })

  it('makes rows again and fills what is empty, and overwrites nothing, whenever the power fails', async () => {
    const { id } = await begun({})
    const cuts = new Set<string>()
    while ((await world.work((step, phase) => world.cut(cuts, `${step} ${phase}`))) === 'killed');
    expect(await world.load(id)).toMatchObject({ state: 'done', written: { restoreId: `restore-${id}`, overwritten: 0 } })
    expect(await boatsOf()).toEqual([
      [boatId(0), 'red', 'fog'],
      [boatId(1), 'blue', null],
      [boatId(2), 'yellow', 'ice'],
    ])
  })

  it('looks only at what was changed since, and at the named columns', async () => {
    const untouched = await repaired({ isDryRun: true, changedSince: at(new Date(Date.now() + 3_600_000_000).toISOString()) })
    expect(untouched.compared).toMatchObject({ missing: 1, emptied: 0, differing: 0, untouched: 1 })
    const sails = await repaired({ isDryRun: true, columns: ['hand_sail'] })
    expect(sails.compared).toMatchObject({ missing: 1, emptied: 0, differing: 1, columns: { hand_sail: 1 } })
  })

  it('writes over values at the word of two, and keeps what stood there', async () => {
    expect(await ask({ isOverwriting: true, actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.needs-second-person' } })
    const work = await repaired({ isOverwriting: true })
    expect(work.written).toMatchObject({ overwritten: 1, kept: 0, refused: 0 })
    expect(await boatsOf()).toEqual([
      [boatId(0), 'red', 'fog'],
      [boatId(1), 'blue', null],
      [boatId(2), 'green', 'ice'],
    ])
    const before = await world.deps.readModel.load<RescueRecord>('rescue', work.written?.beforeId ?? '')
    expect(before).toMatchObject({ environmentId: petId, promotionId: undefined, rescue: { items: [{ table: 'hand_boat', rows: 1 }] } })
  })

  it('is in the biography of the pet and of its sandbox with who wanted it and what it wrote; what only looked is in none', async () => {
    const told = async (environmentId: typeof petId) =>
      granted(await world.engine.loadBiography({ environmentId, limit: 100 })).entries.filter(({ kind }) => kind === 'repair')
    const before = await told(petId)
    const { id: looked } = await repaired({ isDryRun: true })
    const { id } = await repaired({})
    const ofPet = await told(petId)
    expect(ofPet).toHaveLength(before.length + 1)
    expect(ofPet.some((entry) => entry.id.includes(looked))).toBe(false)
    expect(ofPet.find((entry) => entry.id === `repair-${id}`)).toMatchObject({
      ...{ by: ['olga'], isFailure: false },
      text: expect.stringMatching(/^Rows of hand_boat were repaired from .+ in prod \(.+\)\. .*1/),
    })
    expect(await told(sandboxId)).toEqual(ofPet)
  })

  it('brings state and reason back with the values, in a row that was deactivated since, and deactivates what was', async () => {
    const withState = { columns: ['hand_sail', 'hand_note', 'statecode', 'statuscode'] }
    await put(world.organisation, 2, { statecode: 1, statuscode: 2 })
    await put(world.sandbox, 1, { statecode: 1, statuscode: 2 })
    const looked = await repaired({ ...withState, isDryRun: true })
    expect(looked.compared).toMatchObject({ differing: 2, columns: { statecode: 2, statuscode: 2, hand_sail: 1, hand_note: 1 } })
    await ask({ ...withState, isOverwriting: true, actor: 'pat' })
    expect((await repaired({ ...withState, isOverwriting: true })).written).toMatchObject({ overwritten: 2, kept: 0, refused: 0 })
    const rows = rowsOf(await world.organisation.call('GET', 'hand_boats?$select=hand_sail,statecode,statuscode&$orderby=hand_boatid'))
    expect(rows.slice(1).map((row) => [row['hand_sail'], row['statecode'], row['statuscode']])).toEqual([
      ['blue', 1, 2],
      ['green', 0, 1],
    ])
  })

  it('leaves a row that somebody changes while it is repaired', async () => {
    expect(await ask({ isOverwriting: true, actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.needs-second-person' } })
    const { id } = await begun({ isOverwriting: true })
    let isChanged = false
    await world.work((step, phase) => {
      if (step !== 'record-before' || phase !== 'after' || isChanged) return
      isChanged = true
      world.kill()
    })
    await put(world.organisation, 2, { hand_sail: 'black' })
    expect(await world.work()).toBe('done')
    expect(await world.load(id)).toMatchObject({ written: { overwritten: 0, kept: 1 } })
    expect((await boatsOf()).find(([boat]) => boat === boatId(2))).toEqual([boatId(2), 'black', 'ice'])
  })

  it('takes as many people as policy says where it writes, and one to look', async () => {
    const { policy } = world.deps
    const deps = { ...world.deps, policy: { ...policy, sandboxes: { ...policy.sandboxes, repairPeople: ours(2, 'ours: here') } } }
    expect(await ask({ actor: 'pat' }, deps)).toMatchObject({ refusal: { code: 'recovery.needs-second-person' } })
    expect(await ask({ actor: 'olga' }, deps)).toMatchObject({ ok: true, value: { confirmedBy: 'olga' } })
    expect(await world.work()).toBe('done')
    expect(await ask({ isDryRun: true, actor: 'pat' }, deps)).toMatchObject({ ok: true })
    expect(await world.work()).toBe('done')
  })

  it('is for who answers for the data, and of a table that both have', async () => {
    expect(await ask({ actor: 'ben' })).toMatchObject({ refusal: { code: 'recovery.not-allowed' } })
    expect(await ask({ table: 'hand_ship' })).toMatchObject({ refusal: { code: 'recovery.no-such-rows' } })
    expect(await ask({ columns: ['hand_mast'] })).toMatchObject({ refusal: { code: 'recovery.no-such-rows' } })
  })
})

async function repaired(more: Partial<RepairCommand>): Promise<RecoveryWork> {
  const { id } = await begun(more)
  expect(await world.work()).toBe('done')
  const work = await world.load(id)
  expect(work.state, work.note).toBe('done')
  return work
}

async function begun(more: Partial<RepairCommand>): Promise<RecoveryWork> {
  const result = await ask(more)
  if (!result.ok) throw new Error(JSON.stringify(result.refusal))
  return result.value
}

function ask(more: Partial<Omit<RepairCommand, 'actor'>> & { readonly actor?: string }, deps = world.deps) {
  // Two environments that were made apart have other owners of rows; a restored one has not.
  const columns = ['hand_sail', 'hand_note']
  const command = {
    environmentId: petId,
    sandboxId,
    table: 'hand_boat',
    columns,
    isOverwriting: false,
    isDryRun: false,
    reason: 'Lost',
    ...more,
  }
  return repairRows(deps, { ...command, actor: personId(more.actor ?? 'olga') })
}

async function boatsOf(): Promise<readonly (readonly unknown[])[]> {
  const rows = rowsOf(await world.organisation.call('GET', 'hand_boats?$select=hand_sail,hand_note&$orderby=hand_boatid'))
  return rows.map((row) => [row['hand_boatid'], row['hand_sail'], row['hand_note']])
}

async function put(place: RecoveryWorld['sandbox'], index: number, body: Readonly<Record<string, string | number>>): Promise<void> {
  expect((await place.call('PATCH', `hand_boats(${boatId(index)})`, { body })).status).toBe(204)
}

function boatId(index: number): string {
  return `00000000-0000-4000-8000-00000000000${index}`
}
