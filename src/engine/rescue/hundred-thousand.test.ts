import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenEnvironment } from '#engine/ports'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import { idOf, makeRows } from '../../adapters/dataverse/testing/library.ts'

const many = 100_000
const column = { table: 'hand_boat', columns: ['hand_note'] }

let world: PromotionWorld

beforeAll(async () => {
  world = await openPromotionWorld()
  await bring(world.organisation, { ...boats('1.0.0.0', ['hand_sail', 'hand_note']), isManaged: true })
  for (let at = 0; at < many; at += 10_000) {
    const rows = Array.from({ length: 10_000 }, (_, index) => boatOf(at + index))
    await makeRows(world.organisation, 'hand_boats', rows)
  }
})
afterAll(() => world.close())

describe('100,000 values of a column', () => {
  it('are counted exactly in parts, and a budget that is too small gives a lower bound', async () => {
    const target = await openTarget()
    const component = { kind: 'Attribute', key: 'hand_boat.hand_note', id: '' }
    const question = { kind: 'values', component, table: 'hand_boat', column: 'hand_note' } as const
    const method = expect.stringContaining('parts by creation date')
    expect(await target.count([question], { requests: 20 })).toMatchObject([{ kind: 'exact', n: many, method }])
    expect(await target.count([question], { requests: 2 })).toMatchObject([{ kind: 'at-least', n: 50_001 }])
  })

  it('are saved before an upgrade destroys them, and each comes back to its own row', async () => {
    const release = await world.seal(boats('2.0.0.0', ['hand_sail']))
    const { promotionId } = (await world.request(release)).promotion.request
    const word = { promotionId, subject: 'Attribute:hand_boat.hand_note', ceiling: many, comment: 'Kept', actor: personId('olga') }
    granted(await world.engine.acknowledgeLoss(word))
    granted(await world.approve(promotionId))
    expect(await world.work()).toBe('done')
    const { status, rescues } = (await world.view(promotionId)).promotion
    expect(status, JSON.stringify(status)).toMatchObject({ state: 'succeeded' })
    expect(rescues).toMatchObject([{ items: [{ ...column, rows: many }] }])

    await bring(world.organisation, { ...boats('3.0.0.0', ['hand_sail', 'hand_note']), isManaged: true })
    expect(await digestOfValues()).toMatchObject({ rows: 0 })
    const rescueId = rescues[0]?.id ?? ''
    granted(await world.engine.restoreRescue({ rescueId, reason: '', isDryRun: false, actor: personId('olga') }))
    expect(await world.work()).toBe('done')
    const record = await world.engine.loadRescue(rescueId)
    expect(record?.restores).toMatchObject([{ status: { state: 'ended' }, done: [{ written: many, refused: 0 }, { refused: 0 }] }])
    const expected = createHash('sha256')
    for (let at = 0; at < many; at++) expected.update(`${idOf(1, at)}=${boatOf(at).hand_note}\n`)
    expect(await digestOfValues()).toEqual({ rows: many, digest: expected.digest('hex') })
  })
})

function boats(version: string, columns: readonly string[]): HandMade {
  return { name: 'Permits', version, tables: [{ name: 'hand_boat', columns: columns.map((name) => ({ name })) }] }
}

function boatOf(at: number) {
  const day = new Date(Date.UTC(2020, 0, 1) + at * 600_000).toISOString().replace('.000', '')
  return { hand_boatid: idOf(1, at), hand_name: `Boat ${at}`, hand_note: `note ${(at * 7919) % many}`, overriddencreatedon: day }
}

async function openTarget(): Promise<OpenEnvironment> {
  const prod = (await world.engine.loadConfiguration())?.configuration.environments.find(({ id }) => id === 'prod')
  if (prod === undefined) throw new Error('There is no prod.')
  return world.deps.environments.open(prod)
}

async function digestOfValues(): Promise<{ readonly rows: number; readonly digest: string }> {
  const hash = createHash('sha256')
  let rows = 0
  for await (const page of (await openTarget()).readRows(column)) {
    for (const row of page) hash.update(`${String(row['hand_boatid'])}=${String(row['hand_note'])}\n`)
    rows += page.length
  }
  return { rows, digest: hash.digest('hex') }
}
