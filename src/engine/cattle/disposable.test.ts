import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { handMade } from '../../../test/conformance/hand-made.ts'
import type { CattleWorld } from '../../../test/support/cattle-world.ts'
import { environmentId, kill, openCattleWorld } from '../../../test/support/cattle-world.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { CreateCommand } from './create-cattle.ts'
import { sweepEnds } from './end-cattle.ts'

const boats = { name: 'Boats', version: '1.0.0.0', tables: [{ name: 'hand_boat', columns: [{ name: 'hand_length' }] }] }
const wish: CreateCommand = {
  ...{ name: 'Try sails', kind: 'feature', owner: personId('maria'), justification: 'Sails on boats', days: 30 },
  ...{ solution: 'Boats', currency: 'EUR', actor: personId('pat') },
}
const made = environmentId('try-sails')
const dayMs = 86_400_000

describe('a disposable environment', () => {
  let world: CattleWorld
  /** How far ahead of the real time it is. */
  let ahead = 0
  const now = () => Date.now() + ahead

  beforeAll(async () => {
    world = await openCattleWorld('Boats', { clock: { now: () => toId<Instant>(new Date(now()).toISOString()) } })
    await world.seal({ unmanaged: await handMade(boats), managed: await handMade({ ...boats, isManaged: true }) })
  })
  afterAll(() => world.close())

  const find = async (id = made) => (await world.engine.listCattle()).find((one) => one.environmentId === id)
  const workKilled = async (): Promise<number> => {
    const died = new Set<string>()
    const die = (step: string, phase: string): void => {
      if (died.has(`${phase} ${step}`)) return
      died.add(`${phase} ${step}`)
      kill()
    }
    while ((await world.work(die)) === 'killed');
    return died.size
  }

  it('is made by a platform-admin only, with an owner who is known and a reason', async () => {
    for (const [change, code] of [
      [{ actor: personId('olga') }, 'rebuild.not-allowed'],
      [{ owner: personId('nobody') }, 'TOP-04'],
      [{ justification: ' ' }, 'TOP-04'],
      [{ name: 'test' }, 'cattle.name-taken'],
      [{ days: 4000 }, 'cattle.too-long'],
    ] as const)
      expect(await world.engine.createCattle({ ...wish, ...change })).toMatchObject({ ok: false, refusal: { code } })
    expect(world.administered).toEqual([])
  })

  it('is made once, registered by the address that the platform gave it, and begins with its source, wherever the worker is killed', async () => {
    expect(await world.engine.createCattle(wish)).toMatchObject({ ok: true })
    expect(await workKilled()).toBeGreaterThan(15)
    expect(await find()).toMatchObject({ creation: { state: 'done', note: expect.stringContaining('unmanaged, and published') } })
    expect(world.administered).toHaveLength(1)
    const configuration = (await world.engine.loadConfiguration())?.configuration
    const environment = configuration?.environments.find(({ id }) => id === made)
    expect(environment).toMatchObject({ careClass: 'cattle', purpose: 'sandbox', owner: 'maria', endsAt: expect.any(String) })
    const inspected = await world.engine.inspectEnvironment(made)
    expect(inspected.ok && inspected.value.solutions.map(({ uniqueName }) => uniqueName)).toContain('Boats')
  })

  it('is kept when somebody says why, and then warned about anew', async () => {
    const until = toId<Instant>(new Date(now() + 60 * dayMs).toISOString())
    const keep = { environmentId: made, until, actor: personId('maria') }
    expect(await world.engine.keepEnvironment({ ...keep, reason: '' })).toMatchObject({ ok: false, refusal: { code: 'cattle.no-reason' } })
    expect(await world.engine.keepEnvironment({ ...keep, reason: 'Sails are not done' })).toMatchObject({ ok: true })
    ahead += 40 * dayMs
    await sweepEnds(world.deps)
    expect(await find()).toMatchObject({ end: { state: 'far', endsAt: until } })
    ahead += 15 * dayMs
    await sweepEnds(world.deps)
    expect(await find()).toMatchObject({ end: { state: 'announced', endsAt: until } })
    ahead += 6 * dayMs
    await sweepEnds(world.deps)
    await world.work()
    expect(world.administered).toHaveLength(1)
  })

  it('is removed once after its end and the time of its warning, and is configured no more', async () => {
    ahead += 9 * dayMs
    await sweepEnds(world.deps)
    await workKilled()
    expect(world.administered.map((entry) => entry.split(' ')[0])).toEqual(['create', 'delete'])
    expect(await find()).toMatchObject({ removal: { state: 'done' } })
    const configuration = (await world.engine.loadConfiguration())?.configuration
    expect(configuration?.environments.map(({ id }) => id)).not.toContain(made)
  })

  it('is not removed by hand without its typed name, while a pipeline goes through it, or when it is a pet', async () => {
    const ask = { reason: '', actor: personId('pat') }
    const test = environmentId('test')
    expect(await world.engine.removeEnvironment({ ...ask, environmentId: test, typedName: 'test' })).toMatchObject({
      refusal: { code: 'cattle.in-use' },
    })
    expect(await world.engine.removeEnvironment({ ...ask, environmentId: environmentId('prod'), typedName: 'prod' })).toMatchObject({
      refusal: { code: 'PET-02' },
    })
    await world.configure((configuration) => ({ ...configuration, pipelines: [], solutions: [] }))
    expect(await world.engine.removeEnvironment({ ...ask, environmentId: test, typedName: 'tset' })).toMatchObject({
      refusal: { code: 'cattle.name-not-typed' },
    })
    expect(world.administered).toHaveLength(2)
  })
})
