import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, buildPerson, personId, sha256, version } from '../../../test/support/domain-builders.ts'
import { buildObservation } from '../../../test/support/observation-builders.ts'
import type { ObservedComponent, ObservedLayer, Observation, ObservedSolution } from '#domain/environment'
import { toId } from '#domain/kernel'
import type { DriftFacts } from './drift-facts.ts'
import { assessDrift, isSameDrift } from './assess-drift.ts'
import { decideAccept, decideAdopt, decideRevert, decideRevertConfirmation, type DispositionFacts } from './decide-disposition.ts'
import type { Baseline, DriftAssessment, Tweak } from './drift.ts'
import type { EnvironmentRecord, NewEnvironmentEvent } from './environment-record.ts'
import { transportName } from './transport-name.ts'

const observedAt = at('2026-11-20T08:00:00Z')
const now = at('2026-11-20T09:00:00Z')
const editedAt = at('2026-11-18T12:00:00Z')

function solution(uniqueName: string, more: Partial<ObservedSolution> = {}): ObservedSolution {
  return {
    id: uniqueName,
    uniqueName,
    version: version('1.8.0.0'),
    isManaged: true,
    publisherPrefix: 'con',
    displayName: uniqueName,
    publisher: 'contoso',
    isVisible: true,
    installedAt: at('2026-11-01T08:00:00Z'),
    changedAt: at('2026-11-01T08:00:00Z'),
    changedBy: undefined,
    ...more,
  }
}

function layer(name: string, digest = 'd1', changed: readonly string[] | undefined = ['formxml']): ObservedLayer {
  return { solution: name, publisher: undefined, order: 1, writtenAt: editedAt, changed, digest }
}

function form(key: string, layers: ObservedComponent['layers'], more: Partial<ObservedComponent> = {}): ObservedComponent {
  return {
    kind: 'SystemForm',
    key,
    id: key,
    type: 60,
    name: `Form ${key}`,
    table: 'con_permit',
    solutions: ['Permits'],
    hasActiveRow: layers?.some(({ solution: name }) => name === 'Active') ?? false,
    layers,
    modified: { by: 'Mia', at: editedAt },
    ...more,
  }
}

const untouched = form('f0', [layer('Permits')])
const edited = form('f1', [layer('Permits'), layer('Active', 'hand')])

function observation(components: readonly ObservedComponent[], more: Partial<Observation> = {}): Observation {
  return buildObservation({ observedAt, solutions: [solution('Permits')], components, ...more })
}

function facts(observed: Observation, more: Partial<DriftFacts> = {}): DriftFacts {
  return {
    observation: observed,
    observationDigest: toId('sha256:1'),
    deployments: [
      {
        solution: 'Permits',
        version: version('1.8.0.0'),
        releaseId: toId('r-1'),
        promotionId: toId('p-1'),
        deployedAt: at('2026-11-01T08:00:00Z'),
        importJobIds: [],
      },
    ],
    bindings: [],
    governed: ['Permits'],
    baseline: undefined,
    tweaks: [],
    dispositions: {},
    foreignImports: [],
    isStrict: false,
    previous: undefined,
    now,
    originOf: ({ publisher }) => (publisher === 'microsoft' ? 'microsoft' : 'vendor'),
    harmlessBecause: (_component, { changed }) => (changed?.length === 0 ? 'It changes nothing.' : undefined),
    sha256,
    ...more,
  }
}

const only = (assessment: DriftAssessment) => assessment.deviations.map(({ id, class: kind }) => `${kind} ${id}`)

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

function tweakOf(assessment: DriftAssessment, more: Partial<Tweak>): Tweak {
  const deviation = assessment.deviations[0]
  return {
    id: 'tw-1',
    deviation: deviation?.id ?? '',
    digest: deviation?.digest ?? '',
    name: '',
    solution: undefined,
    reason: 'Auditors want it',
    owner: personId('olga'),
    decision: 'keep',
    acceptedBy: personId('olga'),
    acceptedAt: now,
    expiresAt: at('2026-12-20T09:00:00Z'),
    ...more,
  }
}

describe('a tweak', () => {
  const before = assessDrift(facts(observation([edited])))

  it('covers the change that was accepted, until it expires', () => {
    const tweaks = [tweakOf(before, {})]
    expect(only(assessDrift(facts(observation([edited]), { tweaks })))).toEqual(['tweak SystemForm:f1'])
    const later = assessDrift(facts(observation([edited]), { tweaks, now: at('2026-12-20T09:00:00Z') }))
    expect(later.deviations).toMatchObject([{ class: 'unregistered', reason: expect.stringContaining('2026-12-20') as string }])
  })

  it('does not cover the component once it is changed again', () => {
    const again = form('f1', [layer('Permits'), layer('Active', 'hand-2')])
    const assessment = assessDrift(facts(observation([again]), { tweaks: [tweakOf(before, {})] }))
    expect(assessment.deviations).toMatchObject([{ class: 'unregistered', reason: expect.stringContaining('changed again') as string }])
  })

  it('survives an upgrade that changes what lies below', () => {
    const upgraded = form('f1', [layer('Permits', 'shipped-2'), layer('Active', 'hand')])
    expect(only(assessDrift(facts(observation([upgraded]), { tweaks: [tweakOf(before, {})] })))).toEqual(['tweak SystemForm:f1'])
  })

  it('keeps the time since when a change has been there', () => {
    const next = assessDrift(facts(observation([edited], { observedAt: at('2026-11-25T08:00:00Z') }), { previous: before }))
    expect(next.deviations[0]?.since).toBe(before.deviations[0]?.since)
    expect(isSameDrift(before, next)).toBe(true)
  })

  it('is by design when the deployed release carries it, and a deviation again when it changes again', () => {
    const digest = before.deviations[0]?.digest ?? ''
    const released = {
      kind: 'adopt',
      state: 'released',
      solution: 'Permits',
      workId: 'w-1',
      branch: 'b',
      note: '',
      by: personId('olga'),
      digest,
    } as const
    const dispositions = { 'SystemForm:f1': released }
    expect(assessDrift(facts(observation([edited]), { dispositions })).deviations).toEqual([])
    const again = form('f1', [layer('Permits'), layer('Active', 'hand-2')])
    expect(only(assessDrift(facts(observation([again]), { dispositions })))).toEqual(['unregistered SystemForm:f1'])
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
        const baseline: Baseline = {
          observation: toId('sha256:1'),
          observedAt,
          acceptedBy: personId('olga'),
          acceptedAt: now,
          comment: '',
          deviations: Object.fromEntries(before.deviations.map(({ id, digest }) => [id, digest])),
          solutions: Object.fromEntries(observed.solutions.map((each) => [each.uniqueName, each.version])),
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

describe('a disposition', () => {
  const drift = assessDrift(facts(observation([edited]), {}))
  const record = { environmentId: toId('prod'), lane: 'prod', tweaks: [], drift, dispositions: {} } as unknown as EnvironmentRecord // the parts that decisions read
  const people = [
    buildPerson('olga', 'solution-owner'),
    buildPerson('egon', 'environment-owner'),
    buildPerson('mia', 'maker'),
    buildPerson('pat', 'platform-admin'),
  ]
  const by = (actor: string, more: Partial<DispositionFacts> = {}): DispositionFacts => ({
    environment: { id: toId('prod'), name: 'Prod', owner: personId('egon') },
    record,
    people,
    owners: { Permits: personId('olga') },
    actor: personId(actor),
    now,
    ...more,
  })
  const word = {
    deviation: 'SystemForm:f1',
    reason: 'Auditors',
    owner: personId('mia'),
    days: 30,
    decision: 'back-port',
    tweakId: 'tw-1',
    mostDays: 365,
  } as const
  const code = (result: { ok: boolean; refusal?: { code: string } }) => (result.ok ? 'ok' : result.refusal?.code)
  const withDisposition = (events: readonly NewEnvironmentEvent[]): EnvironmentRecord => ({
    ...record,
    dispositions: Object.fromEntries(
      events.flatMap((event) => (event.type === 'disposition-changed' ? [[event.data.deviation, event.data.disposition]] : [])),
    ),
  })

  it('is decided by the owner of the solution or of the environment, and by nobody else', () => {
    expect(code(decideAccept(by('olga'), word))).toBe('ok')
    expect(code(decideAccept(by('egon'), word))).toBe('ok')
    expect(code(decideAccept(by('mia'), word))).toBe('drift.not-allowed')
    expect(code(decideAdopt(by('pat'), { deviations: ['SystemForm:f1'], workId: 'w-1' }))).toBe('drift.not-allowed')
  })

  it('needs a reason, a declared owner and an end within what the policy allows', () => {
    expect(code(decideAccept(by('olga'), { ...word, reason: ' ' }))).toBe('drift.reason-missing')
    expect(code(decideAccept(by('olga'), { ...word, owner: personId('nobody') }))).toBe('drift.owner-unknown')
    for (const days of [0, -1, 1.5, 366, Number.NaN]) expect(code(decideAccept(by('olga'), { ...word, days }))).toBe('drift.days-refused')
    expect(code(decideAccept(by('olga'), { ...word, deviation: 'SystemForm:f9' }))).toBe('drift.unknown')
  })

  it('of a revert needs a second person: the owner of the environment, or an admin where that owner asked', () => {
    const asked = decideRevert(by('olga'), { deviation: 'SystemForm:f1', reason: 'A slip' })
    if (!asked.ok) throw new Error(asked.refusal.message)
    const waiting = withDisposition(asked.value)
    expect(code(decideRevertConfirmation(by('olga', { record: waiting }), { deviation: 'SystemForm:f1', workId: 'w-1' }))).toBe(
      'drift.same-person',
    )
    expect(code(decideRevertConfirmation(by('pat', { record: waiting }), { deviation: 'SystemForm:f1', workId: 'w-1' }))).toBe(
      'drift.not-allowed',
    )
    expect(code(decideRevertConfirmation(by('egon', { record: waiting }), { deviation: 'SystemForm:f1', workId: 'w-1' }))).toBe('ok')
    expect(code(decideRevertConfirmation(by('egon'), { deviation: 'SystemForm:f1', workId: 'w-1' }))).toBe('drift.not-proposed')
    const byOwner = decideRevert(by('egon'), { deviation: 'SystemForm:f1', reason: 'A slip' })
    if (!byOwner.ok) throw new Error(byOwner.refusal.message)
    expect(
      code(decideRevertConfirmation(by('pat', { record: withDisposition(byOwner.value) }), { deviation: 'SystemForm:f1', workId: 'w-1' })),
    ).toBe('ok')
  })

  it('of a revert lapses when somebody changes the component again', () => {
    const asked = decideRevert(by('olga'), { deviation: 'SystemForm:f1', reason: 'A slip' })
    if (!asked.ok) throw new Error(asked.refusal.message)
    const again = assessDrift(facts(observation([form('f1', [layer('Permits'), layer('Active', 'hand-2')])])))
    expect(
      code(
        decideRevertConfirmation(by('egon', { record: { ...withDisposition(asked.value), drift: again } }), {
          deviation: 'SystemForm:f1',
          workId: 'w-1',
        }),
      ),
    ).toBe('drift.changed-since')
  })

  it('adopts and reverts only what is by hand on a solution of ours', () => {
    const foreign = assessDrift(
      facts(
        observation([form('f1', [layer('Vendor'), layer('Active')], { solutions: ['Vendor'] })], {
          solutions: [solution('Permits'), solution('Vendor')],
        }),
      ),
    )
    for (const { id } of foreign.deviations) {
      expect(code(decideRevert(by('egon', { record: { ...record, drift: foreign } }), { deviation: id, reason: 'x' }))).toBe(
        'drift.not-ours',
      )
      expect(code(decideAdopt(by('egon', { record: { ...record, drift: foreign } }), { deviations: [id], workId: 'w-1' }))).toBe(
        'drift.not-ours',
      )
    }
  })

  it('is not begun twice', () => {
    const adopted = decideAdopt(by('olga'), { deviations: ['SystemForm:f1'], workId: 'w-1' })
    if (!adopted.ok) throw new Error(adopted.refusal.message)
    expect(
      code(decideAdopt(by('olga', { record: withDisposition(adopted.value.events) }), { deviations: ['SystemForm:f1'], workId: 'w-1' })),
    ).toBe('drift.busy')
    expect(code(decideAdopt(by('olga'), { deviations: [], workId: 'w-1' }))).toBe('drift.nothing-named')
  })
})

describe('an import past Drover', () => {
  const operation = {
    kind: 'import',
    solution: 'Permits',
    version: version('1.8.0.0'),
    startedAt: at('2026-11-19T08:00:00Z'),
    endedAt: undefined,
    isSuccess: true,
    by: { userId: 'm', name: 'Mia', isApplication: false },
    importJobId: 'theirs',
  } as const
  const foreign = { operation, certainty: 'certain', message: 'Permits 1.8.0.0 was imported by Mia.', isLate: false } as const
  const own = { ...operation, importJobId: 'ours', by: undefined }
  const deployedWith = (importJobIds: readonly string[]) => facts(observation([])).deployments.map((each) => ({ ...each, importJobIds }))

  it('of what Drover deployed breaks it, in the same version too, with who and when', () => {
    const { deviations } = assessDrift(facts(observation([untouched]), { foreignImports: [foreign] }))
    expect(deviations).toMatchObject([
      { id: 'import:theirs', class: 'broken', solution: 'Permits', who: { name: 'Mia' }, when: operation.startedAt },
    ])
  })

  it('is over when Drover deploys that solution again, whatever our clock says', () => {
    const later = { ...own, startedAt: at('2026-11-19T09:00:00Z') }
    const earlier = { ...own, startedAt: at('2026-11-19T07:00:00Z') }
    const seen = (operations: Observation['operations']) =>
      only(assessDrift(facts(observation([], { operations }), { foreignImports: [foreign], deployments: deployedWith(['ours']) })))
    expect(seen([later])).toEqual([])
    expect(seen([earlier])).toEqual(['broken import:theirs'])
    expect(seen([{ ...later, isSuccess: false }])).toEqual(['broken import:theirs'])
  })

  it('is only named where it failed, and needs a word where nobody can tell whose it is', () => {
    const seen = (given: DriftFacts['foreignImports'][number]) => only(assessDrift(facts(observation([]), { foreignImports: [given] })))
    expect(seen({ ...foreign, operation: { ...operation, isSuccess: false } })).toEqual(['foreign-solution import:theirs'])
    expect(seen({ ...foreign, certainty: 'unknown' })).toEqual(['unregistered import:theirs'])
    expect(seen({ ...foreign, operation: { ...operation, solution: 'Maps' } })).toEqual([])
  })
})

describe('a layer that is left over from an adopted change', () => {
  const adopted = {
    kind: 'adopt',
    state: 'released',
    by: personId('ada'),
    note: '',
    workId: 'w1',
    branch: 'b',
    solution: 'Permits',
    judgedBy: toId<never>('r-1'),
  } as const
  const digest = assessDrift(facts(observation([edited]))).deviations[0]?.digest ?? ''
  const disposition = { ...adopted, digest }
  const asked = { kind: 'revert', state: 'proposed', by: personId('ada'), note: '', digest, after: disposition } as const

  it('is no deviation, and is named since it would hide the next release', () => {
    const { deviations, leftovers } = assessDrift(facts(observation([edited]), { dispositions: { 'SystemForm:f1': disposition } }))
    expect([deviations, leftovers?.map(({ id, class: kind }) => [id, kind])]).toEqual([[], [['SystemForm:f1', 'by-design']]])
  })

  it('stays what it is while its revert is asked for, until another release is deployed', () => {
    const dispositions = { 'SystemForm:f1': asked }
    expect(assessDrift(facts(observation([edited]), { dispositions })).deviations).toEqual([])
    const deployments = facts(observation([])).deployments.map((each) => ({ ...each, releaseId: toId<never>('r-2') }))
    expect(only(assessDrift(facts(observation([edited]), { dispositions, deployments })))).toEqual(['unregistered SystemForm:f1'])
  })
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

it('names a solution of others that went since the baseline was accepted', () => {
  const baseline: Baseline = {
    observation: toId('sha256:1'),
    observedAt,
    acceptedBy: personId('olga'),
    acceptedAt: observedAt,
    comment: 'As handed over',
    deviations: {},
    solutions: { Permits: version('1.8.0.0'), Maps: version('2.0.0.0') },
  }
  expect(only(assessDrift(facts(observation([]), { baseline })))).toEqual(['foreign-solution solution:Maps'])
})
