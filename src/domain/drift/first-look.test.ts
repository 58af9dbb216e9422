import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Observation } from '#domain/environment'
import { buildComponent, buildLayer, buildObservation, buildSolution } from '../../../test/support/observation-builders.ts'
import { createAttributor } from './attribute.ts'
import type { FirstLook } from './first-look.ts'
import { takeFirstLook } from './first-look.ts'

function look(observation: Observation, more: { readonly governed?: readonly string[]; readonly hasMakers?: boolean } = {}): FirstLook {
  const attributor = createAttributor({ governed: more.governed ?? ['Permits'], deployments: [], observation })
  return takeFirstLook(observation, attributor, { hasMakers: more.hasMakers ?? false })
}

function rulesOf({ findings }: FirstLook): readonly string[] {
  return findings.map(({ kind, rule, subject }) => `${kind} ${rule} ${subject.name}`)
}

function row(key: string, changed: readonly string[] | undefined) {
  return buildComponent(key, { hasActiveRow: true, layers: [buildLayer('Permits', 1), buildLayer('Active', 2, { changed })] })
}

describe('the first look', () => {
  it('at a sandbox in which 141 of 142 components have a row names the three that somebody changed', () => {
    const components = [
      ...Array.from({ length: 119 }, (_, index) => row(`empty-${index}`, [])),
      ...Array.from({ length: 19 }, (_, index) => row(`bookkeeping-${index}`, ['modifiedon', 'overwritetime', 'statecode'])),
      row('edited-form', ['formxml', 'modifiedon']),
      row('edited-view', ['fetchxml']),
      row('unreadable', undefined),
      buildComponent('untouched'),
    ]
    const found = look(buildObservation({ components }))
    expect(components).toHaveLength(142)
    expect(rulesOf(found)).toEqual([
      'undeployable change-on-managed edited-form',
      'undeployable change-on-managed edited-view',
      'undeployable change-on-managed unreadable',
    ])
    expect(found.activeRows).toEqual({ all: 141, harmless: { bookkeeping: 19, 'empty-row': 119 }, changes: 3, ownWork: 0, unread: 0 })
    expect(found.components).toEqual({ ours: 142 })
  })

  it('says of a row whose layers were not read that it may be a change', () => {
    const found = look(buildObservation({ components: [buildComponent('f', { hasActiveRow: true })] }))
    expect(found.activeRows).toMatchObject({ all: 1, changes: 0, unread: 1 })
  })

  it('names unmanaged components that no solution of a team holds as orphaned', () => {
    const layers = [buildLayer('Active', 1)]
    const solutions = [buildSolution('Default', { isManaged: false }), buildSolution('Tryout', { isManaged: false })]
    const components = [
      buildComponent('lost', { solutions: ['Default'], layers, hasActiveRow: true }),
      buildComponent('kept', { solutions: ['Default', 'Tryout'], layers, hasActiveRow: true }),
    ]
    const found = look(buildObservation({ solutions, components }))
    expect(rulesOf(found)).toEqual(['orphaned component-without-solution lost', 'undeployable unmanaged-solution Tryout'])
    expect(found.activeRows).toMatchObject({ ownWork: 2, changes: 0 })
  })

  it('takes values of variables for what they are, also where nothing is below them', () => {
    const value = buildComponent('v', {
      kind: 'EnvironmentVariableValue',
      solutions: [],
      layers: [buildLayer('Active', 1)],
      hasActiveRow: true,
    })
    expect(rulesOf(look(buildObservation({ components: [value] })))).toEqual([])
  })

  it('finds nothing in the unmanaged work of an environment that is there for makers, but still what is orphaned', () => {
    const layers = [buildLayer('Active', 1)]
    const solutions = [buildSolution('Tryout', { isManaged: false })]
    const components = [row('f', ['name']), buildComponent('lost', { solutions: [], layers, hasActiveRow: true })]
    expect(rulesOf(look(buildObservation({ solutions, components }), { hasMakers: true }))).toEqual([
      'orphaned component-without-solution lost',
    ])
  })

  it('names flows without an owner and those of disabled owners, and not those whose owner could not be seen', () => {
    const flow = { name: 'Approve', state: 'on', ownerId: 'u-1', ownerName: 'Sal', isOwnerEnabled: true } as const
    const flows = [
      { ...flow, id: 'f-1' },
      { ...flow, id: 'f-2', name: 'Notify', isOwnerEnabled: false },
      { ...flow, id: 'f-3', name: 'Sync', ownerId: undefined, ownerName: undefined, isOwnerEnabled: undefined },
      { ...flow, id: 'f-4', name: 'Archive', isOwnerEnabled: undefined },
    ]
    expect(rulesOf(look(buildObservation({ flows })))).toEqual([
      'orphaned flow-of-disabled-owner Notify',
      'orphaned flow-without-owner Sync',
    ])
  })

  it('names solutions that nobody answers for, upgrades and transports that were left, and never what Microsoft or the platform brought', () => {
    const solutions = [
      buildSolution('Permits'),
      buildSolution('Permits_Upgrade'),
      buildSolution('DroverTransport_w1', { isManaged: false }),
      buildSolution('Maps', { publisher: 'northwind', changedBy: { userId: 'u-1', name: 'Sal', isApplication: false } }),
      buildSolution('msdyn_Core', { publisher: 'MicrosoftCorporation' }),
      buildSolution('Active', { isManaged: false, isVisible: false }),
    ]
    const found = look(buildObservation({ solutions }))
    expect(rulesOf(found)).toEqual([
      'orphaned transport-left-behind DroverTransport_w1',
      'orphaned upgrade-left-behind Permits_Upgrade',
      'unowned solution-not-governed Maps',
    ])
    expect(found.findings.at(-1)?.message).toContain('Sal last imported it')
    expect(found.solutions).toEqual({ drover: 1, microsoft: 1, ours: 2, platform: 1, vendor: 1 })
  })

  it('says the same in whatever order an environment lists its things', () => {
    const components = [row('a', ['name']), row('b', []), row('c', undefined), buildComponent('d')]
    const solutions = [
      buildSolution('Permits'),
      buildSolution('Maps', { publisher: 'northwind' }),
      buildSolution('Tryout', { isManaged: false }),
    ]
    const first = look(buildObservation({ components, solutions }))
    fc.assert(
      fc.property(shuffled(components), shuffled(solutions), (otherComponents, otherSolutions) => {
        expect(look(buildObservation({ components: otherComponents, solutions: otherSolutions }))).toEqual(first)
      }),
    )
  })
})

function shuffled<T>(items: readonly T[]): fc.Arbitrary<T[]> {
  return fc.shuffledSubarray([...items], { minLength: items.length })
}
