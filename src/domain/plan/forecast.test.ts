import { describe, expect, it } from 'vitest'
import type { DescribedComponent } from '#domain/difference'
import type { Count, ObservedComponent, ObservedDependant, ObservedLayer } from '#domain/environment'
import type { Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { buildObserved, buildPlan, sha256, version } from '../../../test/support/domain-builders.ts'
import { fingerprintTarget } from './fingerprint-target.ts'
import { forecastContent } from './forecast-content.ts'
import type { ContentFacts } from './forecast-facts.ts'
import { hashPlan } from './material-part.ts'
import type { Plan } from './plan.ts'
import type { PlannedComponent } from './planned-component.ts'

function says(kind: string, key: string, facts: Readonly<Record<string, string>> = {}): DescribedComponent {
  const isInTable = kind === 'Attribute'
  return {
    kind,
    key,
    displayName: undefined,
    parent: isInTable ? `Entity:${key.split('.')[0]}` : undefined,
    facts: Object.entries(facts).map(([path, value]) => ({ path, words: path, shape: 'value' as const, value })),
  }
}

function layer(solution: string, order: number, changes: Partial<ObservedLayer> = {}): ObservedLayer {
  return { solution, publisher: 'ours', order, writtenAt: undefined, changed: ['maxlength'], digest: `${solution}-1`, ...changes }
}

function there(kind: string, key: string, changes: Partial<ObservedComponent> = {}): ObservedComponent {
  const table = kind === 'Attribute' ? key.split('.')[0] : undefined
  const solutions = ['Permits']
  return {
    kind,
    key,
    id: key,
    type: 1,
    name: key,
    table,
    solutions,
    hasActiveRow: false,
    layers: undefined,
    modified: undefined,
    ...changes,
  }
}

const permit = says('Entity', 'cto_permit')
const note = says('Attribute', 'cto_permit.cto_note', { MaxLength: '100' })
const longer = says('Attribute', 'cto_permit.cto_note', { MaxLength: '200' })

function facts(changes: Partial<ContentFacts> & { readonly components?: readonly ObservedComponent[] } = {}): ContentFacts {
  const { components = [], ...more } = changes
  return {
    solution: 'Permits',
    own: ['Permits'],
    otherManaged: ['Harbour'],
    release: [permit, note],
    installed: [permit, note],
    target: { components, dependants: [], unseen: [] },
    tweaks: [],
    ...more,
  }
}

function told(changes: Parameters<typeof facts>[0]): string[] {
  return forecastContent(facts(changes)).components.map(({ effect, certainty, key }) => `${effect} ${certainty} ${key}`)
}

function only(changes: Parameters<typeof facts>[0]): PlannedComponent | undefined {
  const { components } = forecastContent(facts(changes))
  expect(components).toHaveLength(1)
  return components[0]
}

const asIs = [there('Entity', 'cto_permit'), there('Attribute', 'cto_permit.cto_note')]
const old = there('Attribute', 'cto_permit.cto_old')

describe('what an upgrade destroys', () => {
  it('is nothing when the release has all that the target holds', () => {
    expect(told({ components: asIs })).toEqual([])
  })

  it('is what the target holds and the release has not, also what an earlier update left behind', () => {
    expect(told({ components: [...asIs, old] })).toEqual(['destroy known cto_permit.cto_old'])
    expect(forecastContent(facts({ components: [...asIs, old] })).components[0]?.message).toContain('left it behind')
    expect(forecastContent(facts({ components: [...asIs, old] })).removed).toEqual(['Attribute:cto_permit.cto_old'])
  })

  it('counts with a table what is in it, and lists it once', () => {
    const components = [...asIs, there('Entity', 'cto_pier'), there('Attribute', 'cto_pier.cto_depth')]
    expect(only({ components })).toMatchObject({ effect: 'destroy', key: 'cto_pier', includes: 1, class: 'destructive' })
  })

  it('asks how many rows and values go', () => {
    const { questions } = forecastContent(facts({ components: [...asIs, old, there('Entity', 'cto_pier')] }))
    expect(questions.map(({ kind, table, column }) => [kind, table, column])).toEqual([
      ['values', 'cto_permit', 'cto_old'],
      ['column-security', 'cto_permit', 'cto_old'],
      ['rows', 'cto_pier', undefined],
      ['sharing', 'cto_pier', undefined],
    ])
  })

  it('asks, of a table with secured columns, how many permissions on them go', () => {
    const pier = there('Entity', 'cto_pier')
    const secret = (isSecured: string) => ({
      ...says('Attribute', 'cto_pier.cto_secret', { IsSecured: isSecured }),
      parent: 'Entity:cto_Pier',
    })
    const kinds = (isSecured: string) =>
      forecastContent(facts({ installed: [permit, note, secret(isSecured)], components: [...asIs, pier] })).questions.map(
        ({ kind }) => kind,
      )
    expect(kinds('on'), 'as described components say it').toEqual(['rows', 'sharing', 'column-security'])
    expect(kinds('1')).toEqual(['rows', 'sharing', 'column-security'])
    expect(kinds('off')).toEqual(['rows', 'sharing'])
  })

  it('spares what another managed solution holds too, and says that it is no longer ours', () => {
    const shared = there('Attribute', 'cto_permit.cto_old', {
      solutions: ['Permits', 'Harbour'],
      layers: [layer('Permits', 1), layer('Harbour', 2)],
    })
    expect(told({ components: [...asIs, shared] })).toEqual(['change known cto_permit.cto_old'])
  })

  it('does not take an unmanaged solution for one that keeps a component', () => {
    const contained = there('Attribute', 'cto_permit.cto_old', { solutions: ['Permits', 'SomebodysOwn'] })
    expect(told({ components: [...asIs, contained] })).toEqual(['destroy assumed cto_permit.cto_old'])
  })

  it('leaves what others made in a table of ours', () => {
    const others = there('Attribute', 'cto_permit.cto_theirs', { layers: [layer('Harbour', 1)] })
    const byHand = there('Attribute', 'cto_permit.cto_hand', { hasActiveRow: true, layers: [layer('Active', 1)] })
    expect(told({ components: [...asIs, others, byHand] })).toEqual([])
  })

  it('leaves the platform its own columns', () => {
    expect(told({ components: [...asIs, there('Attribute', 'cto_permit.createdon')] })).toEqual([])
  })

  it('is refused where it would take the base from under another publisher', () => {
    const layers = (publisher: string) => [layer('Permits', 1), layer('Harbour', 2, { publisher })]
    const blockers = (publisher: string) =>
      forecastContent(
        facts({
          components: [...asIs, there('Attribute', 'cto_permit.cto_old', { solutions: ['Permits', 'Harbour'], layers: layers(publisher) })],
        }),
      ).blockers.map(({ code }) => code)
    expect(blockers('theirs')).toEqual(['plan.base-layer'])
    expect(blockers('ours')).toEqual([])
  })

  it('is refused where others have parts in a table that goes', () => {
    const pier = there('Entity', 'cto_pier')
    const theirs = there('Attribute', 'cto_pier.cto_theirs', { solutions: ['Harbour'], layers: [layer('Harbour', 1)] })
    const { blockers } = forecastContent(facts({ components: [...asIs, pier, theirs] }))
    expect(blockers).toMatchObject([{ code: 'plan.dependants', reasons: [{ message: expect.stringContaining('Harbour') }] }])
  })

  it('is refused where other work needs it, and names that work', () => {
    const needs = (changes: Partial<ObservedDependant>): ObservedDependant => ({
      required: 'Attribute:cto_permit.cto_old',
      kind: 'Workflow',
      name: 'Sync',
      solution: 'Harbour',
      isRemovable: false,
      ...changes,
    })
    const blockers = (changes: Partial<ObservedDependant>) =>
      forecastContent(facts({ target: { components: [...asIs, old], dependants: [needs(changes)], unseen: [] } })).blockers
    expect(blockers({})[0]).toMatchObject({ code: 'plan.dependants', reasons: [{ message: 'Process Sync of Harbour needs it.' }] })
    expect(blockers({ isRemovable: true })).toEqual([])
    expect(blockers({ solution: 'Permits' }), 'the import corrects what is ours before anything is deleted').toEqual([])
    expect(blockers({ solution: 'Active' })).toHaveLength(1)
  })

  it('cannot be told where the release brings a say of its own on what others have that needs it', () => {
    const view = 'e0000000-0000-4000-8000-000000000001'
    const needs = {
      required: 'Attribute:cto_permit.cto_old',
      kind: 'SavedQuery',
      name: 'All',
      solution: 'Harbour',
      isRemovable: false,
      id: view,
    }
    const target = { components: [...asIs, old], dependants: [needs], unseen: [] }
    const brings = forecastContent(facts({ release: [permit, note, says('SavedQuery', view)], target }))
    expect(brings.blockers).toEqual([])
    expect(brings.lines).toContainEqual(
      expect.objectContaining({ certainty: 'unknown', message: expect.stringContaining('Harbour needs it') }),
    )
    expect(forecastContent(facts({ target })).blockers).toHaveLength(1)
    const app = there('CanvasApp', 'cto_sketch_12345', {
      id: view.replace('e', 'a'),
      solutions: ['Harbour'],
      layers: [layer('Harbour', 1)],
    })
    const needsOfApp = { ...needs, kind: 'CanvasApp', name: 'Sketch', id: app.id }
    const withApp = { components: [...asIs, old, app], dependants: [needsOfApp], unseen: [] }
    const bringsApp = forecastContent(facts({ release: [permit, note, says('CanvasApp', 'cto_sketch_12345')], target: withApp }))
    expect(bringsApp.blockers, 'an app travels under its name').toEqual([])
    expect(forecastContent(facts({ target: withApp })).blockers).toHaveLength(1)
  })

  it('does not take a column of others for the one of ours that has its name in another table', () => {
    const choice = there('OptionSet', 'cto_size')
    const ours = there('Attribute', 'cto_permit.cto_sizing', { name: 'Size' })
    const dependant = { required: 'OptionSet:cto_size', kind: 'Attribute', name: 'Size', solution: 'Harbour', isRemovable: false }
    const release = [permit, note, says('Attribute', 'cto_permit.cto_sizing')]
    const blockers = (id: string) =>
      forecastContent(facts({ release, target: { components: [choice, ours], dependants: [{ ...dependant, id }], unseen: [] } })).blockers
    expect(blockers('in-another-table').map(({ code }) => code)).toEqual(['plan.dependants'])
    expect(blockers(ours.id)).toEqual([])
  })

  it('is unknown when the holding of the installed solution could not be read', () => {
    const forecast = forecastContent(facts({ components: [] }))
    expect(forecast.removed).toBe('unknown')
    const unseen = [{ what: 'what solution Permits holds', why: 'The role may not read it.' }]
    const solutions = [{ id: 's', uniqueName: 'Permits', version: version('1.0.0.0'), isManaged: true, publisherPrefix: 'cto' }]
    const plan = buildPlan({ observed: buildObserved({ solutions }), content: { forecast, counts: [], unseen, fingerprint: 'f' } })
    expect(plan.content[0]).toMatchObject({ effect: 'destroy', certainty: 'unknown', losses: [{ count: { kind: 'unknown' } }] })
    expect(plan.mode).toBe('upgrade')
  })

  it('is nothing of an installed solution that is empty', () => {
    expect(forecastContent(facts({ components: [], installed: [] })).removed).toEqual([])
  })

  it('is unknown where another solution names it too and its layers could not be read', () => {
    const unread = there('Attribute', 'cto_permit.cto_old', { solutions: ['Permits', 'Harbour'] })
    expect(only({ components: [...asIs, unread] })).toMatchObject({
      ...{ effect: 'destroy', certainty: 'unknown' },
      losses: [{ kind: 'values', count: { kind: 'unknown' } }, { kind: 'column-security' }],
    })
    const view = there('SavedQuery', 'q-1', { solutions: ['Permits', 'Harbour'] })
    expect(told({ components: [...asIs, view] }), 'no data hangs on it').toEqual(['change assumed q-1'])
  })
})

describe('what a release creates and changes', () => {
  it('creates what the target has not, a table with all in it at once', () => {
    expect(only({ own: [], installed: undefined })).toMatchObject({ effect: 'create', key: 'cto_permit', includes: 1 })
  })

  it('is only assumed to create what could not be looked for there', () => {
    const report = says('Report', 'cto_yearly')
    const created = (unseen: ContentFacts['target']['unseen']) =>
      forecastContent(
        facts({
          release: [permit, note, report],
          target: { components: [there('Entity', 'cto_permit'), there('Attribute', 'cto_permit.cto_note')], dependants: [], unseen },
        }),
      ).components
    const reports = { what: 'which reports are there', why: 'Nobody knows how to ask.', kind: 'Report' }
    expect(created([reports])).toMatchObject([{ key: 'cto_yearly', effect: 'create', certainty: 'assumed' }])
    expect(created([{ ...reports, kind: 'Role' }])).toMatchObject([{ key: 'cto_yearly', effect: 'create', certainty: 'known' }])
  })

  it('tells what changes since the installed version in plain words', () => {
    expect(only({ release: [permit, longer], components: asIs })).toMatchObject({
      effect: 'change',
      certainty: 'known',
      message: expect.stringContaining('100 → 200'),
    })
  })

  it('tells all that may cost data of a change, however much else changes', () => {
    const many = (n: string) => Object.fromEntries(['AA', 'BB', 'CC', 'DD', 'EE'].map((path) => [path, n]))
    const was = says('Attribute', 'cto_permit.cto_note', { ...many('1'), MaxLength: '200' })
    const is = says('Attribute', 'cto_permit.cto_note', { ...many('2'), MaxLength: '100' })
    const planned = only({ installed: [permit, was], release: [permit, is], components: asIs })
    expect(planned).toMatchObject({ class: 'destructive', comesBack: 'with-loss', message: expect.stringContaining('200 → 100') })
  })

  it('says in one line that it cannot tell changes when the installed bytes are not at hand', () => {
    const { components, lines } = forecastContent(facts({ release: [permit, longer], installed: undefined, components: asIs }))
    expect(components).toEqual([])
    expect(lines.map((line) => line.certainty)).toEqual(['unknown'])
  })

  it('tells of what it brings again after an earlier update had left it behind', () => {
    const components = [...asIs, old]
    const returning = says('Attribute', 'cto_permit.cto_old', { MaxLength: '30' })
    expect(told({ release: [permit, note, returning], components })).toEqual(['change assumed cto_permit.cto_old'])
  })

  it('is refused over what was made by hand', () => {
    const byHand = there('Attribute', 'cto_permit.cto_note', { solutions: [], layers: [layer('Active', 1)] })
    const codes = forecastContent(facts({ own: [], installed: undefined, components: [byHand] })).blockers.map(({ code }) => code)
    expect(codes).toEqual(['plan.unmanaged-base'])
  })
})

describe('what only another publisher may change', () => {
  const locked = (...layers: ObservedLayer[]) => [
    there('Entity', 'cto_permit'),
    there('Attribute', 'cto_permit.cto_note', {
      isCustomizable: false,
      layers,
      solutions: layers.map(({ solution }) => solution),
    }),
  ]
  const told = (components: readonly ObservedComponent[], changes: Parameters<typeof facts>[0] = {}) => {
    const release = [permit, longer]
    const { blockers, lines } = forecastContent(facts({ release, ofPublisher: ['Permits', 'Sibling'], components, ...changes }))
    const unclear = lines.filter(({ certainty, message }) => certainty === 'unknown' && message.includes('0x8004F026'))
    return [blockers.map(({ code }) => code), unclear.length]
  }

  it('is refused where what is there is ours and the release says something else', () => {
    expect(told(locked(layer('Harbour', 1), layer('Permits', 2)))).toEqual([['plan.not-customizable'], 0])
    expect(told(locked(layer('Harbour', 1), layer('Permits', 2)), { release: [permit, note] }), 'nothing changes').toEqual([[], 0])
  })

  it('cannot be told where what the others say may be what we say', () => {
    expect(told(locked(layer('Harbour', 1)))).toEqual([[], 1])
    expect(told(locked(layer('Harbour', 1), layer('Permits', 2), layer('Quay', 3)))).toEqual([[], 1])
    expect(told([there('Attribute', 'cto_permit.cto_note', { isCustomizable: false, solutions: ['Harbour'] })])).toEqual([[], 1])
    const unread = { ofPublisher: undefined }
    expect(told(locked(layer('Sibling', 1), layer('Permits', 2)), unread), 'nobody told whose the release is').toEqual([[], 1])
  })

  it('is free where the base is ours or our publisher’s, or the component may be customized', () => {
    expect(told(locked(layer('Permits', 1), layer('Harbour', 2)))).toEqual([[], 0])
    expect(told(locked(layer('Sibling', 1), layer('Permits', 2)))).toEqual([[], 0])
    const [table, column] = locked(layer('Harbour', 1), layer('Permits', 2))
    expect(told([table, column].flatMap((one) => (one === undefined ? [] : [{ ...one, isCustomizable: true }])))).toEqual([[], 0])
  })
})

describe('what only another publisher may add to', () => {
  const column = says('Attribute', 'cto_permit.cto_new', { MaxLength: '30' })
  const told = (table: Partial<ObservedComponent>, changes: Parameters<typeof facts>[0] = {}) => {
    const layers = [layer('Harbour', 1), layer('Permits', 2)]
    const components = [there('Entity', 'cto_permit', { solutions: ['Harbour', 'Permits'], layers, ...table })]
    const release = [{ ...permit, isUnmodified: true }, column]
    const { lines } = forecastContent(facts({ release, ofPublisher: ['Permits'], components, ...changes }))
    return lines.filter(({ subject, certainty }) => subject === 'cto_permit' && certainty === 'unknown').map(({ message }) => message)
  }

  it('cannot be told where a table of others takes no columns, or may not be customized at all', () => {
    expect(told({ closedTo: ['Attribute'] })).toEqual([expect.stringMatching(/Harbour.*cto_new.*0x8004F026/)])
    expect(told({ isCustomizable: false })).toHaveLength(1)
    expect(told({ closedTo: ['Attribute'], layers: undefined }), 'layers that nobody read').toHaveLength(1)
    expect(told({ closedTo: ['Attribute'] }, { ofPublisher: undefined }), 'publishers that nobody told').toHaveLength(1)
  })

  it('is free where only other kinds are closed, or the base is ours or our publisher’s', () => {
    expect(told({ closedTo: ['SystemForm'] })).toEqual([])
    expect(told({ closedTo: ['Attribute'], layers: [layer('Permits', 1)] })).toEqual([])
    expect(told({ closedTo: ['Attribute'] }, { ofPublisher: ['Permits', 'Harbour'] })).toEqual([])
  })
})

describe('what stays hidden', () => {
  const under = (...layers: ObservedLayer[]): readonly ObservedComponent[] => [
    there('Entity', 'cto_permit'),
    there('Attribute', 'cto_permit.cto_note', { hasActiveRow: true, layers }),
  ]
  const change = { release: [permit, longer] }

  it('is a change below the layer of a solution that came later, and below a change by hand', () => {
    expect(only({ ...change, components: under(layer('Permits', 1), layer('Harbour', 2)) })).toMatchObject({
      effect: 'hide',
      winner: 'Harbour',
      certainty: 'known',
      message: expect.stringContaining('100 → 200'),
    })
    expect(only({ ...change, components: under(layer('Permits', 1), layer('Active', 2)) })).toMatchObject({ winner: 'Active' })
  })

  it('is not what lies above another layer, or below one that says nothing', () => {
    expect(only({ ...change, components: under(layer('Harbour', 1), layer('Permits', 2)) })).toMatchObject({ effect: 'change' })
    const phantom = layer('Active', 2, { changed: ['modifiedon'] })
    expect(only({ ...change, components: under(layer('Permits', 1), phantom) })).toMatchObject({ effect: 'change', winner: undefined })
  })

  it('is what the release begins to say of a table in which we had only columns, where somebody is above that place', () => {
    const place = layer('Permits_Patch', 2, { changed: ['unmodified'] })
    const whole = says('Entity', 'cto_permit', { Name: 'Permit' })
    const planned = (...layers: ObservedLayer[]) =>
      only({
        ...{ own: ['Permits', 'Permits_Patch'], otherManaged: ['Harbour', 'Quay'], release: [whole], installed: undefined },
        components: [there('Entity', 'cto_permit', { solutions: ['Permits_Patch', 'Harbour'], layers })],
      })
    expect(planned(layer('Harbour', 1), place)).toMatchObject({ effect: 'change', certainty: 'assumed', winner: undefined })
    expect(planned(layer('Harbour', 1), place, layer('Quay', 3))).toMatchObject({ effect: 'hide', winner: 'Quay' })
  })

  it('is unknown, and never shown as clear, when layers that may matter were not read', () => {
    const unread = [there('Entity', 'cto_permit'), there('Attribute', 'cto_permit.cto_note', { hasActiveRow: true })]
    expect(only({ ...change, components: unread })).toMatchObject({ effect: 'hide', certainty: 'unknown' })
  })

  it('is nothing where the release changes nothing', () => {
    expect(told({ components: under(layer('Permits', 1), layer('Active', 2)) })).toEqual([])
  })

  it('is merged in part where the kind merges', () => {
    const form = (width: string) => says('SystemForm', 'f-1', { width })
    const components = [there('SystemForm', 'f-1', { layers: [layer('Permits', 1), layer('Active', 2)] })]
    const planned = only({ release: [form('2')], installed: [form('1')], components })
    expect(planned).toMatchObject({ effect: 'change', certainty: 'assumed', winner: 'Active', message: expect.stringContaining('merged') })
  })

  it('names the tweak that it touches', () => {
    const components = under(layer('Permits', 1), layer('Active', 2))
    const tweaks = [{ id: 'tweak-1', component: 'Attribute:cto_permit.cto_note' }]
    expect(only({ ...change, components, tweaks })).toMatchObject({ tweakId: 'tweak-1' })
  })
})

const now = toId<Instant>('2026-11-02T08:00:00Z')
const exactly = (n: number): Count => ({ kind: 'exact', n, method: 'counted now', asOf: now })

describe('a plan over counted losses', () => {
  function planWith(counts: readonly Count[]): Plan {
    const forecast = forecastContent(facts({ components: [...asIs, old] }))
    const solutions = [{ id: 's', uniqueName: 'Permits', version: version('1.0.0.0'), isManaged: true, publisherPrefix: 'cto' }]
    return buildPlan({
      observed: buildObserved({ solutions }),
      content: { forecast, counts, unseen: [], fingerprint: 'f' },
    })
  }

  it('saves the values before they go, and offers a way without loss', () => {
    const plan = planWith([exactly(7), exactly(0)])
    expect(plan.mode).toBe('upgrade')
    expect(plan.rescue).toEqual([{ table: 'cto_permit', columns: ['cto_old'] }])
    expect(plan.saferWay).toHaveLength(3)
    expect(plan.content[0]).toMatchObject({ comesBack: 'with-loss', losses: [{ count: exactly(7) }, { count: exactly(0) }] })
  })

  it('saves the links of a relationship, and says so where it cannot or where a value goes', () => {
    const pairs = says('EntityRelationship', 'cto_Permit_Pier', {
      EntityRelationshipType: 'ManyToMany',
      IntersectEntityName: 'cto_Permit_Pier',
    })
    const gone = there('EntityRelationship', 'cto_Permit_Pier')
    const planFor = (installed: readonly DescribedComponent[], left: ObservedComponent, n: number): Plan => {
      const forecast = forecastContent(facts({ installed, components: [...asIs, left] }))
      const solutions = [{ id: 's', uniqueName: 'Permits', version: version('1.0.0.0'), isManaged: true, publisherPrefix: 'cto' }]
      const counts = forecast.questions.map(() => exactly(n))
      return buildPlan({ observed: buildObserved({ solutions }), content: { forecast, counts, unseen: [], fingerprint: 'f' } })
    }
    const unsaved = (plan: Plan) => plan.lines.filter(({ message }) => message.includes('not saved')).map(({ subject }) => subject)
    const known = planFor([permit, note, pairs], gone, 4)
    expect(known.rescue).toEqual([{ table: 'cto_permit_pier', columns: undefined, relationship: 'cto_Permit_Pier' }])
    expect([known.steps.includes('rescue'), unsaved(known)]).toEqual([true, []])
    const leftBehind = planFor([permit, note], gone, 4)
    expect([leftBehind.rescue, unsaved(leftBehind)]).toEqual([[], ['cto_Permit_Pier']])
    expect(planFor([permit, note, pairs], gone, 0).rescue).toEqual([])
    const lookup = says('EntityRelationship', 'cto_Permit_Pier', { EntityRelationshipType: 'one to many' })
    expect(unsaved(planFor([permit, note, lookup], gone, 4)), 'its links are the values of its lookup').toEqual([])
    expect(unsaved(planFor([permit, note], there('EnvironmentVariableDefinition', 'cto_Fee'), 1))).toEqual(['cto_Fee'])
  })

  it('names before anybody approves it what a rescue of rows and values cannot save, and nothing where nothing of that is there', () => {
    const table = there('Entity', 'cto_call')
    let rescued: Plan['rescue'] = []
    const linesFor = (left: ObservedComponent, installed: readonly DescribedComponent[], n = 3) => {
      const forecast = forecastContent(facts({ installed: [permit, note, ...installed], components: [...asIs, left] }))
      const solutions = [{ id: 's', uniqueName: 'Permits', version: version('1.0.0.0'), isManaged: true, publisherPrefix: 'cto' }]
      const counts = forecast.questions.map(() => exactly(n))
      const plan = buildPlan({ observed: buildObserved({ solutions }), content: { forecast, counts, unseen: [], fingerprint: 'f' } })
      rescued = plan.rescue.filter(({ table: of, contents }) => contents === true || of === 'activityparty')
      return plan.lines.filter(({ message }) => message.includes('does not save'))
    }
    const call = says('Entity', 'cto_call', { 'EntityInfo/entity/HasRelatedNotes': 'True', 'EntityInfo/entity/IsActivity': 'yes' })
    const photo = says('Attribute', 'cto_call.cto_photo', { Type: 'image' })
    const partyLists = { table: 'activityparty', columns: undefined, regarding: 'cto_call' }
    expect([linesFor(table, [call, photo]), rescued]).toEqual([[], [partyLists, { table: 'cto_call', columns: undefined, contents: true }]])
    expect([linesFor(table, [call, photo], 0), rescued]).toEqual([[], []])
    expect([linesFor(table, [says('Entity', 'cto_call', {})]), rescued]).toEqual([[], []])
    expect([linesFor(table, []), rescued[0]], 'what no definition denies may be').toEqual([[], partyLists])

    const file = there('Attribute', 'cto_permit.cto_plan')
    expect(linesFor(file, [says('Attribute', 'cto_permit.cto_plan', { Type: 'file' })])).toEqual([])
    expect(rescued, 'what a file column holds is saved').toEqual([{ table: 'cto_permit', columns: ['cto_plan'], contents: true }])
    expect([linesFor(file, [says('Attribute', 'cto_permit.cto_plan', { Type: 'nvarchar' })]), rescued]).toEqual([[], []])
    expect(linesFor(file, [says('Attribute', 'cto_permit.cto_plan', { Type: 'partylist' })])).toMatchObject([{ certainty: 'known' }])
  })

  it('keeps what was decided on it when a later version of Drover saves more before the same things go', () => {
    const plan = planWith([exactly(7), exactly(0)])
    const saving = { ...plan, rescue: [...plan.rescue, { table: 'cto_permit', columns: ['cto_plan'], contents: true as const }] }
    expect(hashPlan(saving, sha256)).toBe(hashPlan(plan, sha256))
    expect(hashPlan({ ...saving, steps: saving.steps.filter((step) => step !== 'rescue') }, sha256)).not.toBe(hashPlan(plan, sha256))
  })

  it('has nothing to save where nothing is lost', () => {
    const plan = planWith([exactly(0), exactly(0)])
    expect([plan.rescue, plan.saferWay, plan.content[0]?.comesBack]).toEqual([[], [], 'yes'])
  })

  it('takes what nobody counted for lost', () => {
    const plan = planWith([])
    expect(plan.content[0]?.losses.map((loss) => loss.count.kind)).toEqual(['unknown', 'unknown'])
    expect(plan.rescue).toHaveLength(1)
  })
})

describe('the fingerprint of what a plan touches', () => {
  const own = [{ uniqueName: 'Permits', version: version('1.0.0.0') }]
  const of = (components: readonly ObservedComponent[], dependants: readonly ObservedDependant[] = []): string =>
    fingerprintTarget({ own, target: { components, dependants, unseen: [] }, bindings: [] }, sha256)
  const column = (...layers: ObservedLayer[]) => [there('Attribute', 'cto_permit.cto_note', { layers })]

  it('changes when somebody edits a component, and not when the platform writes a row that says nothing', () => {
    const before = of(column(layer('Permits', 1)))
    expect(of(column(layer('Permits', 1), layer('Active', 2)))).not.toBe(before)
    expect(of(column(layer('Permits', 1), layer('Active', 2, { changed: ['modifiedon'] })))).toBe(before)
    expect(of([there('Attribute', 'cto_permit.cto_note')]), 'layers that nobody had to read').toBe(before)
  })

  it('changes when an edit is edited again, or a layer comes to lie on the other side of ours', () => {
    const before = of(column(layer('Permits', 1), layer('Harbour', 2)))
    expect(of(column(layer('Permits', 1), layer('Harbour', 2, { digest: 'Harbour-2' })))).not.toBe(before)
    expect(of(column(layer('Harbour', 1), layer('Permits', 2)))).not.toBe(before)
  })

  it('does not depend on the order in which things were read', () => {
    const two = [...column(layer('Permits', 1), layer('Harbour', 2)), there('Entity', 'cto_permit')]
    expect(of([...two].reverse())).toBe(of(two))
  })
})
