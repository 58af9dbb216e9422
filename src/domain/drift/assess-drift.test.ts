import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, personId, version } from '../../../test/support/domain-builders.ts'
import {
  edited,
  editedAt,
  facts,
  form,
  layer,
  observation,
  observedAt,
  only,
  solution,
  tweakOf,
  untouched,
} from '../../../test/support/drift-builders.ts'
import type { ObservedSolution } from '#domain/environment'
import { toId } from '#domain/kernel'
import { assessDrift } from './assess-drift.ts'
import type { Baseline } from './drift.ts'
import { transportName } from './transport-name.ts'

describe('drift', () => {
  it('is none where the environment shows what was deployed', () => {
    const assessment = assessDrift(facts(observation([untouched])))
    expect(assessment.deviations).toEqual([])
  })

  it('finds a change by hand, with who and when as the environment tells', () => {
    const [deviation] = assessDrift(facts(observation([untouched, edited]))).deviations
    expect(deviation).toMatchObject({
      id: 'SystemForm:f1',
      class: 'unregistered',
      solution: 'Permits',
      origin: 'by-hand',
      who: { name: 'Mia' },
      when: editedAt,
      since: editedAt,
    })
  })

  it('names nobody for a layer that was written after the row was last changed', () => {
    const old = { by: 'Mia', at: at('2026-10-01T08:00:00Z') }
    const [deviation] = assessDrift(facts(observation([form('f1', edited.layers, { modified: old })]))).deviations
    expect(deviation).toMatchObject({ who: undefined, when: editedAt })
  })

  it('finds a single component that is gone, though its solution is there as deployed', () => {
    const gone = { solution: 'permits', kind: 'SavedQuery', key: 'q1', name: 'Open permits', table: 'con_permit' }
    const assessment = assessDrift(facts(observation([untouched], { vanished: [gone] })))
    expect(only(assessment)).toEqual(['broken SavedQuery:q1'])
    expect(assessment.deviations[0]).toMatchObject({
      solution: 'Permits',
      message: 'View Open permits of con_permit, which Permits 1.8.0.0 brought, is not there any more.',
    })
    // Of another version, and of a solution that is gone as a whole, that is told instead.
    for (const solutions of [[solution('Permits', { version: version('1.9.0.0') })], []]) {
      const other = assessDrift(facts(observation([], { vanished: [gone], solutions })))
      expect(only(other)).toEqual(['broken solution:Permits'])
    }
    expect(only(assessDrift(facts(observation([untouched], { vanished: [{ ...gone, solution: 'Vendor' }] }))))).toEqual([])
  })

  it('takes rows that say nothing for none, and only counts them', () => {
    const rows = Array.from({ length: 119 }, (_, n) => form(`n${n}`, [layer('Permits'), layer('Active', 'x', [])]))
    const assessment = assessDrift(facts(observation([...rows, edited])))
    expect(only(assessment)).toEqual(['unregistered SystemForm:f1'])
    expect(assessment.byDesign).toBe(119)
  })

  it('takes a layer that cannot be read for a change', () => {
    const unread = form('f1', undefined, { hasActiveRow: true })
    expect(only(assessDrift(facts(observation([unread]))))).toEqual(['unregistered SystemForm:f1'])
  })

  it('calls what Drover deployed and is not as deployed broken', () => {
    const gone = assessDrift(facts(observation([], { solutions: [] })))
    expect(gone.deviations).toMatchObject([{ class: 'broken', id: 'solution:Permits', solution: 'Permits' }])
    const other = assessDrift(facts(observation([], { solutions: [solution('Permits', { version: version('1.9.0.0') })] })))
    expect(other.deviations[0]?.message).toContain('1.9.0.0')
    const left = assessDrift(facts(observation([], { solutions: [solution('Permits'), solution('Permits_Upgrade')] })))
    expect(only(left)).toEqual(['broken solution:Permits_Upgrade'])
    const bound = facts(observation([], { bindings: [{ logicalName: 'con_mail', connectionId: 'other', connectorId: undefined }] }), {
      bindings: [{ solution: 'Permits', logicalName: 'con_mail', connectionId: 'ours' }],
    })
    expect(only(assessDrift(bound))).toEqual(['broken binding:con_mail'])
  })

  it('only names solutions of others, and only counts those of Microsoft and its own', () => {
    const others = [solution('Permits'), solution('Vendor'), solution('Msft', { publisher: 'microsoft' }), solution(transportName('w-1'))]
    expect(only(assessDrift(facts(observation([], { solutions: others }))))).toEqual(['foreign-solution solution:Vendor'])
  })

  it('names what is governed and stands there without a deployment, until a baseline knows it in that version; not what makers work on', () => {
    const seen = (more: Partial<ObservedSolution>, known?: string, arriving = ['permits']) =>
      assessDrift(
        facts(observation([], { solutions: [solution('Permits', more)] }), {
          deployments: [],
          arriving,
          baseline: known === undefined ? undefined : baselineOf({ Permits: version(known) }),
        }),
      ).deviations
    expect(seen({})).toMatchObject([
      {
        id: 'solution:Permits',
        class: 'foreign-solution',
        solution: 'Permits',
        message: 'Permits is installed in version 1.8.0.0, and no release of it has arrived there by Drover.',
      },
    ])
    expect(seen({}, '1.7.0.0')).toMatchObject([{ class: 'foreign-solution' }])
    expect([seen({}, '1.8.0.0'), seen({ isManaged: false })]).toEqual([[], []])
    // Where no pipeline leads, it is there for others that are made with it.
    expect(seen({}, undefined, [])).toEqual([])
  })

  it('names a layer of others over ours, and none below', () => {
    const over = form('f1', [layer('Vendor'), layer('Permits'), layer('Other', 'o')])
    expect(only(assessDrift(facts(observation([over]))))).toEqual(['foreign-solution SystemForm:f1@Other'])
  })

  it('calls a change by hand broken where the layer policy is strict, whatever was accepted before', () => {
    const accepted = [tweakOf(assessDrift(facts(observation([edited]))), {})]
    expect(only(assessDrift(facts(observation([edited]), { isStrict: true, tweaks: accepted })))).toEqual(['broken SystemForm:f1'])
  })

  it('calls it broken that somebody let changes by hand in, and knows nothing where that cannot be read', () => {
    const judged = (state: 'holds' | 'broken' | 'unknown') =>
      only(assessDrift(facts(observation([]), { protection: { state, message: 'It is strict and does not block.' } })))
    expect([judged('broken'), judged('holds'), judged('unknown')]).toEqual([['broken setting:unmanaged-block'], [], []])
  })
})

function baselineOf(solutions: Baseline['solutions']): Baseline {
  const accepted = { acceptedBy: personId('olga'), acceptedAt: observedAt, comment: 'As handed over' }
  return { observation: toId('sha256:1'), observedAt, ...accepted, deviations: {}, solutions }
}

it('names a solution of others that went since the baseline was accepted', () => {
  const baseline = baselineOf({ Permits: version('1.8.0.0'), Maps: version('2.0.0.0') })
  expect(only(assessDrift(facts(observation([]), { baseline })))).toEqual(['foreign-solution solution:Maps'])
})

describe('what could not be seen', () => {
  const hidden = { what: 'what solution Permits holds', why: 'It takes a role.', hides: 'changes' } as const

  it('is told where deviations may be, and not where it only leaves something untold', () => {
    const unseen = [hidden, { what: 'data policies', why: 'The tenant keeps them.' }]
    expect(assessDrift(facts(observation([], { unseen }))).unseen).toEqual([hidden])
  })

  it('takes no connection for lost that may not be read', () => {
    const bindings = [{ solution: 'Permits', logicalName: 'con_mail', connectionId: 'c1' }]
    const unseen = [{ what: 'bindings', why: 'It takes a privilege.', hides: 'bindings' }] as const
    expect(only(assessDrift(facts(observation([]), { bindings })))).toEqual(['broken binding:con_mail'])
    const assessment = assessDrift(facts(observation([], { unseen }), { bindings }))
    expect([only(assessment), assessment.unseen]).toEqual([[], unseen])
  })

  it('holds for the block of unmanaged changes only where something is expected of it', () => {
    const unseen = [{ what: 'the block', why: 'It takes a privilege.', hides: 'protection' }] as const
    const seen = (state: 'holds' | 'unknown') =>
      assessDrift(facts(observation([], { unseen }), { protection: { state, message: 'It cannot be read.' } })).unseen
    expect([seen('holds'), seen('unknown')]).toEqual([[], unseen])
  })
})

const layers = fc.uniqueArray(
  fc.record({
    solution: fc.constantFrom('System', 'Permits', 'Vendor', 'Active', 'Parking'),
    digest: fc.constantFrom('1', '2', '3'),
    changed: fc.constantFrom<readonly string[] | undefined>([], ['name'], undefined),
  }),
  { selector: ({ solution: name }) => name, minLength: 1 },
)
const components = fc.uniqueArray(
  fc.record({ key: fc.constantFrom('a', 'b', 'c', 'd', 'e'), layers: fc.option(layers, { nil: undefined }), hasActiveRow: fc.boolean() }),
  { selector: ({ key }) => key },
)
const solutions = fc.uniqueArray(
  fc.record({
    name: fc.constantFrom('Permits', 'Permits_Upgrade', 'Vendor', 'Parking', 'Tools'),
    version: fc.constantFrom('1.8.0.0', '1.9.0.0'),
    isManaged: fc.boolean(),
  }),
  { selector: ({ name }) => name },
)
const observations = fc.tuple(components, solutions).map(([parts, installed]) =>
  observation(
    parts.map((part) =>
      form(
        part.key,
        part.layers?.map((each) => layer(each.solution, each.digest, each.changed)),
        { hasActiveRow: part.hasActiveRow },
      ),
    ),
    { solutions: installed.map((each) => solution(each.name, { version: version(each.version), isManaged: each.isManaged })) },
  ),
)

describe('any environment', () => {
  it('shows no deviation right after all of it was accepted as known good', () => {
    fc.assert(
      fc.property(observations, (observed) => {
        const before = assessDrift(facts(observed))
        const baseline = {
          ...baselineOf(Object.fromEntries(observed.solutions.map((each) => [each.uniqueName, each.version]))),
          deviations: Object.fromEntries(before.deviations.map(({ id, digest }) => [id, digest])),
        }
        expect(assessDrift(facts(observed, { baseline })).deviations).toEqual([])
      }),
    )
  })

  it('shows only tweaks for what was accepted, and the rest as before', () => {
    fc.assert(
      fc.property(observations, (observed) => {
        const before = assessDrift(facts(observed))
        const tweaks = before.deviations.map((deviation, at) => tweakOf({ ...before, deviations: [deviation] }, { id: `tw-${at}` }))
        const after = assessDrift(facts(observed, { tweaks }))
        expect(after.deviations.map(({ id, digest }) => [id, digest])).toEqual(before.deviations.map(({ id, digest }) => [id, digest]))
        expect(after.deviations.every((deviation) => deviation.class === 'tweak')).toBe(true)
      }),
    )
  })

  it('is assessed alike in whatever order it is told', () => {
    fc.assert(
      fc.property(observations, (observed) => {
        const turned = { ...observed, components: observed.components.toReversed(), solutions: observed.solutions.toReversed() }
        expect(assessDrift(facts(turned))).toEqual(assessDrift(facts(observed)))
      }),
    )
  })
})
