import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EnvironmentRecord } from '#domain/drift'
import { laneOf } from '#domain/environment'
import type { ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { RecoveryWork } from '#domain/recovery'
import type { Release } from '#domain/release'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/promotion-world.ts'
import type { RecoveryWorld } from '../../../test/support/recovery-world.ts'
import { openRecoveryWorld, petId, sandboxId } from '../../../test/support/recovery-world.ts'
import type { RehearseCommand } from './rehearse.ts'

let world: RecoveryWorld
let [good, bad]: readonly (Release | undefined)[] = []

beforeAll(async () => {
  world = await openRecoveryWorld()
  good = await world.seal(boats('1.8.0.0', ['hand_sail']))
  bad = await world.seal(boats('1.9.0.0', ['hand_sail', 'hand_mast']))
  const { promotionId } = (await world.request(good)).promotion.request
  granted(await world.approve(promotionId))
  expect(await world.work()).toBe('done')
  expect((await world.view(promotionId)).promotion.status.state).toBe('succeeded')
  for (const name of ['Argo', 'Vasa']) {
    expect((await world.organisation.call('POST', 'hand_boats', { body: { hand_name: name } })).status).toBe(204)
  }
  // Restore points are told apart by the second, and the promotion took one of its own.
  await world.pass(1)
  await world.administration.takeRestorePoint(await world.platformIdOf('pet'), 'before 1.9')
  await world.pass(30)
})
afterAll(() => world.close())

describe('rehearsing a way back', () => {
  it('gives the sandbox the state of the pet, goes there and back, and records it with the pet, whenever the power fails', async () => {
    const { id } = await begun({ way: 'repack', from: bad?.id, isAsItIs: false })
    const cuts = new Set<string>()
    while ((await world.work((step, phase) => world.cut(cuts, `${step} ${phase}`))) === 'killed') await world.pass(10)
    const work = await world.load(id)
    expect(work.state, work.note).toBe('done')
    const [rehearsal] = await rehearsals()
    expect(rehearsal).toMatchObject({ id, solution: 'Permits', way: 'repack', from: '1.9.0.0', outcome: 'succeeded', sandboxId })
    expect(rehearsal?.to).toMatch(/^1\.9\.0\.[1-9]/)
    expect(rehearsal?.notes.join(' ')).toContain('Rows of hand_boat: 2 before, 2 after.')
    expect(work.parts.map(({ name }) => name)).toEqual(['restore', 'close', 'way'])
  })

  it('is on record as well where it failed', async () => {
    const work = await done({ way: 'redeploy' })
    expect(work.state).toBe('failed')
    const [rehearsal] = await rehearsals()
    expect(rehearsal).toMatchObject({ id: work.id, way: 'redeploy', outcome: 'failed' })
    expect(rehearsal?.notes.join(' ')).toContain('No release ran in prod before what is there now.')
  })

  it('uninstalls from the sandbox, and tells which rows went', async () => {
    const work = await done({ way: 'uninstall' })
    expect(work.state, work.note).toBe('done')
    const [rehearsal] = await rehearsals()
    expect(rehearsal).toMatchObject({ way: 'uninstall', outcome: 'succeeded' })
    expect(rehearsal?.to).toBeUndefined()
    expect(rehearsal?.notes.join(' ')).toContain('Rows of hand_boat: 2 before, not there, or not counted after.')
  })

  it('shows what is there and what is due', async () => {
    const list = granted(await world.engine.listRecoveries(petId))
    expect(list.rehearsals.map(({ way }) => way)).toEqual(['uninstall', 'redeploy', 'repack'])
    expect(list.due).toMatchObject([{ solution: 'Permits', tier: 2, state: 'not-asked' }])
    expect(list.works.map(({ deed }) => deed.kind)).toContain('rehearsal')
  })

  it('refuses what cannot be rehearsed', async () => {
    expect(await ask({ way: 'roll-forward' })).toMatchObject({ refusal: { code: 'recovery.way-not-rehearsed' } })
    expect(await ask({ solution: 'Unknown' })).toMatchObject({ refusal: { code: 'solution.not-governed' } })
    expect(await ask({ from: toId<ReleaseId>('r-none') })).toMatchObject({ refusal: { code: 'release.unknown' } })
    expect(await ask({ sandboxId: petId })).toMatchObject({ refusal: { code: 'PET-02' } })
  })
})

async function done(more: Partial<RehearseCommand>): Promise<RecoveryWork> {
  const { id } = await begun(more)
  expect(await world.work()).toBe('done')
  return world.load(id)
}

async function begun(more: Partial<RehearseCommand>): Promise<RecoveryWork> {
  const first = await ask({ ...more, actor: 'pat' })
  if (first.ok) return first.value
  expect(first.refusal.code).toBe('recovery.needs-second-person')
  return granted(await ask({ ...more, actor: 'olga' }))
}

function ask(more: Partial<Omit<RehearseCommand, 'actor'>> & { readonly actor?: string }) {
  const command = { environmentId: petId, sandboxId, solution: 'Permits', way: 'repack' as const, isAsItIs: true, reason: 'Before 1.9' }
  return world.engine.rehearseRecovery({ ...command, ...more, actor: personId(more.actor ?? 'olga') })
}

async function rehearsals() {
  const record = await world.deps.readModel.load<EnvironmentRecord>('environment', laneOf(world.pet))
  return record?.rehearsals ?? []
}

function boats(version: string, columns: readonly string[]): HandMade {
  return { name: 'Permits', version, tables: [{ name: 'hand_boat', columns: columns.map((name) => ({ name })) }] }
}
