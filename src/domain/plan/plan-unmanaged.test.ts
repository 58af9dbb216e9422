import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DescribedComponent } from '#domain/difference'
import { buildEnvironment, personId, sha256, version } from '../../../test/support/domain-builders.ts'
import type { UnmanagedFacts } from './plan-unmanaged.ts'
import { planUnmanaged } from './plan-unmanaged.ts'

const installed = { id: 's1', uniqueName: 'Permits', version: version('1.0.0.0'), isManaged: false, publisherPrefix: 'cto' }
const environment = {
  ...buildEnvironment('prod', 'production', 'pet'),
  layerPolicy: { kind: 'protective', reason: 'One customer' },
} as const

/** A component that says one thing. */
function says(kind: string, key: string, value = 'a'): DescribedComponent {
  const parent = kind === 'Attribute' ? `Entity:${key.split('.')[0]}` : undefined
  return { kind, key, displayName: undefined, parent, facts: [{ path: 'Value', words: 'value', shape: 'value', value }] }
}

const note = 'cto_permit.cto_note'

function plan(more: Partial<UnmanagedFacts> = {}) {
  return planUnmanaged(
    {
      environment,
      solution: 'Permits',
      toVersion: version('1.1.0.0'),
      installed,
      brought: [],
      shipped: [],
      current: [],
      elsewhere: [],
      tweaks: [],
      foreignLayers: [],
      unpublished: [],
      decided: [],
      basis: { certainty: 'known', message: 'As shipped.' },
      isBlocked: false,
      ...more,
    },
    sha256,
  )
}

/** What becomes of one column, by what we bring, what we shipped last and what is there; `-`: it is not there. */
function becomes(values: string, more: Partial<UnmanagedFacts> = {}): string {
  const [brought, shipped, current] = values.split(' ').map((value) => (value === '-' ? [] : [says('Attribute', note, value)]))
  const { components, leftOut } = plan({ brought: brought ?? [], shipped: shipped ?? [], current: current ?? [], ...more })
  return [components[0]?.action ?? 'nothing', ...(leftOut.length > 0 ? ['left out'] : [])].join(', ')
}

const isTweak = { tweaks: [{ id: 't1', component: `attribute:${note}` }] }

describe('unmanaged work, three ways a component', () => {
  it('is brought where nobody touched it there', () => {
    expect(becomes('b a a')).toBe('bring')
    expect(becomes('a - -')).toBe('bring')
    expect(becomes('a a -')).toBe('bring')
  })

  it('is left alone where it is there already', () => {
    expect(becomes('a a a')).toBe('nothing')
    expect(becomes('b a b')).toBe('nothing')
    expect(becomes('a - a')).toBe('nothing')
    expect(becomes('- - a')).toBe('nothing')
    expect(becomes('- a -')).toBe('nothing')
  })

  it('is left out of the import where only people there changed it', () => {
    expect(becomes('a a b')).toBe('keep, left out')
  })

  it('is a conflict where both changed it, or both made it, or it was changed and is to go', () => {
    expect(becomes('b a c')).toBe('conflict')
    expect(becomes('a - b')).toBe('conflict')
    expect(becomes('- a b')).toBe('conflict')
    expect(
      plan({ brought: [says('Attribute', note, 'b')], shipped: [says('Attribute', note)], current: [says('Attribute', note, 'c')] })
        .blockers,
    ).toMatchObject([{ code: 'plan.unmanaged-conflict', reasons: [{ message: expect.stringContaining('changed there by hand') }] }])
  })

  it('is unknown and a conflict where nobody knows what was shipped', () => {
    const unknown = plan({ brought: [says('Attribute', note, 'b')], shipped: undefined, current: [says('Attribute', note)] })
    expect(unknown.components).toMatchObject([{ action: 'conflict', certainty: 'unknown' }])
    expect(becomes('a - a', { shipped: undefined })).toBe('nothing')
    expect(becomes('- - a', { shipped: undefined })).toBe('nothing')
  })

  it('is unknown and a conflict where it is there outside of the solution', () => {
    expect(becomes('a - -', { elsewhere: [`attribute:${note}`], installed: undefined })).toBe('conflict')
  })

  it('stays as it is there where that is a registered tweak, also when it is to go, or was deleted', () => {
    for (const values of ['b a c', 'a a b', 'a - b', 'a a -']) expect(becomes(values, isTweak)).toBe('keep, left out')
    expect(becomes('- a b', isTweak)).toBe('keep')
    expect(
      plan({
        brought: [says('Attribute', note, 'b')],
        shipped: [says('Attribute', note)],
        current: [says('Attribute', note, 'c')],
        ...isTweak,
      }).components[0]?.tweakId,
    ).toBe('t1')
    expect(becomes('b a a', isTweak)).toBe('bring')
  })

  it('is removed by steps of their own, parts before tables, since an import deletes nothing', () => {
    const gone = [says('Entity', 'cto_permit'), says('Attribute', note), says('SavedQuery', 'v1')]
    const { removals, steps, components } = plan({ shipped: gone, current: gone })
    expect(removals).toEqual(['SavedQuery:v1', 'Entity:cto_permit'])
    expect(steps).toEqual(['export-current', 'repack', 'import', 'publish', 'remove', 'verify'])
    expect(components.find(({ kind }) => kind === 'Entity')?.message).toContain('with all its rows')
  })

  it('is exported before anything, when there is something to export', () => {
    expect(plan({ brought: [says('Attribute', note)] }).steps).toEqual(['export-current', 'repack', 'import', 'publish', 'verify'])
    expect(plan({ brought: [says('Attribute', note)], installed: undefined }).steps[0]).toBe('repack')
    expect(plan({ toVersion: version('1.0.0.0') }).steps).toEqual(['export-current', 'verify'])
    expect(plan().steps).toEqual(['export-current', 'repack', 'import', 'publish', 'verify'])
  })

  it('does not remove a table in which somebody changed or made something there', () => {
    const shipped = [says('Entity', 'cto_permit'), says('Attribute', note)]
    const actionWith = (...parts: DescribedComponent[]) =>
      plan({ shipped, current: [says('Entity', 'cto_permit'), ...parts] }).components.find(({ kind }) => kind === 'Entity')
    expect(actionWith(says('Attribute', note))?.action).toBe('remove')
    expect(actionWith(says('Attribute', note, 'by hand'))?.action).toBe('conflict')
    expect(actionWith(says('Attribute', note), says('Attribute', 'cto_permit.cto_theirs'))).toMatchObject({
      action: 'conflict',
      message: expect.stringContaining('cto_permit.cto_theirs') as string,
    })
  })

  it('goes as a person decided, as long as both sides say what that person saw', () => {
    const both = (theirs: string) => ({
      brought: [says('Attribute', note, 'b')],
      shipped: [says('Attribute', note)],
      current: [says('Attribute', note, theirs)],
    })
    const seen = plan(both('c')).components[0]?.seen ?? ''
    const word = (choice: 'theirs' | 'ours') => ({
      component: `Attribute:${note}`,
      choice,
      seen,
      by: personId('olga'),
      reason: 'So it is.',
    })
    const ours = plan({ ...both('c'), decided: [word('ours')] })
    expect([ours.components[0]?.action, ours.blockers, ours.leftOut]).toEqual(['bring', [], []])
    const theirs = plan({ ...both('c'), decided: [word('theirs')] })
    expect([theirs.components[0]?.action, theirs.blockers, theirs.leftOut]).toEqual(['keep', [], [`Attribute:${note}`]])
    expect(plan({ ...both('d'), decided: [word('ours')] }).components[0]?.action).toBe('conflict')
    const gone = plan({ ...both('c'), brought: [] })
    const removal = { ...word('ours'), seen: gone.components[0]?.seen ?? '' }
    expect(plan({ ...both('c'), brought: [], decided: [removal] }).removals).toEqual([`Attribute:${note}`])
  })

  it('is never taken over what nobody could see', () => {
    const unseen = { brought: [says('Attribute', note)], shipped: [], elsewhere: [`Attribute:${note}`] }
    const seen = plan(unseen).components[0]?.seen ?? ''
    const decided = (['ours', 'theirs'] as const).map((choice) =>
      plan({ ...unseen, decided: [{ component: `Attribute:${note}`, choice, seen, by: personId('olga'), reason: 'So it is.' }] }),
    )
    expect(decided.map(({ components }) => components[0]?.action)).toEqual(['conflict', 'keep'])
  })
})

describe('what closes the way of unmanaged work', () => {
  const codes = (more: Partial<UnmanagedFacts>) => plan({ brought: [says('Attribute', note)], ...more }).blockers.map(({ code }) => code)

  it('is an environment that is not protective, that blocks it, that has the solution managed, or that somebody is at work in', () => {
    expect(codes({})).toEqual([])
    expect(codes({ environment: { ...environment, layerPolicy: undefined } })).toEqual(['plan.not-protective'])
    expect(codes({ unpublished: ['Form Permit'] })).toEqual(['plan.unpublished-there'])
    expect(codes({ isBlocked: true })).toEqual(['plan.unmanaged-blocked'])
    expect(codes({ installed: { ...installed, isManaged: true } })).toEqual(['plan.installed-managed'])
  })

  it('is the layer of another vendor on what is brought, and not on what stays', () => {
    const foreignLayers = [{ component: `Attribute:${note}`, solution: 'msdyn_Other' }]
    expect(codes({ foreignLayers })).toEqual(['plan.other-vendors'])
    expect(codes({ foreignLayers, shipped: [says('Attribute', note)], current: [says('Attribute', note)] })).toEqual([])
  })
})

describe('a plan for unmanaged work', () => {
  const side = fc.dictionary(fc.constantFrom('p', 'q', 'r', 's'), fc.constantFrom('a', 'b', 'c'))
  const asComponents = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([key, value]) => says('WebResource', key, value))

  it('never lets an import or a removal destroy what people there changed, unless nobody can say it was not closed', () => {
    fc.assert(
      fc.property(
        side,
        fc.option(side, { nil: undefined }),
        side,
        fc.subarray(['p', 'q', 'r', 's']),
        (brought, shipped, current, tweaked) => {
          const made = plan({
            brought: asComponents(brought),
            shipped: shipped === undefined ? undefined : asComponents(shipped),
            current: asComponents(current),
            tweaks: tweaked.map((key) => ({ id: key, component: `webresource:${key}` })),
          })
          if (made.blockers.length > 0) return
          const after: Record<string, string | undefined> = { ...current }
          for (const [key, value] of Object.entries(brought)) if (!made.leftOut.includes(`WebResource:${key}`)) after[key] = value
          for (const removal of made.removals) after[removal.slice('WebResource:'.length)] = undefined
          for (const [key, value] of Object.entries(current)) {
            const isByHand = shipped === undefined ? value !== brought[key] : shipped[key] !== value
            if (isByHand && brought[key] !== value) expect(after[key]).toBe(value)
          }
        },
      ),
    )
  })

  it('is the same whatever the order of what it is made from', () => {
    fc.assert(
      fc.property(side, side, side, (brought, shipped, current) => {
        const given = { brought: asComponents(brought), shipped: asComponents(shipped), current: asComponents(current) }
        const turned = { brought: given.brought.toReversed(), shipped: given.shipped.toReversed(), current: given.current.toReversed() }
        expect(plan(turned)).toEqual(plan(given))
      }),
    )
  })
})
