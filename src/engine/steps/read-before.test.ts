import { describe, expect, it } from 'vitest'
import type { ObservedComponent, ObservedLayer } from '#domain/environment'
import { noteBefore } from './read-before.ts'

function layer(solution: string, changed: readonly string[]): ObservedLayer {
  return { solution, publisher: undefined, order: solution === 'Active' ? 2 : 1, writtenAt: undefined, changed, digest: '' }
}

function component(id: string, layers: readonly ObservedLayer[] | undefined, kind = 'Workflow'): ObservedComponent {
  const found = { kind, key: id, id, type: 29, name: id, table: undefined, solutions: ['Platform'], modified: undefined }
  return { ...found, hasActiveRow: true, layers }
}

describe('what the target showed before', () => {
  it('has what was changed by hand of all that the plan touches, whoever holds it, and of that what cannot be read', () => {
    const components = [
      component('edited', [layer('Platform', ['clientdata']), layer('Active', ['clientdata'])]),
      component('phantom', [layer('Platform', ['clientdata']), layer('Active', [])]),
      component('kept', [layer('Active', ['modifiedon'])]),
      component('value', [layer('Active', ['value'])], 'EnvironmentVariableValue'),
      component('unreadable', undefined),
      { ...component('clean', [layer('Platform', ['clientdata'])]), hasActiveRow: false },
    ]
    const flows = [{ id: 'f', name: 'Notify', state: 'off' as const, ownerId: undefined }]
    expect(noteBefore({ flows }, { components, dependants: [], unseen: [] })).toEqual({
      layers: [
        { kind: 'Workflow', componentId: 'edited' },
        { kind: 'Workflow', componentId: 'unreadable' },
      ],
      flows: [{ id: 'f', state: 'off' }],
    })
  })
})
