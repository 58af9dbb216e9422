import { describe, expect, it } from 'vitest'
import type { ActiveLayer } from '#engine/ports'
import { DroverError } from '#domain/kernel'
import { buildObserved, version } from '../../../test/support/domain-builders.ts'
import { fakeAttempt, noFacts } from '../../../test/support/fake-attempt.ts'
import { readBefore } from './read-before.ts'
import { verify } from './verify.ts'

const installed = (uniqueName: string) => ({
  id: uniqueName,
  uniqueName,
  version: version('1.0'),
  isManaged: true,
  publisherPrefix: undefined,
})
const layer = (componentId: string, changed = ['clientdata']): ActiveLayer => ({
  kind: 'Workflow',
  name: componentId,
  componentId,
  changed,
})

describe('what the target showed before', () => {
  it('has the layers of components that a first installation shares with another solution, which are then not held against it', async () => {
    const shared = layer('shared')
    const attempt = fakeAttempt({ layers: { Platform: [shared], Contoso: [shared, layer('ours')] } })
    const before = await readBefore(attempt.run, buildObserved({ solutions: [installed('Platform')] }))
    expect(before.layers).toEqual([{ kind: 'Workflow', componentId: 'shared' }])
    const end = await verify(attempt.run, { ...noFacts, before })
    expect(end).toMatchObject({ end: 'failed', refusal: { reasons: [{ subject: 'Workflow ours' }] } })
  })

  it('leaves out layers without a change, and notes the state of each flow', async () => {
    const { run } = fakeAttempt({ layers: { Contoso: [layer('phantom', []), layer('real')] } })
    const flows = [{ id: 'f', name: 'Notify', state: 'off' as const, ownerId: undefined }]
    expect(await readBefore(run, buildObserved({ solutions: [installed('Contoso')], flows }))).toEqual({
      layers: [{ kind: 'Workflow', componentId: 'real' }],
      flows: [{ id: 'f', state: 'off' }],
    })
  })

  it('does without a foreign solution that cannot be read, and not without its own', async () => {
    const { run } = fakeAttempt({})
    const target = {
      ...run.target,
      fetchActiveLayers: async (solution: string) => {
        throw new DroverError('dataverse.unexpected', `${solution} is odd`)
      },
    }
    expect((await readBefore({ ...run, target }, buildObserved({ solutions: [installed('Odd')] }))).layers).toEqual([])
    await expect(readBefore({ ...run, target }, buildObserved({ solutions: [installed('Contoso')] }))).rejects.toThrow('Contoso is odd')
  })
})
