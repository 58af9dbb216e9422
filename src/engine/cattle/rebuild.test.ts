import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { MaskingRules } from '#domain/data'
import type { EnvironmentId, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { RebuildRecord } from '#domain/rebuild'
import type { Release } from '#domain/release'
import type { DataWork, Deployment } from '#engine'
import { readZip, writeZip } from '#format'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { handMade } from '../../../test/conformance/hand-made.ts'
import { deployer, sampleSolution } from '../../../test/conformance/organisation.ts'
import type { CattleWorld, Dying } from '../../../test/support/cattle-world.ts'
import { environmentId, kill, openCattleWorld } from '../../../test/support/cattle-world.ts'
import { personId } from '../../../test/support/domain-builders.ts'

const boats: HandMade = {
  name: 'Boats',
  version: '1.0.0.0',
  tables: [
    { name: 'hand_harbour', columns: [{ name: 'hand_town' }] },
    {
      name: 'hand_boat',
      columns: [{ name: 'hand_length' }],
      views: [{ id: '0b0a1c1e-0000-4000-8000-000000000001', name: 'All boats', columns: ['hand_name'] }],
    },
  ],
  lookups: [{ from: 'hand_boat', column: 'hand_harbourid', to: 'hand_harbour' }],
}

const order = { isDryRun: false, actor: personId('olga') } as const

async function rebuilt(world: CattleWorld, environment: string, die?: () => Dying, actor = 'olga'): Promise<RebuildRecord> {
  const asked = await world.engine.rebuildEnvironment({ ...order, actor: personId(actor), environmentId: environmentId(environment) })
  if (!asked.ok) throw new Error(JSON.stringify(asked.refusal))
  while ((await world.work(die?.())) === 'killed');
  return loaded(world, asked.value.record?.id ?? '')
}

/** A release with labels in a second language. */
async function withGerman(zip: Uint8Array): Promise<Uint8Array> {
  const files = (await readZip(zip)).map(({ path, bytes }) => {
    const text = Buffer.from(bytes).toString().replace('<Language>1033</Language>', '<Language>1033</Language><Language>1031</Language>')
    return { path, bytes: Buffer.from(text) }
  })
  return writeZip(files)
}

async function resumed(world: CattleWorld): Promise<void> {
  const asked = await world.engine.resumeRebuild({ environmentId: environmentId('test'), actor: personId('pat') })
  expect(asked).toMatchObject({ ok: true })
  await world.work()
}

async function seeded(
  world: CattleWorld,
  of: { readonly environmentId: EnvironmentId; readonly sourceId?: EnvironmentId; readonly synthetic?: number },
): Promise<DataWork> {
  const rules: MaskingRules = { locale: 'en', tables: { hand_boat: { columns: { hand_name: { kind: 'fake', provider: 'full-name' } } } } }
  const asked = await world.engine.seedData({ ...of, rules, seed: '7', actor: personId('pat') })
  if (!asked.ok) throw new Error(JSON.stringify(asked.refusal))
  return asked.value
}

async function say(world: CattleWorld, id: string, verdict: 'approve' | 'reject'): Promise<void> {
  expect(await world.engine.decideData({ id, verdict, comment: '', actor: personId('olga') })).toMatchObject({ ok: true })
}

async function deployedIn(world: CattleWorld, environment: string): Promise<Deployment | undefined> {
  return world.deps.readModel.load<Deployment>('deployment', `${environment}/boats`)
}

async function boatsIn(world: CattleWorld, environment: string): Promise<readonly unknown[]> {
  const { json } = await world.call(environment, 'GET', 'hand_boats?$select=hand_name&$orderby=hand_boatid')
  return (json['value'] as readonly Record<string, unknown>[]).map((row) => [row['hand_boatid'], row['hand_name']])
}

async function loaded(world: CattleWorld, id: string): Promise<RebuildRecord> {
  const view = await world.engine.loadRebuild(id)
  if (!view.ok || view.value.record === undefined) throw new Error(`there is no rebuild ${id}`)
  return view.value.record
}

const clerk = '0b0a1c1e-0000-4000-8000-00000000000c'
const group = '0b0a1c1e-0000-4000-8000-00000000000d'
const fram = '0b0a1c1e-0000-4000-8000-00000000000e'
const rows = {
  table: 'hand_boat',
  rows: 1,
  files: {
    'data_schema.xml': `<entities><entity name="hand_boat" displayname="Boat" primaryidfield="hand_boatid" primarynamefield="hand_name"><fields>
      <field displayname="Boat" name="hand_boatid" type="guid" primaryKey="true" /><field displayname="Name" name="hand_name" type="string" />
    </fields></entity></entities>`,
    'data.xml': `<entities><entity name="hand_boat" displayname="Boat"><records><record id="${fram}"><field name="hand_boatid" value="${fram}" />
      <field name="hand_name" value="Fram" /></record></records><m2mrelationships /></entity></entities>`,
  },
}

const permits = {
  'data_schema.xml': `<entities><entity name="contoso_permit" displayname="Permit" primaryidfield="contoso_permitid" primarynamefield="contoso_name"><fields>
    <field displayname="Permit" name="contoso_permitid" type="guid" primaryKey="true" /><field displayname="Name" name="contoso_name" type="string" />
  </fields></entity></entities>`,
  'data.xml': `<entities><entity name="contoso_permit" displayname="Permit"><records><record id="${fram}"><field name="contoso_permitid" value="${fram}" />
    <field name="contoso_name" value="Bridge" /></record></records><m2mrelationships /></entity></entities>`,
}

describe('a Test environment', () => {
  let world: CattleWorld
  let release: Release

  beforeAll(async () => {
    world = await openCattleWorld('Boats')
    const managed = await withGerman(await handMade({ ...boats, isManaged: true }))
    release = await world.seal({ unmanaged: await handMade(boats), managed })
    await world.deploy(release)
  })
  afterAll(() => world.close())

  it('is deleted and rebuilt to what is released there, without a person, though the worker is killed before and after each step', async () => {
    await world.develop(await handMade({ name: 'ByHand', version: '1.0', tables: [{ name: 'hand_weed' }] }))
    const died = new Set<string>()
    const record = await rebuilt(world, 'test', () => (step, phase) => {
      const moment = `${phase} ${step}`
      if (died.has(moment)) return
      died.add(moment)
      kill()
    })
    expect(record.status).toMatchObject({ state: 'done' })
    expect(record.status.state === 'done' && record.status.comparisons.map(({ isEqual, notes }) => [isEqual, notes])).toEqual([
      [true, [expect.stringContaining('components of its release')]],
      [true, [expect.any(String)]],
    ])
    expect(died.size).toBeGreaterThan(40)
    expect(world.administered.map((entry) => entry.split(' ')[0])).toEqual(['delete', 'create'])
    expect([record.machineMs > 0, record.humanMs]).toEqual([true, 0])
    const told = record.order.plan.prerequisites.map(({ about, subject, state }) => `${about} ${subject}: ${state}`)
    expect(told).toEqual(
      expect.arrayContaining([
        'language 1031: machine',
        'group Managed Environment: there',
        'group security group: there',
        'group environment group: unknown',
        'capacity database capacity: unknown',
        expect.stringMatching(/^application-user .*: machine$/),
      ]),
    )
    expect(record.order.spec?.currency).toBe('USD')
    expect((await world.call('test', 'GET', 'RetrieveProvisionedLanguages()')).json['RetrieveProvisionedLanguages']).toEqual([1033, 1031])
  })

  it('is rebuilt a second time', async () => {
    const record = await rebuilt(world, 'test')
    expect(record.status).toMatchObject({ state: 'done', comparisons: [{ isEqual: true }, { isEqual: true }] })
    expect(world.administered).toHaveLength(4)
  })

  it('has the configuration data of its release again, and the access that its stage declares, wherever the worker is killed', async () => {
    const next = { ...boats, version: '1.1.0.0', roles: [{ id: clerk, name: 'Harbour Clerk', tables: ['hand_boat'] }] }
    const managed = await handMade({ ...next, isManaged: true })
    const access = { teams: [{ name: 'Clerks', groupId: group, roles: ['Harbour Clerk'] }], apps: [], flows: [] }
    const settings = { 'to-test': { environmentVariables: {}, connectionReferences: {}, flows: {}, access } }
    await world.configure((configuration) => ({
      ...configuration,
      solutions: configuration.solutions.map((one) => ({ ...one, settings: { ...one.settings, ...settings } })),
    }))
    await world.deploy(await world.seal({ unmanaged: await handMade(next), managed, data: rows }))
    const made = await seeded(world, { environmentId: environmentId('test'), synthetic: 3 })
    await world.work()
    const before = await boatsIn(world, 'test')
    const died = new Set<string>()
    const record = await rebuilt(world, 'test', () => (step, phase) => {
      if (died.has(`${phase} ${step}`) || !/^(data|access)-|-rows-/.test(step) || (phase === 'before' && step.includes('-rows-'))) return
      died.add(`${phase} ${step}`)
      kill()
    })
    expect(record.status).toMatchObject({
      state: 'done',
      comparisons: [{ isEqual: true }, { isEqual: true }, { solution: 'rows of hand_boat', isEqual: true }],
    })
    expect(record.order.plan.prerequisites).toContainEqual(expect.objectContaining({ about: 'data', state: 'machine' }))
    expect(died.size).toBeGreaterThan(20)
    expect(before).toHaveLength(4)
    expect(before).toContainEqual([fram, 'Fram'])
    expect(await boatsIn(world, 'test')).toEqual(before)
    expect(
      (await world.engine.listData({ environmentId: 'test' })).map(({ request, status }) => [request.id, status.state]).sort(),
    ).toEqual(
      [
        [made.request.id, 'ended'],
        [`${record.id}-rows-1`, 'ended'],
      ].sort(),
    )
    const found = await world.call(
      'test',
      'GET',
      `teams?$filter=azureactivedirectoryobjectid eq ${group}&$expand=teamroles_association($select=name)`,
    )
    expect(found.json['value']).toMatchObject([{ name: 'Clerks', teamroles_association: [{ name: 'Harbour Clerk' }] }])
    const parts = await world.deps.observations.loadParts(record.lane, '')
    expect(parts.every(({ readAt }) => readAt > record.startedAt)).toBe(true)
  })

  it('is rebuilt to a release that ran there before, which is what is deployed there from then on, and to none that never passed its gates', async () => {
    const ask = { ...order, environmentId: environmentId('test') }
    const files = { ...boats, version: '1.2.0.0' }
    const never = await world.seal({ unmanaged: await handMade(files), managed: await handMade({ ...files, isManaged: true }) })
    const refused = { ok: false, refusal: { code: 'rebuild.release-never-ran' } }
    expect(await world.engine.rebuildEnvironment({ ...ask, releaseId: never.id })).toMatchObject(refused)
    // What belongs into Dev is source, whatever is released.
    const inDev = await world.engine.rebuildEnvironment({ ...ask, environmentId: environmentId('dev'), releaseId: release.id })
    expect(inDev).toMatchObject(refused)
    // It has not yet the role that the stage gives to a group now.
    await world.configure((configuration) => ({
      ...configuration,
      solutions: configuration.solutions.map((one) => ({ ...one, settings: {} })),
    }))
    const first = await deployedIn(world, 'test')
    const asked = await world.engine.rebuildEnvironment({ ...ask, releaseId: release.id })
    if (!asked.ok) throw new Error(JSON.stringify(asked.refusal))
    await world.work()
    const record = await loaded(world, asked.value.record?.id ?? '')
    expect(record.status).toMatchObject({ state: 'done', comparisons: [{ isEqual: true }, { isEqual: true }, { isEqual: true }] })
    const now = await deployedIn(world, 'test')
    expect([first?.version, now?.version, now?.releaseId]).toEqual(['1.1.0.0', '1.0.0.0', release.id])
    expect(now?.promotionId).not.toBe(first?.promotionId)
    const later = await rebuilt(world, 'test')
    expect(later.brought).toMatchObject([{ version: '1.0.0.0' }])
  })

  it('has the masked rows of production again when somebody who answers for them agrees anew, asked again after a no', async () => {
    await world.develop(await handMade(boats), 'prod')
    await world.call('prod', 'POST', 'hand_boats', { hand_name: 'Quackenbush' })
    const first = await seeded(world, { environmentId: environmentId('test'), sourceId: environmentId('prod') })
    await say(world, first.request.id, 'approve')
    await world.work()
    const before = await boatsIn(world, 'test')
    const stopped = await rebuilt(world, 'test', undefined, 'pat')
    expect(stopped.status).toMatchObject({
      state: 'waiting',
      steps: [{ who: expect.stringContaining('owner of the data'), what: expect.stringContaining(`data approve ${stopped.id}-rows-2`) }],
    })
    await say(world, `${stopped.id}-rows-2`, 'reject')
    await resumed(world)
    expect((await loaded(world, stopped.id)).status).toMatchObject({ steps: [{ what: expect.stringContaining(`${stopped.id}-rows-2.2`) }] })
    await say(world, `${stopped.id}-rows-2.2`, 'approve')
    await world.work()
    await resumed(world)
    const record = await loaded(world, stopped.id)
    expect(record.status).toMatchObject({ state: 'done' })
    expect(record.status.state === 'done' && record.status.comparisons.every(({ isEqual }) => isEqual)).toBe(true)
    expect(await boatsIn(world, 'test')).toEqual(before)
    expect(JSON.stringify(before)).not.toContain('Quackenbush')
    expect(world.administered).toHaveLength(12)
  })

  it('is never rebuilt when it is a pet, or has the address of one', async () => {
    const refused = await world.engine.rebuildEnvironment({ ...order, environmentId: environmentId('prod') })
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'PET-02' } })
    await world.configure((configuration) => ({
      ...configuration,
      environments: configuration.environments.map((each) =>
        each.id === 'prod' ? { ...each, url: configuration.environments.find(({ id }) => id === 'test')?.url ?? '' } : each,
      ),
    }))
    const alias = await world.engine.rebuildEnvironment({ ...order, environmentId: environmentId('test') })
    expect(alias).toMatchObject({ ok: false, refusal: { code: 'PET-02' } })
    expect(world.administered).toHaveLength(12)
  })
})

describe('a Dev environment', () => {
  let world: CattleWorld

  beforeAll(async () => {
    world = await openCattleWorld('ContosoInspection')
    const unmanaged = await sampleSolution()
    await world.develop(unmanaged)
    await world.seal({ unmanaged, managed: unmanaged })
    await world.commit('data/permits', permits)
    await world.configure((configuration) => ({
      ...configuration,
      solutions: configuration.solutions.map((one) => ({ ...one, configurationData: 'data/permits' })),
    }))
  })
  afterAll(() => world.close())

  it('is rebuilt from source as far as machines can, names the connections that a person must make, and goes on from there', async () => {
    await connect('a'.repeat(32), 'shared_office365', 'Mail of the team')
    await connect('b'.repeat(32), 'shared_commondataserviceforapps', 'Dataverse')
    await bind('contoso_Office365Outlook', 'a'.repeat(32))
    await bind('contoso_Dataverse', 'b'.repeat(32))
    const stopped = await rebuilt(world, 'dev')
    expect(stopped.status).toMatchObject({
      state: 'waiting',
      steps: [{ what: expect.stringContaining('"') }, { what: expect.stringContaining('"') }],
    })
    expect(world.administered.map((entry) => entry.split(' ')[0])).toEqual(['delete', 'create'])
    const shown = async () => (await world.engine.listCattle()).find((one) => one.environmentId === 'dev')?.rebuild
    expect(await shown()).toMatchObject({ id: stopped.id, state: 'waiting', steps: [{ who: expect.any(String) }, {}] })

    await connect('c'.repeat(32), 'shared_office365', 'Mail of the team')
    await connect('d'.repeat(32), 'shared_commondataserviceforapps', 'Dataverse')
    const resumed = await world.engine.resumeRebuild({ environmentId: environmentId('dev'), actor: personId('olga') })
    expect(resumed).toMatchObject({ ok: true })
    await world.work()
    const record = await loaded(world, stopped.id)
    expect(record.status).toMatchObject({ state: 'done' })
    expect(record.mapped.map(({ from, to }) => [from, to]).sort()).toEqual([
      ['a'.repeat(32), 'c'.repeat(32)],
      ['b'.repeat(32), 'd'.repeat(32)],
    ])
    expect(record.status.state === 'done' && record.status.comparisons.flatMap(({ isEqual, notes }) => (isEqual ? [] : notes))).toEqual([])
    expect(world.administered).toHaveLength(2)
    expect(record.humanMs).toBeGreaterThan(0)
    expect(await shown()).toBeUndefined()
    expect((await world.call('dev', 'GET', 'contoso_permits?$select=contoso_name')).json['value']).toMatchObject([
      { contoso_permitid: fram, contoso_name: 'Bridge' },
    ])
    expect(record.settings).toBeUndefined()
  })

  it('names in its settings the connections that were found, when somebody says so who may apply a configuration', async () => {
    await world.configure((configuration) => ({
      ...configuration,
      solutions: configuration.solutions.map((one) => ({
        ...one,
        settings: { 'to-test': { environmentVariables: {}, connectionReferences: { contoso_Dataverse: 'D'.repeat(32) }, flows: {} } },
      })),
    }))
    const mapped = [{ from: 'd'.repeat(32), to: 'e'.repeat(32), connectorId: 'c', displayName: 'Dataverse' }]
    const [last] = await world.deps.readModel.list<RebuildRecord>('rebuild', { where: { environmentId: 'dev' } })
    const events = [
      { type: 'rebuild-started', data: { rebuildId: 'rb-ids', environmentId: 'test', lane: 'test', order: last?.order } },
      { type: 'rebuild-connections-mapped', data: { mapped } },
      { type: 'rebuild-settings', data: { state: 'waiting', why: 'Olga may not.' } },
    ]
    await world.deps.ledger.append({ stream: 'rebuild/rb-ids', expectedVersion: 0, actor: 'olga', events })
    const confirm = (actor: string) => world.engine.confirmRebuildSettings({ environmentId: environmentId('test'), actor: personId(actor) })
    expect(await confirm('olga')).toMatchObject({ ok: false, refusal: { code: 'configuration.not-authorised' } })
    expect(await confirm('pat')).toMatchObject({ ok: true, value: { record: { settings: { state: 'in-force' } } } })
    const now = await world.engine.loadConfiguration()
    expect(now?.appliedBy).toBe('pat')
    expect(now?.configuration.solutions[0]?.settings[toId<StageId>('to-test')]?.connectionReferences).toEqual({
      contoso_Dataverse: 'e'.repeat(32),
    })
    expect(await confirm('pat')).toMatchObject({ ok: false, refusal: { code: 'rebuild.nothing-to-confirm' } })
  })

  /** Made and signed in to by a person, and shared with the application. */
  async function connect(id: string, connector: string, displayName: string): Promise<void> {
    const made = await world.control('PUT', `environments/dev/connections/${id}`, {
      ...{ id, displayName, connectorId: `/providers/Microsoft.PowerApps/apis/${connector}`, ownerName: 'Maria' },
      sharedWith: [deployer.objectId],
    })
    expect(made.status, made.text).toBe(204)
  }

  async function bind(logicalName: string, connectionid: string): Promise<void> {
    const found = await world.call('dev', 'GET', `connectionreferences?$filter=connectionreferencelogicalname eq '${logicalName}'`)
    const [row] = found.json['value'] as { connectionreferenceid: string }[]
    const done = await world.call('dev', 'PATCH', `connectionreferences(${row?.connectionreferenceid})`, { connectionid })
    expect(done.status, done.text).toBe(204)
  }
})
