import { afterEach, describe, expect, it } from 'vitest'
import { DroverError } from '#domain/kernel'
import type { RebuildRecord } from '#domain/rebuild'
import type { EnvironmentAdministration } from '#engine/ports'
import { readZip, writeZip } from '#format'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { handMade } from '../../../test/conformance/hand-made.ts'
import type { CattleWorld, Dying } from '../../../test/support/cattle-world.ts'
import { environmentId, kill, openCattleWorld } from '../../../test/support/cattle-world.ts'
import { personId } from '../../../test/support/domain-builders.ts'

const boats: HandMade = { name: 'Boats', version: '1.0.0.0', tables: [{ name: 'hand_boat' }] }
const harbour = { uniqueName: 'msdyn_Harbour', version: '2.1.0.0' }

/** A solution file that needs a table of another one. */
async function needing(zip: Uint8Array): Promise<Uint8Array> {
  const need = `<MissingDependencies><MissingDependency><Required type="1" schemaName="msdyn_harbour" displayName="Harbour" solution="msdyn_Harbour (2.0.0.0)" /><Dependent type="1" schemaName="hand_boat" displayName="hand_boat" /></MissingDependency></MissingDependencies>`
  const files = (await readZip(zip)).map(({ path, bytes }) => {
    if (path !== 'solution.xml') return { path, bytes }
    return {
      path,
      bytes: Buffer.from(
        Buffer.from(bytes)
          .toString()
          .replace(/<MissingDependencies\s*\/>/, need),
      ),
    }
  })
  return writeZip(files)
}

describe('a Test environment whose solution needs one of the platform', () => {
  let world: CattleWorld
  afterEach(() => world.close())

  it('gets the application of that name again, sent for once though the worker is killed before and after each step', async () => {
    world = await deployed()
    await offer('msdyn_Harbour')
    const died = new Set<string>()
    const record = await rebuilt((step, phase) => {
      if (died.has(`${phase} ${step}`) || !/application|^install/.test(step)) return
      died.add(`${phase} ${step}`)
      kill()
    })
    expect(record.order.plan.prerequisites).toContainEqual(
      expect.objectContaining({ about: 'solution', subject: 'msdyn_Harbour 2.1.0.0', state: 'machine' }),
    )
    expect(record.status).toMatchObject({ state: 'done' })
    expect(record.brought).toMatchObject([{ solution: 'Boats' }])
    expect(died.size).toBeGreaterThan(5)
    expect(world.administered.filter((entry) => entry.startsWith('install'))).toEqual(['install msdyn_Harbour'])
    expect(await solutionsOfTest()).toContain('msdyn_Harbour')
  })

  it('gets what the old one had where no application has the name of the solution', async () => {
    world = await deployed()
    await offer('HarbourAnchor')
    const plan = await planned()
    expect(plan).toMatchObject([{ state: 'unknown', message: expect.stringContaining('HarbourAnchor') }])
    expect((await rebuilt()).status).toMatchObject({ state: 'done' })
    expect(world.administered).toContain('install HarbourAnchor')
  })

  it('waits for a person where installing fails, says why, and goes on when it can be installed', async () => {
    world = await deployed()
    await offer('msdyn_Harbour', 'No licence for harbours.')
    const stopped = await rebuilt()
    expect(stopped.status).toMatchObject({ state: 'waiting', steps: [{ what: expect.stringContaining('Install msdyn_Harbour') }] })
    expect(stopped.steps.map(({ note }) => note)).toContainEqual(expect.stringContaining('No licence for harbours.'))
    await offer('msdyn_Harbour')
    expect(await world.engine.resumeRebuild({ environmentId: environmentId('test'), actor: personId('olga') })).toMatchObject({ ok: true })
    await world.work()
    expect((await loaded(stopped.id)).status).toMatchObject({ state: 'done' })
    expect(world.administered.filter((entry) => entry.startsWith('install'))).toHaveLength(2)
  })

  it('finds out by asking what became of a request whose answer was lost', async () => {
    let lost = 0
    world = await deployed((real) => ({
      async installApplication(platformId, uniqueName) {
        await real.installApplication(platformId, uniqueName)
        lost += 1
        throw new DroverError('dataverse.ambiguous', 'The answer was lost.')
      },
    }))
    await offer('msdyn_Harbour')
    expect((await rebuilt()).status).toMatchObject({ state: 'done' })
    expect(lost).toBe(1)
  })

  it('is asked of a person, with the reason, where nobody lets Drover see the applications', async () => {
    world = await deployed(() => ({
      listApplications: () => Promise.reject(new DroverError('administration.forbidden', 'The identity may not look.')),
    }))
    await offer('msdyn_Harbour')
    expect(await planned()).toMatchObject([{ state: 'unknown', message: expect.stringContaining('The identity may not look.') }])
    const stopped = await rebuilt()
    expect(stopped.status).toMatchObject({ state: 'waiting', steps: [{ what: expect.stringContaining('Install msdyn_Harbour') }] })
    expect(stopped.steps.map(({ note }) => note)).toContainEqual(expect.stringContaining('The identity may not look.'))
  })

  async function deployed(lying?: (real: EnvironmentAdministration) => Partial<EnvironmentAdministration>): Promise<CattleWorld> {
    const opened = await openCattleWorld('Boats', lying === undefined ? {} : { lying })
    await opened.control('POST', 'environments/test/solutions', harbour)
    const managed = await needing(await handMade({ ...boats, isManaged: true }))
    await opened.deploy(await opened.seal({ unmanaged: await handMade(boats), managed }))
    return opened
  }

  async function offer(uniqueName: string, fault?: string): Promise<void> {
    const body = { version: '9.0', solutions: [harbour], ...(fault === undefined ? {} : { fault }) }
    const answer = await world.control('PUT', `applications/${uniqueName}`, body)
    expect(answer.status, answer.text).toBe(204)
  }

  async function planned(): Promise<readonly unknown[]> {
    const asked = await world.engine.rebuildEnvironment({ environmentId: environmentId('test'), isDryRun: true, actor: personId('olga') })
    if (!asked.ok) throw new Error(JSON.stringify(asked.refusal))
    return asked.value.order.plan.prerequisites.filter(({ about }) => about === 'solution')
  }

  async function rebuilt(die?: Dying): Promise<RebuildRecord> {
    const ask = { environmentId: environmentId('test'), isDryRun: false, actor: personId('olga') }
    const asked = await world.engine.rebuildEnvironment(ask)
    if (!asked.ok) throw new Error(JSON.stringify(asked.refusal))
    while ((await world.work(die)) === 'killed');
    return loaded(asked.value.record?.id ?? '')
  }

  async function loaded(id: string): Promise<RebuildRecord> {
    const view = await world.engine.loadRebuild(id)
    if (!view.ok || view.value.record === undefined) throw new Error(`there is no rebuild ${id}`)
    return view.value.record
  }

  async function solutionsOfTest(): Promise<readonly unknown[]> {
    const { json } = await world.call('test', 'GET', 'solutions?$select=uniquename')
    return (json['value'] as readonly Record<string, unknown>[]).map((row) => row['uniquename'])
  }
})
