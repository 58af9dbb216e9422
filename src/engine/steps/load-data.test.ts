import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ConfigurationPackage, ConfigurationRow, ConfigurationTable, DataReference } from '#domain/data'
import type { PromotionId } from '#domain/kernel'
import type { Release } from '#domain/release'
import { writeDataPackage, writeZip } from '#format'
import type { OpenEnvironment } from '#engine/ports'
import { rowsOf } from '../../../test/conformance/organisation.ts'
import { personId } from '../../../test/support/domain-builders.ts'
import type { PromotionWorld } from '../../../test/support/promotion-world.ts'
import { granted, kill, openPromotionWorld } from '../../../test/support/promotion-world.ts'
import type { WorkerDependencies } from '../dependencies.ts'

let world: PromotionWorld
let major = 0

beforeAll(async () => {
  world = await openPromotionWorld()
})
afterAll(() => world.close())

const country = (n: number): string => `00000000-0000-4000-8000-0000000c000${n}`
const harbour = (n: number): string => `00000000-0000-4000-8000-0000000a000${n}`

function row(id: string, values: ConfigurationRow['values']): ConfigurationRow {
  return { id, values, links: {} }
}

function table(
  name: string,
  columns: readonly { name: string; type: string; target?: string }[],
  rows: readonly ConfigurationRow[],
): ConfigurationTable {
  return {
    ...{
      name,
      displayName: name,
      primaryId: `${name}id`,
      primaryName: 'hand_name',
      links: [],
      filter: undefined,
      onTargetChange: 'keep',
      rows,
    },
    columns: columns.map((column) => ({ displayName: column.name, isKey: false, target: undefined, ...column })),
  }
}

interface Data {
  readonly countries: Readonly<Record<number, string>>
  /** Name, country, and the harbour that it is an outport of. */
  readonly harbours: Readonly<Record<number, readonly [name: string, country: number, of?: number]>>
  readonly onTargetChange?: 'keep' | 'overwrite'
  readonly deletes?: readonly DataReference[]
}

/** Harbours stand before the countries that they point to, and some before the harbour that they belong to. */
function pack({ countries, harbours, onTargetChange = 'keep', deletes = [] }: Data): ConfigurationPackage {
  const harbourRows = Object.entries(harbours).map(([n, [name, at, of]]) =>
    row(harbour(Number(n)), {
      hand_name: name,
      hand_countryid: { table: 'hand_country', id: country(at) },
      ...(of === undefined ? {} : { hand_parentid: { table: 'hand_harbour', id: harbour(of) } }),
    }),
  )
  const columns = [
    { name: 'hand_name', type: 'string' },
    { name: 'hand_countryid', type: 'entityreference', target: 'hand_country' },
    { name: 'hand_parentid', type: 'entityreference', target: 'hand_harbour' },
    { name: 'ownerid', type: 'owner' },
  ]
  const countryRows = Object.entries(countries).map(([n, name]) => row(country(Number(n)), { hand_name: name }))
  return {
    tables: [table('hand_harbour', columns, harbourRows), table('hand_country', [{ name: 'hand_name', type: 'string' }], countryRows)].map(
      (one) => ({
        ...one,
        onTargetChange,
      }),
    ),
    importOrder: [],
    deletes,
    outside: [],
  }
}

async function sealWith(data: ConfigurationPackage): Promise<Release> {
  const files = [...writeDataPackage(data)].map(([path, bytes]) => ({ path, bytes }))
  const digest = await world.deps.artifacts.put(await writeZip(files))
  major++
  return world.seal(
    {
      name: 'Permits',
      version: `${major}.0.0.0`,
      tables: [{ name: 'hand_country' }, { name: 'hand_harbour' }],
      lookups: [
        { from: 'hand_harbour', column: 'hand_countryid', to: 'hand_country' },
        { from: 'hand_harbour', column: 'hand_parentid', to: 'hand_harbour' },
      ],
    },
    { configurationData: { digest, commit: '0123abc', tables: data.tables.map(({ name, rows }) => ({ table: name, rows: rows.length })) } },
  )
}

async function ask(data: Data): Promise<PromotionId> {
  return (await world.request(await sealWith(pack(data)))).promotion.request.promotionId
}

async function promote(data: Data): Promise<PromotionId> {
  const id = await ask(data)
  granted(await world.approve(id))
  expect(await world.work()).toBe('done')
  return id
}

async function statusOf(id: PromotionId) {
  return (await world.view(id)).promotion.status
}

async function harbours(): Promise<Readonly<Record<string, unknown>>> {
  const found = rowsOf(await world.organisation.call('GET', 'hand_harbours?$select=hand_name,_hand_countryid_value,_hand_parentid_value'))
  const called = (id: unknown): string => (typeof id === 'string' ? id.slice(-4) : '-')
  return Object.fromEntries(
    found.map((each) => [
      called(each['hand_harbourid']),
      [each['hand_name'], called(each['_hand_countryid_value']), called(each['_hand_parentid_value'])],
    ]),
  )
}

const two: Data = { countries: { 1: 'Norway', 2: 'Chile' }, harbours: { 1: ['Bergen', 1, 2], 2: ['Arica', 2] } }

describe('configuration data of a release', () => {
  it('is brought with its first release under its own ids, whatever points ahead, and read back', async () => {
    const id = await ask(two)
    const { plan } = (await world.view(id)).promotion.request
    expect(plan.steps).toEqual(expect.arrayContaining(['import', 'load-data', 'verify']))
    expect(plan.data?.tables).toMatchObject([
      { table: 'hand_harbour', created: 2, kept: 0 },
      { table: 'hand_country', created: 2, kept: 0 },
    ])
    expect(plan.lines).toContainEqual(
      expect.objectContaining({ subject: 'hand_country', certainty: 'assumed', message: expect.stringContaining('2 created') }),
    )
    granted(await world.approve(id))
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect(await harbours()).toEqual({ '0001': ['Bergen', '0001', '0002'], '0002': ['Arica', '0002', '-'] })
  })

  it('names and keeps what the target has changed, and changes what is still as it was loaded', async () => {
    await world.organisation.call('PATCH', `hand_harbours(${harbour(1)})`, { body: { hand_name: 'Bjørgvin' } })
    const id = await ask({ ...two, countries: { 1: 'Norge', 2: 'Chile' }, harbours: { 1: ['Bergen port', 1, 2], 2: ['Arica', 2] } })
    const { plan } = (await world.view(id)).promotion.request
    expect(plan.data?.named).toEqual([{ table: 'hand_harbour', id: harbour(1), deed: 'keep' }])
    expect(plan.lines.map(({ message }) => message).join('\n')).toMatch(/was changed there since the last load \(hand_name\); it stays/)
    granted(await world.approve(id))
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect((await harbours())['0001']).toEqual(['Bjørgvin', '0001', '0002'])
    const names = rowsOf(await world.organisation.call('GET', 'hand_countrys?$select=hand_name&$orderby=hand_name'))
    expect(names.map((each) => each['hand_name'])).toEqual(['Chile', 'Norge'])
  })

  it('overwrites and deletes where the package says so, and saves what was there before', async () => {
    const before = await world.engine.listRescues({ environmentId: 'prod' })
    const id = await promote({
      ...two,
      harbours: { 1: ['Bergen', 1] },
      onTargetChange: 'overwrite',
      deletes: [{ table: 'hand_harbour', id: harbour(2) }],
    })
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect(await harbours()).toEqual({ '0001': ['Bergen', '0001', '-'] })
    const saved = (await world.engine.listRescues({ environmentId: 'prod' })).filter(
      ({ rescue }) => !before.some((each) => each.rescue.id === rescue.id),
    )
    expect(saved.map(({ rescue }) => rescue.items.map(({ table: name, rows }) => [name, rows]))).toEqual([
      [
        ['hand_harbour', 1],
        ['hand_harbour', 1],
        ['hand_country', 1],
      ],
    ])
  })

  it('deletes no row that was made there after people were asked', async () => {
    const gone = { table: 'hand_harbour', id: harbour(7) }
    const id = await ask({ countries: { 1: 'Norge', 2: 'Chile' }, harbours: { 1: ['Bergen', 1] }, deletes: [gone] })
    granted(await world.approve(id))
    expect(await world.work((at, when) => (at === 'data-decide' && when === 'before' ? kill() : undefined))).toBe('killed')
    await world.organisation.call('POST', 'hand_harbours', { body: { hand_harbourid: gone.id, hand_name: 'Oslo' } })
    expect(await world.work()).toBe('done')
    expect(JSON.stringify(await statusOf(id))).toContain('data.target-changed')
    expect(await harbours()).toMatchObject({ '0007': ['Oslo', '-', '-'] })
    // What is gone again may be missing again.
    await world.organisation.call('DELETE', `hand_harbours(${gone.id})`)
    granted(await world.engine.resumePromotion({ promotionId: id, reason: 'it is gone again', actor: personId('maria') }))
    expect(await world.work()).toBe('done')
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
  })

  it('goes on where it was killed between two requests, and takes no row of its own for somebody else’s', async () => {
    const id = await ask({ ...two, countries: { 1: 'Norway', 2: 'Peru' }, harbours: { 3: ['Callao', 2, 4], 4: ['Paita', 2] } })
    granted(await world.approve(id))
    for (const step of ['data-rows-hand_country-0', 'data-rows-hand_harbour-0', 'data-references-hand_harbour-0', 'data-verify'])
      for (const phase of ['before', 'after'] as const)
        expect(await world.work((at, when) => (at === step && when === phase ? kill() : undefined))).toBe('killed')
    expect(await world.work()).toBe('done')
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect(await harbours()).toMatchObject({ '0003': ['Callao', '0002', '0004'], '0004': ['Paita', '0002', '-'] })
  })

  it('goes on where it was killed between two rows, and leaves alone what somebody changed meanwhile', async () => {
    const id = await ask({ ...two, countries: { 1: 'Norge', 2: 'Perú', 4: 'Malta' }, harbours: {} })
    granted(await world.approve(id))
    const { environments } = world.deps
    const dying: WorkerDependencies['environments'] = {
      open: (...of): OpenEnvironment => {
        const target = environments.open(...of)
        return {
          ...target,
          writeDataRows: async (where, writes) => {
            await target.writeDataRows(where, writes.slice(0, 1))
            kill()
          },
        }
      },
    }
    Object.assign(world.deps, { environments: dying })
    expect(await world.work()).toBe('killed')
    Object.assign(world.deps, { environments })
    await world.organisation.call('PATCH', `hand_countrys(${country(2)})`, { body: { hand_name: 'Piru' } })
    expect(await world.work()).toBe('done')
    const failed = await world.view(id)
    expect(failed.promotion.status).toMatchObject({ state: 'failed', refusal: { code: 'data.refused' } })
    expect(JSON.stringify(failed.promotion.status)).toContain(`hand_country ${country(2)}`)
    granted(await world.engine.resumePromotion({ promotionId: id, reason: 'theirs stays', actor: personId('maria') }))
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    const names = rowsOf(await world.organisation.call('GET', 'hand_countrys?$select=hand_name&$orderby=hand_name'))
    expect(names.map((each) => each['hand_name'])).toEqual(['Malta', 'Norge', 'Piru'])
  })

  it('fails the attempt, to be resumed, where the environment refuses a row, and names it', async () => {
    const id = await ask({ ...two, countries: { 1: 'Norway', 2: 'Peru', 5: 'Fiji' }, harbours: { 6: ['Suva', 5] } })
    granted(await world.approve(id))
    const { environments } = world.deps
    const refusing: WorkerDependencies['environments'] = {
      open: (...of): OpenEnvironment => {
        const target = environments.open(...of)
        return {
          ...target,
          writeDataRows: async (where, writes) => {
            if (where.name !== 'hand_harbour') return target.writeDataRows(where, writes)
            return writes.map((each) => ({ id: each.id, message: 'the environment refused it: 0x80040265', isConflict: false }))
          },
        }
      },
    }
    Object.assign(world.deps, { environments: refusing })
    await world.work()
    Object.assign(world.deps, { environments })
    const failed = await world.view(id)
    expect(failed.promotion.status).toMatchObject({ state: 'failed', refusal: { code: 'data.refused' } })
    expect(JSON.stringify(failed.promotion.status)).toContain(`hand_harbour ${harbour(6)}`)
    granted(await world.engine.resumePromotion({ promotionId: id, reason: 'mended', actor: personId('maria') }))
    await world.work()
    expect(await statusOf(id)).toMatchObject({ state: 'succeeded' })
    expect((await harbours())['0006']).toEqual(['Suva', '0005', '-'])
  })

  it('is refused where it points to a row that the target does not have', async () => {
    const release = await sealWith(pack({ ...two, harbours: { 7: ['Nowhere', 9] } }))
    const asked = await world.engine.requestPromotion({ releaseId: release.id, stageId: 'to-prod' as never, actor: personId('maria') })
    expect(JSON.stringify(asked)).toContain('data.reference-missing')
  })
})
