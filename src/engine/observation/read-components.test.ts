import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ObservedComponent } from '#domain/environment'
import { activeLayer, componentKey } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { ComponentInspection, ObservationStore, OpenEnvironment } from '#engine/ports'
import { writeZip } from '#format'
import { openOf } from '../../adapters/dataverse/testing/observed-organisation.ts'
import type { HandMade } from '../../../test/conformance/hand-made.ts'
import { section, tab } from '../../../test/conformance/hand-made.ts'
import { bring, uninstall, upgrade } from '../../../test/conformance/life-of-solutions.ts'
import type { Organisation } from '../../../test/conformance/organisation.ts'
import { importSolution, openLocal, rowsOf } from '../../../test/conformance/organisation.ts'
import { createMemoryObservations } from '../../../test/support/memory-observations.ts'
import type { ComponentsRead } from './read-components.ts'
import { canLayersMatter, readComponents } from './read-components.ts'

const formId = '7d1c9a54-0c7c-4f5e-9f5a-6f0c7a1b0001'
const form = {
  id: formId,
  name: 'Boat',
  tabs: tab(`${formId.slice(0, -4)}0002`, 'General', [section(`${formId.slice(0, -4)}1000`, 'Sails', ['hand_sail'])]),
}
const boats: HandMade = {
  name: 'Boats',
  version: '1.0.0.0',
  isManaged: true,
  tables: [{ name: 'hand_boat', columns: [{ name: 'hand_sail' }, { name: 'hand_mast' }], forms: [form] }],
}
const harbour: HandMade = {
  name: 'Harbour',
  version: '1.0.0.0',
  isManaged: true,
  publisher: 'harbourpublisher',
  tables: [{ name: 'hand_boat', columns: [{ name: 'hand_sail', maxLength: 150 }], isWhole: false }],
}

let organisation: Organisation
let target: OpenEnvironment
let store: ObservationStore
let clock: { now(): Instant; skip(ms: number): void }

beforeAll(async () => {
  organisation = await openLocal({ clockScale: 200, tokenLifetimeSeconds: 1_000_000 })
  await bring(organisation, boats)
  expect(await importSolution(organisation, await managedSample())).toMatchObject({ statuscode: 30 })
  target = openOf(organisation)
})
afterAll(() => organisation.close())

beforeEach(() => {
  store = createMemoryObservations()
  clock = clockAt('2026-11-21T12:00:00Z')
})

function clockAt(start: string): typeof clock {
  let ms = Date.parse(start)
  return {
    now: () => toId<Instant>(new Date(ms++).toISOString()),
    skip: (more) => {
      ms += more
    },
  }
}

/** The sample solution, as another team would bring it. */
async function managedSample(): Promise<Uint8Array> {
  const root = join(import.meta.dirname, '../../../samples/contoso-inspection/1.0.0.0')
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => statSync(join(root, path)).isFile())
  return writeZip(
    files.map((path) => {
      const bytes = readFileSync(join(root, path))
      const isManifest = path === 'solution.xml'
      const given = isManifest ? Buffer.from(bytes.toString('utf8').replace('<Managed>0</Managed>', '<Managed>1</Managed>')) : bytes
      return { path: relative(root, join(root, path)).split(sep).join('/'), bytes: given }
    }),
  )
}

interface Read extends ComponentsRead {
  /** `kind:key` of those whose layers were asked for. */
  readonly asked: readonly string[]
}

/** Reads with what is remembered, or as somebody who sees the environment for the first time. */
async function read(
  memory: ObservationStore = store,
  through: ComponentInspection = target,
  names = ['Boats', 'ContosoInspection'],
): Promise<Read> {
  const asked: string[] = []
  const watched: ComponentInspection = {
    ...through,
    fetchLayers: (components, onRead) => {
      asked.push(...components.map((component) => `${component.kind}:${component.id}`))
      return through.fetchLayers(components, onRead)
    },
  }
  const answer = await readComponents(
    { observations: memory, clock },
    { lane: 'prod', target: watched, solutions: ({ uniqueName }) => names.includes(uniqueName), also: [], layers: canLayersMatter },
  )
  return { ...answer, asked }
}

/** Time goes by in the environment and with us. */
async function later(): Promise<void> {
  clock.skip(60_000)
  await organisation.control?.('POST', 'clock/jump', { seconds: 60 })
}

/** What a reader who remembers sees is what somebody sees who never looked before. */
async function expectTrue(): Promise<Read> {
  const remembered = await read()
  await later()
  const fresh = await read(createMemoryObservations())
  const byKey = (components: readonly ObservedComponent[]) => components.toSorted((a, b) => (componentKey(a) < componentKey(b) ? -1 : 1))
  expect(byKey(remembered.components)).toEqual(byKey(fresh.components))
  return remembered
}

function find({ components }: ComponentsRead, key: string): ObservedComponent {
  const found = components.find((component) => component.key === key)
  if (found === undefined) throw new Error(`${key} is not among ${components.map(componentKey).join(', ')}`)
  return found
}

function layersOf(answer: ComponentsRead, key: string): readonly string[] | undefined {
  return find(answer, key).layers?.map(({ solution }) => solution)
}

async function idOf(set: string, filter: string, column: string): Promise<string> {
  return String(rowsOf(await organisation.call('GET', `${set}?$select=${column}&$filter=${filter}`))[0]?.[column])
}

const script = 'contoso_/scripts/inspection.js'

async function scriptId(): Promise<string> {
  return idOf('webresourceset', `name eq '${script}'`, 'webresourceid')
}

/** An edit by hand of a component whose kind tells when it was changed. */
async function editScript(displayname: string): Promise<void> {
  const id = await scriptId()
  expect((await organisation.call('PATCH', `webresourceset(${id})`, { body: { displayname } })).status).toBe(204)
  const ParameterXml = `<importexportxml><webresources><webresource>{${id}}</webresource></webresources></importexportxml>`
  const published = await organisation.call('POST', 'PublishXml', { body: { ParameterXml } })
  expect(published.status, published.text).toBe(204)
}

/** The same of one whose kind does not tell. */
async function renameForm(name: string): Promise<void> {
  expect((await organisation.call('PATCH', `systemforms(${formId})`, { body: { name } })).status).toBe(204)
  const ParameterXml = '<importexportxml><entities><entity>hand_boat</entity></entities></importexportxml>'
  expect((await organisation.call('POST', 'PublishXml', { body: { ParameterXml } })).status).toBe(204)
}

async function restoreForm(): Promise<void> {
  await target.removeActiveLayer({ kind: 'SystemForm', id: formId })
}

describe('reading components again', () => {
  it('asks for layers only where they can matter, and the second time for nothing that is told to be as it was', async () => {
    await editScript('Inspection, as edited')
    const first = await read()
    expect(first.asked).toEqual([`WebResource:${await scriptId()}`])
    expect(layersOf(first, script)).toEqual(['ContosoInspection', activeLayer])
    await later()
    // It was the newest change of all: only now does a reading tell that no second edit hides in the same second.
    expect((await expectTrue()).asked).toEqual(first.asked)
    const third = await expectTrue()
    expect(third.asked).toEqual([])
    expect(third.cost.reusedParts).toBeGreaterThan(0)
    expect(third.cost.requests).toBeLessThan(first.cost.requests)
  })

  it('sees an edit by hand on a kind that tells its changes, and a second one', async () => {
    await read()
    await later()
    await editScript('Edited once')
    await later()
    const once = find(await expectTrue(), script)
    expect(once.layers?.map(({ solution }) => solution)).toEqual(['ContosoInspection', activeLayer])
    expect(once.modified?.at).toBeDefined()
    await later()
    await expectTrue()
    expect((await expectTrue()).asked).toEqual([])
    await editScript('Edited twice')
    const twice = find(await expectTrue(), script)
    expect(twice.layers?.at(-1)?.digest).not.toBe(once.layers?.at(-1)?.digest)
  })

  it('sees a second edit that bears the same second as the one it has read', async () => {
    await editScript('Now')
    await read()
    await editScript('And now again')
    await expectTrue()
  })

  it('sees an edit by hand on a kind that does not tell, and a second one', async () => {
    await read()
    await later()
    await renameForm('Boat of the harbour')
    const once = find(await expectTrue(), formId).layers?.at(-1)
    expect(once?.solution).toBe(activeLayer)
    await renameForm('Boat of the lake')
    expect(find(await expectTrue(), formId).layers?.at(-1)?.digest).not.toBe(once?.digest)
    await restoreForm()
  })

  it('sees that a layer by hand was removed, and does not name who had made it', async () => {
    await editScript('To be removed')
    await renameForm('To be removed')
    await read()
    await later()
    await target.removeActiveLayer({ kind: 'WebResource', id: await scriptId() })
    await restoreForm()
    const answer = await expectTrue()
    expect(find(answer, script)).toMatchObject({ hasActiveRow: false, layers: undefined, modified: undefined })
    expect(find(answer, formId)).toMatchObject({ hasActiveRow: false, layers: undefined })
  })

  it('sees a layer by hand that was removed and made anew as another one', async () => {
    await editScript('First')
    const first = find(await read(), script).layers?.at(-1)
    await target.removeActiveLayer({ kind: 'WebResource', id: await scriptId() })
    await editScript('Second')
    expect(find(await expectTrue(), script).layers?.at(-1)?.digest).not.toBe(first?.digest)
    await target.removeActiveLayer({ kind: 'WebResource', id: await scriptId() })
  })

  it('sees a neighbour that comes, is updated, and goes', async () => {
    await read()
    await later()
    await bring(organisation, harbour)
    const come = await expectTrue()
    expect(find(come, 'hand_boat.hand_sail').solutions).toEqual(['Boats', 'Harbour'])
    expect(layersOf(come, 'hand_boat.hand_sail')).toEqual(['Boats', 'Harbour'])
    const again = {
      ...harbour,
      version: '1.1.0.0',
      tables: [{ name: 'hand_boat', columns: [{ name: 'hand_sail', maxLength: 160 }], isWhole: false }],
    }
    await bring(organisation, again)
    await expectTrue()
    await uninstall(organisation, 'Harbour')
    const gone = await expectTrue()
    expect(find(gone, 'hand_boat.hand_sail')).toMatchObject({ solutions: ['Boats'], layers: undefined })
  })

  it('sees what an upgrade deleted', async () => {
    await read()
    await later()
    const without = { ...boats, version: '2.0.0.0', tables: [{ name: 'hand_boat', columns: [{ name: 'hand_sail' }], forms: [form] }] }
    await upgrade(organisation, without)
    const answer = await expectTrue()
    expect(answer.components.map(({ key }) => key)).not.toContain('hand_boat.hand_mast')
  })

  it('sees that a component left an unmanaged solution, which nothing tells', async () => {
    const made = await organisation.call('POST', 'solutions', {
      body: {
        uniquename: 'Tryout',
        friendlyname: 'Tryout',
        version: '1.0',
        'publisherid@odata.bind': `publishers(${await idOf('publishers', "startswith(uniquename,'DefaultPublisher')", 'publisherid')})`,
      },
    })
    expect(made.status, made.text).toBe(204)
    const member = { ComponentId: await scriptId(), ComponentType: 61, SolutionUniqueName: 'Tryout' }
    expect((await organisation.call('POST', 'AddSolutionComponent', { body: { ...member, AddRequiredComponents: false } })).status).toBe(
      200,
    )
    const held = await expectTrue()
    expect(find(held, script).solutions).toEqual(['ContosoInspection', 'Tryout'])
    const removed = await organisation.call('POST', 'RemoveSolutionComponent', {
      body: {
        SolutionComponent: { '@odata.type': 'Microsoft.Dynamics.CRM.solutioncomponent', solutioncomponentid: await scriptId() },
        ComponentType: 61,
        SolutionUniqueName: 'Tryout',
      },
    })
    expect(removed.status, removed.text).toBe(200)
    expect(find(await expectTrue(), script).solutions).toEqual(['ContosoInspection'])
  })

  it('is right when our clock is years away from that of the environment, on either side', async () => {
    for (const start of ['1999-01-01T00:00:00Z', '2099-01-01T00:00:00Z']) {
      clock = clockAt(start)
      store = createMemoryObservations()
      await read()
      await later()
      await editScript(`Edited in ${start}`)
      await renameForm(`Edited in ${start}`)
      await expectTrue()
      await bring(organisation, harbour)
      await expectTrue()
      await uninstall(organisation, 'Harbour')
      await restoreForm()
      await expectTrue()
    }
  })

  it('is right after the environment was set back to what it was before', async () => {
    await editScript('Before')
    await read()
    await later()
    const snapshot = await takeSnapshot()
    await organisation.control?.('POST', 'clock/jump', { seconds: 3 * 3600 })
    await editScript('After')
    await bring(organisation, harbour)
    await expectTrue()
    await later()
    expect((await expectTrue()).asked).toContain(`WebResource:${await scriptId()}`)
    await putSnapshot(snapshot)
    const answer = await expectTrue()
    expect(find(answer, 'hand_boat.hand_sail').solutions).toEqual(['Boats'])
    await later()
    await expectTrue()
    expect((await expectTrue()).asked).toEqual([])
  })

  it('goes on where it was stopped', async () => {
    await editScript('To be read')
    await renameForm('To be read')
    for (const name of ['Remindofoverdueinspections', 'Send']) await touchFlow(name)
    // One more change, later than all others: theirs are settled.
    await later()
    await editScript('Last')
    let left = 1
    const dying: ComponentInspection = {
      ...target,
      fetchLayers: (components, onRead) =>
        target.fetchLayers(components.toSorted(byKind), async (component, layers) => {
          await onRead(component, layers)
          if (--left < 0) throw new Error('killed')
        }),
    }
    await expect(read(store, dying)).rejects.toThrow('killed')
    const kept = (await store.loadParts('prod', 'layers/')).map(({ key }) => key)
    expect(kept.length).toBeGreaterThan(0)
    const rest = await read()
    for (const key of kept) expect(rest.asked).not.toContain(key.replace('layers/', '').replace('/', ':'))
    expect(rest.components).toEqual((await read(createMemoryObservations())).components)
    await restoreForm()
  })
})

/** Those first whose kind tells its changes. */
function byKind(a: { readonly kind: string }, b: { readonly kind: string }): number {
  return Number(a.kind === 'SystemForm') - Number(b.kind === 'SystemForm')
}

async function touchFlow(start: string): Promise<void> {
  const id = await idOf('workflows', `startswith(name,'${start}')`, 'workflowid')
  if (id === 'undefined') return
  await organisation.call('PATCH', `workflows(${id})`, { body: { description: `Touched at ${clock.now()}` } })
}

async function takeSnapshot(): Promise<Uint8Array> {
  const answer = await fetch(`${new URL(organisation.url).origin}/_emulator/environments/dev/snapshot`, {
    headers: { authorization: 'Bearer control of the tests' },
  })
  return new Uint8Array(await answer.arrayBuffer())
}

async function putSnapshot(bytes: Uint8Array): Promise<void> {
  const answer = await fetch(`${new URL(organisation.url).origin}/_emulator/environments/dev/snapshot`, {
    method: 'PUT',
    headers: { authorization: 'Bearer control of the tests' },
    body: bytes,
  })
  expect(answer.ok).toBe(true)
}
