import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Environment } from '#domain/environment'
import type { StageId } from '#domain/kernel'
import { DroverError, toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import type { Release } from '#domain/release'
import type { EnvironmentAdministration } from '#engine/ports'
import { handMade } from '../../../test/conformance/hand-made.ts'
import type { CattleWorld } from '../../../test/support/cattle-world.ts'
import { environmentId, openCattleWorld } from '../../../test/support/cattle-world.ts'
import { personId } from '../../../test/support/domain-builders.ts'

const boats = { name: 'Boats', version: '1.0.0.0', tables: [{ name: 'hand_boat' }] }
const test = environmentId('test')
const prod = environmentId('prod')
const actor = personId('olga')

describe('whoever lies about an environment', () => {
  let world: CattleWorld
  let honest: Configuration
  let release: Release
  /** Where each environment truly is. */
  let addresses: ReadonlyMap<string, string>
  let lie: (real: EnvironmentAdministration) => Partial<EnvironmentAdministration>

  beforeAll(async () => {
    world = await openCattleWorld('Boats', { lying: (real) => lie(real) })
    await world.configure((configuration) => {
      honest = configuration
      return configuration
    })
    addresses = new Map(honest.environments.map(({ id, url }) => [id, url]))
    lie = () => ({})
    release = await world.seal({ unmanaged: await handMade(boats), managed: await handMade({ ...boats, isManaged: true }) })
    await world.deploy(release)
  })
  afterAll(() => world.close())
  beforeEach(async () => {
    lie = () => ({})
    await world.configure(() => honest)
  })

  it('by calling a renamed pet by its old address gets nothing deleted', async () => {
    await change(prod, { url: `${addresses.get(prod)}-before-it-was-renamed` })
    expect(await ask()).toMatchObject({
      ok: false,
      refusal: { code: 'PET-02', message: expect.stringContaining('cannot be told') as string },
    })
  })

  it.each(['HOST', 'case', 'slashes'])('by writing the address of a pet in another way gets nothing deleted: %s', async (how) => {
    const url = addresses.get(prod) ?? ''
    const written = {
      HOST: url.replace('127.0.0.1', 'LOCALHOST').replace('localhost', '127.0.0.1'),
      case: url.toUpperCase(),
      slashes: `${url}//`,
    }[how]
    await change(test, { url: written ?? '' })
    expect(await ask()).toMatchObject({ ok: false, refusal: { code: 'PET-02' } })
  })

  it('by naming the administration of another tenant gets nothing taken for gone', async () => {
    lie = () => ({ listEnvironments: async () => [] })
    expect(await ask()).toMatchObject({ ok: false, refusal: { code: 'rebuild.not-administered' } })
    await world.configure((configuration) => ({
      ...configuration,
      environments: [
        ...configuration.environments,
        { ...place(configuration.environments), id: environmentId('spare'), name: 'spare', url: addresses.get('dev') ?? '' },
      ],
      pipelines: [],
    }))
    // The address of Dev, which answers, and which that tenant does not show.
    expect(
      await world.engine.removeEnvironment({ environmentId: environmentId('spare'), typedName: 'spare', reason: '', actor }),
    ).toMatchObject({ ok: true })
    await world.work()
    const spare = (await world.engine.listCattle()).find((one) => one.environmentId === 'spare')
    expect(spare?.removal).toMatchObject({ state: 'errored', note: expect.stringContaining('answers') as string })
  })

  it.each<readonly [string, () => Promise<void> | void]>([
    ['a pet is not found any more', () => change(prod, { url: `${addresses.get(prod)}-gone` })],
    ['it is declared a pet', () => change(test, { careClass: 'pet' })],
    ['the platform calls it production', () => seenAs({ kind: 'production' })],
    ['it has another address', () => seenAs({ url: 'https://another.crm4.dynamics.com' })],
    ['it has no address', () => seenAs({ url: undefined })],
  ])('after it was ordered gets nothing deleted: %s', async (_, lying) => {
    const asked = await ask()
    expect(asked).toMatchObject({ ok: true })
    await lying()
    await world.work()
    const id = asked.ok ? asked.value.record?.id : undefined
    expect(await world.engine.loadRebuild(id ?? '')).toMatchObject({ value: { record: { status: { state: 'errored' } } } })
  })

  it('and all of them together had nothing deleted or made', () => expect(world.administered).toEqual([]))

  it('finds a tenant that fails told as failed, promotes nothing meanwhile, and goes on from there when it is asked again', async () => {
    let busy = 2
    lie = (real) => ({
      deleteEnvironment: (id) => (busy-- > 0 ? Promise.reject(turnedAway()) : real.deleteEnvironment(id)),
      fetchLifecycle: async () => ({ state: 'failed', message: 'it failed in stage Delete' }),
    })
    const asked = await ask()
    const id = asked.ok ? (asked.value.record?.id ?? '') : ''
    await world.work()
    expect(await world.engine.loadRebuild(id)).toMatchObject({
      value: { record: { status: { state: 'errored', message: expect.stringContaining('stage Delete') as string } } },
    })
    lie = () => ({})
    const promotion = { releaseId: release.id, stageId: toId<StageId>('to-test'), actor: personId('maria') }
    expect(await world.engine.requestPromotion(promotion)).toMatchObject({ ok: false, refusal: { code: 'rebuild.at-work' } })
    expect(await world.engine.resumeRebuild({ environmentId: test, actor })).toMatchObject({ ok: true })
    await world.work()
    expect(await world.engine.requestPromotion(promotion)).not.toMatchObject({ refusal: { code: 'rebuild.at-work' } })
    expect(await world.engine.loadRebuild(id)).toMatchObject({ value: { record: { status: { state: 'done' } } } })
    expect(world.administered.map((entry) => entry.split(' ')[0])).toEqual(['delete', 'create'])
  })

  const ask = () => world.engine.rebuildEnvironment({ environmentId: test, currency: 'EUR', isDryRun: false, isAfresh: true, actor })

  const place = (environments: readonly Environment[]): Environment => {
    const found = environments.find(({ id }) => id === test)
    if (found === undefined) throw new Error('there is no Test')
    return found
  }

  function change(id: string, changes: Partial<Environment>): Promise<void> {
    return world.configure((configuration) => ({
      ...configuration,
      environments: configuration.environments.map((each) => (each.id === id ? { ...each, ...changes } : each)),
    }))
  }

  function seenAs(changes: Partial<NonNullable<Awaited<ReturnType<EnvironmentAdministration['fetchEnvironment']>>>>): void {
    lie = (real) => ({
      async fetchEnvironment(id) {
        const there = await real.fetchEnvironment(id)
        return there && { ...there, ...changes }
      },
    })
  }
})

function turnedAway(): DroverError {
  return new DroverError('administration.busy', 'Another operation runs.', { isRetryable: true, retryAfterMs: 20 })
}
