import { describe, expect, it } from 'vitest'
import type { ObservedComponent } from '#domain/environment'
import { DroverError } from '#domain/kernel'
import { readZip } from '#format'
import { handMade } from '../../../test/conformance/hand-made.ts'
import { buildComponent, buildLayer } from '../../../test/support/observation-builders.ts'
import type { DispositionRun } from './disposition-work.ts'
import type { Shipped } from './find-shipped.ts'
import { readChanges } from './read-changes.ts'

const viewId = '7d1c9a54-0c7c-4f5e-9f5a-6f0c7a1b0002'
const id = `SavedQuery:${viewId}`
const edited = buildLayer('Active', 2, { changed: ['name'], digest: 'as-seen' })

describe('changes by hand', () => {
  it('are read out of their layers where the environment refuses a transport solution', async () => {
    const { read, text } = await readOut({})
    expect(read).toMatchObject([{ cannot: {}, withoutTransport: 'Drover may not make a transport solution in Production' }])
    expect(text).toContain('description="Fast boats"')
  })

  it('are not read where others say something of the component too', async () => {
    const { read, text } = await readOut({ layers: [buildLayer('Permits', 1), buildLayer('Other', 2), { ...edited, order: 3 }] })
    expect(read[0]?.cannot[id]).toContain('Other solutions say something of it too')
    expect(text).not.toContain('Fast boats')
  })

  it('are not read where somebody changed the component again after people asked for it', async () => {
    const { read, text } = await readOut({}, 'changed-again')
    expect(read[0]?.cannot[id]).toContain('not the one any more')
    expect(text).not.toContain('Fast boats')
  })

  it('are not looked for when a transport fails for another reason than rights', async () => {
    await expect(readOut({}, 'as-seen', 'dataverse.busy')).rejects.toMatchObject({ code: 'dataverse.busy' })
  })
})

async function readOut(more: Partial<ObservedComponent>, digestNow = 'as-seen', refusal = 'dataverse.forbidden') {
  const kept = new Map([['shipped', await handMade({ name: 'Permits', version: '1.0.0.0', tables: [table] })]])
  const component = buildComponent(viewId, { kind: 'SavedQuery', layers: [buildLayer('Permits', 1), edited], ...more })
  // Reading needs nothing else of its work.
  const run = {
    ...{ environment: { name: 'Production' }, solution: 'Permits', workId: 'w-1' },
    subjects: [{ deviation: { id }, component }],
    ctx: { step: (_: string, work: () => unknown) => work() },
    deps: {
      artifacts: {
        get: async (digest: string) => kept.get(digest),
        put: async (bytes: Uint8Array) => (kept.set('read', bytes), 'read'),
      },
    },
    target: {
      fetchSolutions: () => Promise.reject(new DroverError(refusal, 'No.')),
      removeTransport: async () => undefined,
      fetchActiveDefinition: async () => ({ layer: { ...edited, digest: digestNow }, attributes: { name: 'Fast boats' } }),
    },
  } as unknown as DispositionRun
  const shipped = [{ deviation: id, release: { id: 'r-1', unmanaged: { digest: 'shipped' } } }] as unknown as readonly Shipped[]
  const read = await readChanges(run, shipped)
  const files = await readZip(kept.get('read') ?? new Uint8Array())
  return { read, text: files.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n') }
}

const table = { name: 'hand_boat', views: [{ id: viewId, name: 'All boats', columns: ['hand_name'] }] }
