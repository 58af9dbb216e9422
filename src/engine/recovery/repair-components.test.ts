import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { EnvironmentRecord } from '#domain/drift'
import { isOwnTransport } from '#domain/drift'
import type { LayerPolicy } from '#domain/environment'
import { laneOf } from '#domain/environment'
import type { RecoveryWork } from '#domain/recovery'
import { bring } from '../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../test/conformance/organisation.ts'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { RecoveryWorld } from '../../../test/support/recovery-world.ts'
import { openRecoveryWorld, petId, sandboxId } from '../../../test/support/recovery-world.ts'
import type { RepairComponentsCommand } from './repair-components.ts'
import { repairComponents } from './repair-components.ts'

const columnName = 'hand_boat.hand_extra'
const view = { id: '11111111-1111-4111-8111-111111111111', name: 'Boats', columns: ['hand_name'] }
const other = { id: '22222222-2222-4222-8222-222222222222', name: 'Sails', columns: ['hand_name'] }
const viewId = `SavedQuery:${view.id}`
const solution = 'Permits'
const permits = {
  ...{ name: solution, version: '1.0.0.0', isManaged: true },
  tables: [{ name: 'hand_boat', columns: [{ name: 'hand_sail' }], views: [view, other] }],
}

let world: RecoveryWorld

beforeEach(async () => {
  world = await openRecoveryWorld()
  for (const place of [world.organisation, world.sandbox]) await bring(place, permits)
  await rename(world.sandbox, 'Boats by hand')
  await addColumn(world.sandbox, 'hand_Extra')
})
afterEach(() => world.close())

describe('repairing components of a pet from its sandbox', () => {
  it('tells what comes back by hand, and changes nothing by looking', async () => {
    const work = await looked()
    expect(fatesOf(work)).toEqual({ [`Attribute:${columnName}`]: 'comes-back', [viewId]: 'comes-back' })
    expect(await nameIn(world.organisation)).toBe('Boats')
    expect(await ask({ actor: 'ben', isDryRun: true })).toMatchObject({ refusal: { code: 'recovery.not-allowed' } })
  })

  it('brings it at the word of two, once, read there again and registered, wherever the power fails', async () => {
    expect(await ask({ actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.look-first' } })
    await looked()
    expect(await ask({ actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.needs-second-person' } })
    const begun = await ask({ actor: 'olga' })
    if (!begun.ok) throw new Error(JSON.stringify(begun.refusal))
    const cuts = new Set<string>()
    while ((await world.work((step, phase) => world.cut(cuts, `${step} ${phase}`))) === 'killed');
    expect(cuts.size).toBeGreaterThan(20)
    const work = await world.load(begun.value.id)
    expect(work, work.note).toMatchObject({ state: 'done', by: 'pat', confirmedBy: 'olga' })
    expect(await nameIn(world.organisation)).toBe('Boats by hand')
    expect(await columnIn(world.organisation)).toBe(200)
    expect(await importsOf(world.organisation)).toHaveLength(1)
    expect(await transportsIn(world)).toEqual([])
    const { tweaks = [], drift } = (await world.deps.readModel.load<EnvironmentRecord>('environment', laneOf(world.pet))) ?? {}
    expect(tweaks.map(({ deviation, owner, reason, endedAt }) => [deviation, owner, reason, endedAt]).sort()).toEqual([
      [`Attribute:${columnName}`, 'pat', 'Reverted by mistake', undefined],
      [viewId, 'pat', 'Reverted by mistake', undefined],
    ])
    expect(work.brought?.tweaks.toSorted()).toEqual(tweaks.map(({ id }) => id).sort())
    expect(drift?.deviations.filter(({ subject }) => subject.kind !== undefined).map((one) => one.class)).toEqual(['tweak', 'tweak'])
    expect((await looked()).planned?.lines).toEqual([])
  })

  it('brings only what is named, and says of what cannot be named why', async () => {
    await looked()
    expect(await ask({ actor: 'pat', components: ['SavedQuery:none'] })).toMatchObject({ refusal: { code: 'recovery.nothing-comes-back' } })
    await repaired({ components: [viewId] })
    expect([await nameIn(world.organisation), await columnIn(world.organisation)]).toEqual(['Boats by hand', 404])
  })

  it('writes over nothing that somebody did in the pet, and names how it may come', async () => {
    await rename(world.organisation, 'Boats since')
    await rename(world.organisation, 'Sails since', other.id)
    const work = await looked()
    expect(fatesOf(work)).toMatchObject({ [viewId]: 'stays', [`SavedQuery:${other.id}`]: 'stays' })
    expect(work.planned?.lines.find(({ component }) => component === viewId)?.way).toContain(`drover drift revert prod ${viewId}`)
    await repaired({})
    expect([await nameIn(world.organisation), await nameIn(world.organisation, other.id)]).toEqual(['Boats since', 'Sails since'])
  })

  it.each(['pet', 'sandbox'] as const)('brings nothing that has changed in the %s since two people said so', async (where) => {
    await looked()
    await ask({ actor: 'pat' })
    const begun = await ask({ actor: 'olga' })
    if (!begun.ok) throw new Error(JSON.stringify(begun.refusal))
    await rename(where === 'pet' ? world.organisation : world.sandbox, 'Boats meanwhile')
    expect(await world.work()).toBe('done')
    expect(await world.load(begun.value.id)).toMatchObject({ state: 'failed', note: expect.stringContaining(viewId) })
    expect(await importsOf(world.organisation)).toEqual([])
  })

  it('asks once more before it sends: what somebody did while nobody worked stands', async () => {
    await looked()
    await ask({ actor: 'pat' })
    const begun = await ask({ actor: 'olga' })
    if (!begun.ok) throw new Error(JSON.stringify(begun.refusal))
    const cuts = new Set<string>()
    expect(await world.work((step, phase) => (step === 'keep-file' && phase === 'after' ? world.cut(cuts, step) : undefined))).toBe(
      'killed',
    )
    await rename(world.organisation, 'Boats meanwhile')
    expect(await world.work()).toBe('done')
    expect(await world.load(begun.value.id)).toMatchObject({ state: 'failed', note: expect.stringContaining(viewId) })
    expect(await nameIn(world.organisation)).toBe('Boats meanwhile')
  })

  it('leaves managed parts to a release, and what was changed on another release to its maker', async () => {
    const sails = { ...other, name: 'Sails of 1.1' }
    await bring(world.sandbox, {
      ...permits,
      version: '1.1.0.0',
      tables: [{ ...permits.tables[0], name: 'hand_boat', views: [view, sails] }, { name: 'hand_mast' }],
    })
    await rename(world.sandbox, 'Sails by hand', other.id)
    const work = await looked()
    expect(fatesOf(work)).toMatchObject({ 'Entity:hand_mast': 'by-release', [`SavedQuery:${other.id}`]: 'stays', [viewId]: 'comes-back' })
    expect(work.planned?.lines.filter(({ component }) => component.includes('hand_mast'))).toHaveLength(1)
    expect(work.planned?.lines.find(({ fate }) => fate === 'by-release')?.way).toContain('drover rollback prod Permits --to')
    expect(work.planned?.note).toContain('1.1.0.0')
  })
})

describe('repairing components where other layers are allowed', () => {
  it('brings nothing into what is strict', async () => {
    await declare({ kind: 'strict', reason: 'Audited' })
    expect(new Set(Object.values(fatesOf(await looked())))).toEqual(new Set(['stays']))
    expect(await ask({ actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.nothing-comes-back' } })
  })
})

/** One customer's work, which lives unmanaged in pet and sandbox alike. */
describe('repairing components of a pet whose solutions are unmanaged (protective)', () => {
  beforeEach(async () => {
    await world.close()
    world = await openRecoveryWorld()
    await declare({ kind: 'protective', reason: 'One customer' })
    for (const place of [world.organisation, world.sandbox]) {
      await bring(place, { ...permits, isManaged: false })
      await publish(place)
    }
  })

  it('tells nothing where both have it alike', async () => {
    const work = await looked()
    expect(work.planned?.lines).toEqual([])
  })

  it('brings a column and a view that somebody deleted, with nothing else, and they are in the solution again', async () => {
    await remove(`savedqueries(${view.id})`)
    await remove("EntityDefinitions(LogicalName='hand_boat')/Attributes(LogicalName='hand_sail')")
    await rename(world.sandbox, 'Sails of the sandbox', other.id)
    const work = await looked()
    expect(fatesOf(work)).toEqual({
      'Attribute:hand_boat.hand_sail': 'comes-back',
      [viewId]: 'comes-back',
      [`SavedQuery:${other.id}`]: 'stays',
    })
    const done = await repaired({})
    expect(done.note).toContain('2 component(s) are back')
    expect([await nameIn(world.organisation), await nameIn(world.organisation, other.id)]).toEqual(['Boats', 'Sails'])
    expect(await membersOf(world.organisation)).toEqual(await membersOf(world.sandbox))
    expect(await transportsIn(world)).toEqual([])
    expect(await managedIn(world.organisation)).toBe(false)
    expect(fatesOf(await looked())).toEqual({ [`SavedQuery:${other.id}`]: 'stays' })
  })

  it('brings a table that somebody deleted, whole', async () => {
    await remove("EntityDefinitions(LogicalName='hand_boat')")
    expect(fatesOf(await looked())['Entity:hand_boat']).toBe('comes-back')
    await repaired({})
    expect(await nameIn(world.organisation)).toBe('Boats')
    expect((await world.organisation.call('GET', 'hand_boats?$select=hand_name,hand_sail')).status).toBe(200)
    expect(await membersOf(world.organisation)).toEqual(await membersOf(world.sandbox))
    expect((await looked()).planned?.lines).toEqual([])
  })

  it('brings back nothing that a later release may have taken away', async () => {
    await bring(world.organisation, { ...permits, isManaged: false, version: '1.1.0.0' })
    await remove(`savedqueries(${view.id})`)
    await publish(world.organisation)
    const work = await looked()
    expect(fatesOf(work)).toEqual({ [viewId]: 'stays' })
    expect(work.planned?.lines[0]).toMatchObject({
      why: expect.stringContaining('1.1.0.0'),
      way: expect.stringContaining('a restore point of Permits 1.1.0.0'),
    })
    expect(await ask({ actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.nothing-comes-back' } })
  })

  it('leaves what people changed there since as it is, and names a way that exists there', async () => {
    await rename(world.organisation, 'Boats since')
    const work = await looked()
    expect(fatesOf(work)).toEqual({ [viewId]: 'stays' })
    expect(work.planned?.lines[0]?.way).toBe('drover rollback prod Permits')
    expect(await ask({ actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.nothing-comes-back' } })
  })
})

async function remove(path: string): Promise<void> {
  expect((await world.organisation.call('DELETE', path)).status).toBe(204)
}

async function solutionIn(place: Organisation): Promise<Readonly<Record<string, unknown>>> {
  const [found] = rowsOf(await place.call('GET', `solutions?$select=solutionid,ismanaged&$filter=uniquename eq '${solution}'`))
  return found ?? {}
}

async function managedIn(place: Organisation): Promise<unknown> {
  return (await solutionIn(place))['ismanaged']
}

/** What the solution holds there, by type and behaviour; ids of tables and columns differ between places. */
async function membersOf(place: Organisation): Promise<readonly string[]> {
  const { solutionid } = await solutionIn(place)
  const rows = rowsOf(
    await place.call(
      'GET',
      `solutioncomponents?$select=componenttype,rootcomponentbehavior&$filter=_solutionid_value eq ${String(solutionid)}`,
    ),
  )
  return rows.map(({ componenttype, rootcomponentbehavior }) => `${String(componenttype)} ${String(rootcomponentbehavior)}`).sort()
}

async function looked(): Promise<RecoveryWork> {
  return ended({ isDryRun: true, actor: 'olga' })
}

async function ended(more: Partial<Omit<RepairComponentsCommand, 'actor'>> & { readonly actor: string }): Promise<RecoveryWork> {
  const result = await ask(more)
  if (!result.ok) throw new Error(JSON.stringify(result.refusal))
  expect(await world.work()).toBe('done')
  return world.load(result.value.id)
}

async function repaired(more: Partial<Omit<RepairComponentsCommand, 'actor'>>): Promise<RecoveryWork> {
  expect(await ask({ ...more, actor: 'pat' })).toMatchObject({ refusal: { code: 'recovery.needs-second-person' } })
  const work = await ended({ ...more, actor: 'olga' })
  expect(work.state, work.note).toBe('done')
  return work
}

function fatesOf({ planned }: RecoveryWork): Readonly<Record<string, string>> {
  return Object.fromEntries((planned?.lines ?? []).map(({ component, fate }) => [component, fate]))
}

function ask(more: Partial<Omit<RepairComponentsCommand, 'actor'>> & { readonly actor: string }) {
  const { actor, ...rest } = more
  return repairComponents(world.deps, {
    ...{ environmentId: petId, sandboxId, solution, isDryRun: false, reason: 'Reverted by mistake', ...rest },
    actor: personId(actor),
  })
}

async function rename(place: Organisation, name: string, id = view.id): Promise<void> {
  expect((await place.call('PATCH', `savedqueries(${id})`, { body: { name } })).status).toBe(204)
  await publish(place)
}

async function addColumn(place: Organisation, SchemaName: string): Promise<void> {
  const label = {
    '@odata.type': 'Microsoft.Dynamics.CRM.Label',
    LocalizedLabels: [{ '@odata.type': 'Microsoft.Dynamics.CRM.LocalizedLabel', Label: SchemaName, LanguageCode: 1033 }],
  }
  const body = {
    '@odata.type': 'Microsoft.Dynamics.CRM.StringAttributeMetadata',
    SchemaName,
    DisplayName: label,
    MaxLength: 100,
    FormatName: { Value: 'Text' },
  }
  expect((await place.call('POST', "EntityDefinitions(LogicalName='hand_boat')/Attributes", { body })).status).toBe(204)
  await publish(place)
}

async function publish(place: Organisation): Promise<void> {
  const ParameterXml = '<importexportxml><entities><entity>hand_boat</entity></entities></importexportxml>'
  expect((await place.call('POST', 'PublishXml', { body: { ParameterXml } })).status).toBe(204)
}

async function nameIn(place: Organisation, id = view.id): Promise<unknown> {
  return (await place.call('GET', `savedqueries(${id})?$select=name`)).json['name']
}

async function columnIn(place: Organisation): Promise<number> {
  return (await place.call('GET', "EntityDefinitions(LogicalName='hand_boat')/Attributes(LogicalName='hand_extra')")).status
}

/** Imports of transports that the place remembers. */
async function importsOf(place: Organisation): Promise<readonly unknown[]> {
  const jobs = rowsOf(await place.call('GET', 'importjobs?$select=solutionname'))
  return jobs.filter(({ solutionname }) => isOwnTransport(String(solutionname)))
}

async function transportsIn({ organisation, sandbox }: RecoveryWorld): Promise<readonly unknown[]> {
  const names = []
  for (const place of [organisation, sandbox]) names.push(...rowsOf(await place.call('GET', 'solutions?$select=uniquename')))
  return names.filter(({ uniquename }) => isOwnTransport(String(uniquename)))
}

async function declare(layerPolicy: LayerPolicy): Promise<void> {
  const current = await world.engine.loadConfiguration()
  if (current === undefined) throw new Error('nothing is configured')
  const environments = current.configuration.environments.map((each) => (each.id === petId ? { ...each, layerPolicy } : each))
  const events = [{ type: 'configuration-applied', data: { configuration: { ...current.configuration, environments }, changes: [] } }]
  await world.deps.ledger.append({ stream: 'configuration', expectedVersion: undefined, actor: 'pat', events })
}
