import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ObservedComponent } from '#domain/environment'
import { activeLayer, componentKey, realChanges } from '#domain/environment'
import { layerKindOf } from '#domain/solution'
import type { OpenEnvironment } from '#engine/ports'
import { readSolution } from '#format'
import type { HandMade } from '../../../../test/conformance/hand-made.ts'
import { handMade, section, tab } from '../../../../test/conformance/hand-made.ts'
import { bring } from '../../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../../test/conformance/organisation.ts'
import { deployer, importSolution, openLocal, sampleSolution } from '../../../../test/conformance/organisation.ts'
import { partsAttribute } from './read-layer.ts'
import { holdingsOf, layersOf, openOf, solutionNamed } from '../testing/observed-organisation.ts'

const formId = '7d1c9a54-0c7c-4f5e-9f5a-6f0c7a1b0001'
const boats: HandMade = {
  name: 'Boats',
  version: '1.0.0.0',
  isManaged: true,
  tables: [
    {
      name: 'hand_boat',
      columns: [{ name: 'hand_sail' }, { name: 'hand_mast' }],
      forms: [
        {
          id: formId,
          name: 'Boat',
          tabs: tab(`${formId.slice(0, -4)}0002`, 'General', [section(`${formId.slice(0, -4)}1000`, 'Sails', ['hand_sail'])]),
        },
      ],
    },
  ],
  choices: [{ name: 'hand_rig', options: { 1: 'Sloop', 2: 'Ketch' } }],
}
const withoutMast: HandMade = {
  ...boats,
  version: '1.1.0.0',
  tables: [{ name: 'hand_boat', columns: [{ name: 'hand_sail' }] }],
}

let organisation: Organisation
let environment: OpenEnvironment

beforeAll(async () => {
  organisation = await openLocal()
  await bring(organisation, boats)
  const imported = await importSolution(organisation, await sampleSolution())
  expect(imported).toMatchObject({ statuscode: 30 })
  environment = openOf(organisation)
})
afterAll(() => organisation.close())

async function renameForm(name: string): Promise<void> {
  await organisation.call('PATCH', `systemforms(${formId})`, { body: { name } })
  const ParameterXml = '<importexportxml><entities><entity>hand_boat</entity></entities></importexportxml>'
  await organisation.call('POST', 'PublishXml', { body: { ParameterXml } })
}

function component(map: ReadonlyMap<string, ObservedComponent>, key: string): ObservedComponent {
  const found = map.get(key)
  if (found === undefined) throw new Error(`${key} is not among ${[...map.keys()].join(', ')}`)
  return found
}

describe('solutions of an environment', () => {
  it('are told with who brought them and when', async () => {
    const solution = await solutionNamed(environment, 'Boats')
    expect(solution).toMatchObject({ version: '1.0.0.0', isManaged: true, publisher: 'handpublisher', publisherPrefix: 'hand' })
    expect(solution.changedBy).toMatchObject({ name: deployer.name, isApplication: true })
    expect(solution.installedAt).toMatch(/^20\d\d-\d\d-\d\dT/)
  })
})

describe('what a solution holds', () => {
  it('goes by the identities that its file has', async () => {
    for (const [name, zip] of [
      ['Boats', await handMade(boats)],
      ['ContosoInspection', await sampleSolution()],
    ] as const) {
      const { model } = await readSolution(zip)
      const inFile = model.components.map(({ kind, key }) => `${layerKindOf(kind)}:${key}`).filter((key) => !key.startsWith('RibbonDiff:'))
      const held = [...(await holdingsOf(environment, name)).keys()]
      expect(held.toSorted()).toEqual(inFile.toSorted())
      expect(held.length).toBeGreaterThan(5)
    }
  })

  it('counts what an update left behind', async () => {
    const other = await openLocal()
    await bring(other, boats)
    await bring(other, withoutMast)
    expect([...(await holdingsOf(openOf(other), 'Boats')).keys()]).toContain('Attribute:hand_boat.hand_mast')
    await other.close()
  })
})

describe('layers', () => {
  it('stand from the lowest to the highest, and an edit by hand is on top of them', async () => {
    const form = component(await holdingsOf(environment, 'Boats'), `SystemForm:${formId}`)
    expect((await layersOf(environment, form))?.map(({ solution }) => solution)).toEqual(['Boats'])
    await renameForm('Vessel')
    const layers = await layersOf(environment, form)
    expect(layers?.map(({ solution, order }) => [solution, order])).toEqual([
      ['Boats', 1],
      [activeLayer, 2],
    ])
    expect(realChanges({ changed: layers?.at(-1)?.changed })).toEqual(['name'])
    expect(layers?.at(-1)?.writtenAt).toBeDefined()
  })

  it('have the same digest until somebody edits again', async () => {
    await renameForm('Vessel')
    const digest = async (): Promise<string | undefined> =>
      (await layersOf(environment, { kind: 'SystemForm', id: formId }))?.at(-1)?.digest
    const first = await digest()
    await renameForm('Vessel')
    expect(await digest()).toBe(first)
    await renameForm('Ship')
    expect(await digest()).not.toBe(first)
  })

  it('of a choice tell of each edit of its options, which stands in its parts', async () => {
    const choice = component(await holdingsOf(environment, 'Boats'), 'OptionSet:hand_rig')
    const edit = (version: string, options: Record<number, string>): Promise<void> =>
      bring(organisation, { name: 'Rigs', version, choices: [{ name: 'hand_rig', options }] }, { OverwriteUnmanagedCustomizations: true })
    const digests: (string | undefined)[] = []
    for (const [version, third] of [
      ['1.0.0.0', 'Yawl'],
      ['1.0.0.1', 'Cutter'],
    ] as const) {
      await edit(version, { 1: 'Sloop', 2: 'Ketch', 3: third })
      await organisation.call('POST', 'PublishAllXml', { body: {} })
      // The layer table tells whole seconds.
      await organisation.control?.('POST', 'clock/jump', { seconds: 5 })
      const active = (await layersOf(environment, choice))?.at(-1)
      expect(active?.solution).toBe(activeLayer)
      expect(realChanges({ changed: active?.changed })).toEqual([partsAttribute])
      digests.push(active?.digest)
    }
    expect(digests[0]).not.toBe(digests[1])
  })

  it('that cannot be read are told as such, and the others are read', async () => {
    const read = new Map<string, unknown>()
    const wanted = [
      { kind: 'NoSuchKind', id: formId },
      { kind: 'SystemForm', id: formId },
    ]
    await environment.fetchLayers(wanted, async ({ kind }, layers) => void read.set(kind, layers))
    expect(read.get('NoSuchKind')).toBeUndefined()
    expect(read.has('NoSuchKind')).toBe(true)
    expect(read.get('SystemForm')).toHaveLength(2)
  })
})

describe('memberships', () => {
  it('name solutions and components by the ids that everything else has', async () => {
    const solution = await solutionNamed(environment, 'Boats')
    const held = [...(await holdingsOf(environment, 'Boats')).values()]
    const memberships = await environment.fetchMemberships(undefined)
    const members = memberships.filter(({ solutionId }) => solutionId === solution.id)
    expect(members.length).toBeGreaterThan(1)
    for (const { componentId, type } of members) {
      expect(held.find(({ id }) => id === componentId)?.type).toBe(type)
    }
    expect(await environment.fetchMemberships(undefined, [solution.id])).toEqual(members)
  })

  it('that changed since are told without those of before', async () => {
    const since = new Date(Date.now() + 365 * 24 * 3_600_000).toISOString() as Parameters<OpenEnvironment['fetchMemberships']>[0]
    expect(await environment.fetchMemberships(since)).toEqual([])
  })
})

describe('requests', () => {
  it('are counted from the moment in which the environment was opened', async () => {
    const fresh = openOf(organisation)
    expect(fresh.countRequests()).toBe(0)
    await fresh.fetchMemberships(undefined)
    const one = fresh.countRequests()
    expect(one).toBeGreaterThan(0)
    await fresh.fetchLayers([{ kind: 'SystemForm', id: formId }], async () => undefined)
    await fresh.fetchLayers([{ kind: 'SystemForm', id: formId }], async () => undefined)
    expect(fresh.countRequests()).toBe(one + 3)
  })
})

it('names what it observes by kind and key', () => {
  expect(componentKey({ kind: 'Attribute', key: 'hand_boat.hand_sail' })).toBe('Attribute:hand_boat.hand_sail')
})
