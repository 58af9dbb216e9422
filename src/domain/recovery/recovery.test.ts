import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { DescribedComponent } from '#domain/difference'
import type { Rehearsal } from '#domain/environment'
import type { Digest, EnvironmentId, PromotionId, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import { at, buildRecoveryPlan, personId, version } from '../../../test/support/domain-builders.ts'
import { judgeReadiness } from './judge-readiness.ts'
import type { RanThere } from './known-good.ts'
import { findKnownGood } from './known-good.ts'
import { bindRecovery, diffRecovery, preferredWay } from './plan-recovery.ts'
import type { TrainStop } from './plan-train-recovery.ts'
import { planTrainRecovery } from './plan-train-recovery.ts'
import type { KnownGood } from './recovery.ts'

const now = at('2026-11-02T09:00:00Z')

function component(kind: string, key: string, parent?: string): DescribedComponent {
  return { kind, key, displayName: undefined, parent, facts: [] }
}

const boat = component('Entity', 'hand_boat')
const log = component('Entity', 'hand_log')
const logNote = component('Attribute', 'hand_log.hand_note', 'Entity:hand_log')
const boatFlag = component('Attribute', 'hand_boat.hand_flag', 'Entity:hand_boat')

const knownGood: KnownGood = {
  releaseId: toId('r-1'),
  promotionId: toId<PromotionId>('p-0'),
  version: version('1.3.0.0'),
  digest: toId<Digest>('sha256:1'),
  deployedAt: at('2026-10-01T09:00:00Z'),
}

/** Permits 1.3 is good, and 1.4 adds a log and a flag. */
function fromNext(changes: Parameters<typeof buildRecoveryPlan>[0] = {}) {
  return buildRecoveryPlan({
    installed: version('1.3.0.0'),
    knownGood,
    goodContent: [boat],
    leaving: { version: version('1.4.0.0'), content: [boat, log, logNote, boatFlag] },
    ...changes,
  })
}

describe('what is known good', () => {
  function ran(id: string, changes: Partial<RanThere> = {}): RanThere {
    const ids = { releaseId: toId<ReleaseId>(`r-${id}`), promotionId: toId<PromotionId>(`p-${id}`), contentOf: toId<ReleaseId>(`r-${id}`) }
    return { ...knownGood, ...ids, deployedAt: now, recoveredFrom: undefined, ...changes }
  }
  const before = (history: readonly RanThere[], leaving?: string) =>
    findKnownGood(history, leaving === undefined ? undefined : toId<ReleaseId>(leaving))

  it('is the newest that ran there before what is left', () => {
    expect(before([ran('2'), ran('1')])?.releaseId).toBe('r-2')
    expect(before([ran('2'), ran('1')], 'r-2')?.releaseId).toBe('r-1')
    expect(before([ran('1')], 'r-1')).toBeUndefined()
  })

  it('is never what a recovery has left since, nor the same content under another version', () => {
    const recovered = ran('3', { contentOf: toId('r-1'), recoveredFrom: toId<PromotionId>('p-2') })
    expect(before([recovered, ran('2'), ran('1')], 'r-1')).toBeUndefined()
    expect(before([recovered, ran('2'), ran('1'), ran('0')], 'r-1')?.releaseId).toBe('r-0')
    // Deployed again after it was left, and mended in its settings, it is good again.
    expect(before([ran('2', { promotionId: toId<PromotionId>('p-2b') }), recovered, ran('2'), ran('1')])?.promotionId).toBe('p-2b')
  })

  it('is nothing that a recovery passed over on its way further back', () => {
    const recovered = ran('4', { contentOf: toId('r-1'), recoveredFrom: toId<PromotionId>('p-3') })
    expect(before([recovered, ran('3'), ran('2'), ran('1')], 'r-1')).toBeUndefined()
    expect(before([recovered, ran('3'), ran('2'), ran('1'), ran('0')], 'r-1')?.releaseId).toBe('r-0')
  })

  it('never is what is left, whatever happened there', () => {
    const step = fc.record({ content: fc.nat({ max: 4 }), from: fc.option(fc.nat({ max: 8 }), { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 9 }), fc.nat({ max: 4 }), (steps, leaving) => {
        const history = steps.map(({ content, from }, index) =>
          ran(String(index), {
            contentOf: toId<ReleaseId>(`r-${content}`),
            recoveredFrom: from === undefined ? undefined : toId<PromotionId>(`p-${from}`),
          }),
        )
        const good = before(history, `r-${leaving}`)
        if (good === undefined) return
        expect(good.contentOf).not.toBe(`r-${leaving}`)
        const later = history.slice(0, history.indexOf(good))
        expect(later.some(({ recoveredFrom }) => recoveredFrom === good.promotionId)).toBe(false)
      }),
    )
  })
})

describe('the way back from a release', () => {
  it('of the first release is taking it away, with what will be in it', () => {
    const plan = buildRecoveryPlan({ leaving: { version: version('1.0'), content: [boat, boatFlag] } })
    expect(plan.ways.map(({ kind }) => kind)).toEqual(['uninstall', 'roll-forward', 'restore'])
    expect(plan.ways[0]?.losses.map(({ subject }) => subject)).toEqual(['Entity:hand_boat'])
  })

  it('of the first release into a pet cannot be gone where no restore point can be taken', () => {
    const environment = { id: toId<EnvironmentId>('prod'), name: 'Production', careClass: 'pet', hasAdministration: false } as const
    expect(preferredWay(buildRecoveryPlan({ environment }))?.kind).toBe('roll-forward')
    expect(preferredWay(buildRecoveryPlan({ environment: { ...environment, careClass: 'cattle' } }))?.kind).toBe('uninstall')
  })

  it('is the same bytes first, as far as can be told, and then the same content under a higher version', () => {
    const plan = fromNext()
    expect(plan.ways.map(({ kind, certainty }) => [kind, certainty])).toEqual([
      ['redeploy', 'assumed'],
      ['repack', 'assumed'],
      ['roll-forward', 'assumed'],
      ['restore', 'assumed'],
    ])
    expect(plan.ways[0]?.losses).toEqual([])
    expect(plan.ways[1]?.losses.map(({ subject, losses }) => [subject, losses.map(({ kind }) => kind)])).toEqual([
      ['Entity:hand_log', ['rows']],
      ['Attribute:hand_boat.hand_flag', ['values']],
    ])
  })

  it('is the higher version where the place has refused a lower one, and neither where the bytes are gone', () => {
    const refused = fromNext({ redeployRefused: '0x80048541' })
    expect([preferredWay(refused)?.kind, refused.ways[1]?.obstacles.length]).toEqual(['repack', 1])
    expect(preferredWay(fromNext({ goodContent: undefined }))?.kind).toBe('roll-forward')
  })

  it('of a brown field says that its bytes may not exist', () => {
    const plan = fromNext({ knownGood: undefined, goodContent: undefined })
    expect(plan.ways[0]).toMatchObject({
      kind: 'baseline',
      certainty: 'unknown',
      obstacles: [{ message: expect.stringContaining('may exist nowhere else') }],
    })
    expect(preferredWay(plan)?.kind).toBe('roll-forward')
  })

  it('is never a restore point, which is listed until it expires', () => {
    const point = { id: '1', label: 'a', rewindsTo: now, why: 'before 1.4' }
    const plan = fromNext({
      restorePoints: [
        { ...point, expiresAt: at('2026-11-09T09:00:00Z') },
        { ...point, id: '2', expiresAt: at('2026-11-01T09:00:00Z') },
      ],
    })
    expect(plan.restorePoints.map(({ id }) => id)).toEqual(['1'])
    const blocked = {
      ...plan,
      ways: plan.ways.map((way) => (way.kind === 'restore' ? way : { ...way, obstacles: [{ subject: 'x', message: 'x' }] })),
    }
    expect([preferredWay(blocked), judge(blocked, 2).state]).toEqual([undefined, 'closed'])
  })

  it('is what decisions are bound to, by its kind and the release that it goes back to', () => {
    expect(bindRecovery(fromNext())).toBe('redeploy:r-1')
    expect(diffRecovery(fromNext(), fromNext({ rescued: [{ table: 'hand_boat', columns: undefined }] }))).toEqual([])
    expect(diffRecovery(fromNext(), fromNext({ goodContent: undefined }))).toHaveLength(1)
    expect(diffRecovery(fromNext(), fromNext({ knownGood: { ...knownGood, releaseId: toId('r-0') } }))).toHaveLength(1)
  })
})

function judge(plan: ReturnType<typeof fromNext>, tier: 1 | 2 | 3 | 4, rehearsals: readonly Rehearsal[] = []) {
  const facts = { version: version('1.4.0.0'), rehearsals, now, environment: 'prod' }
  return judgeReadiness(plan, { ...facts, demand: shippedPolicy.tiers[tier].recovery })
}

function rehearsal(changes: Partial<Rehearsal> = {}): Rehearsal {
  const [environmentId, sandboxId] = [toId<EnvironmentId>('prod'), toId<EnvironmentId>('sandbox')]
  return {
    ...{ id: 'x', solution: 'Permits', environmentId, sandboxId, way: 'repack', from: version('1.2.0.0'), to: version('1.1.0.0') },
    ...{
      startedAt: now,
      finishedAt: at('2026-06-01T09:00:00Z'),
      durationMs: 600_000,
      outcome: 'succeeded',
      notes: [],
      by: personId('olga'),
    },
    ...changes,
  }
}

describe('how well the way back must be known', () => {
  it('is nothing at Tier 1, written down at Tier 2, rehearsed within a year at Tier 3, and with the major version at Tier 4', () => {
    const states = ([1, 2, 3, 4] as const).map((tier) => [judge(fromNext(), tier).state, judge(fromNext(), tier, [rehearsal()]).state])
    expect(states).toEqual([
      ['open', 'open'],
      ['open', 'open'],
      ['pending', 'open'],
      ['pending', 'open'],
    ])
  })

  it.each([
    ['failed', 3, { outcome: 'failed' }],
    ['was of another solution', 3, { solution: 'Other' }],
    ['is older than a year', 3, { finishedAt: at('2025-11-01T09:00:00Z') }],
    ['was only a restore', 3, { way: 'restore' }],
    ['went a way that is none of its ways', 3, { way: 'uninstall' }],
    ['was of another major version', 4, { from: version('2.0') }],
  ] as const)('does not count a rehearsal that %s', (_what, tier, changes) => {
    expect(judge(fromNext(), tier, [rehearsal(changes)]).state).toBe('pending')
  })

  it('is not known well enough where the bytes are gone that were practised with', () => {
    const gone = judge(fromNext({ goodContent: undefined }), 3, [rehearsal()])
    expect([gone.state, JSON.stringify(gone.reasons)]).toEqual(['closed', expect.stringContaining('are not in the store')])
  })

  it('asks no rehearsal of what cannot have been practised, and does not call that known', () => {
    expect(judge(buildRecoveryPlan(), 4)).toMatchObject({ state: 'open', hasUnknown: true })
    expect(judge(fromNext({ knownGood: undefined, goodContent: undefined }), 4)).toMatchObject({ state: 'open', hasUnknown: true })
  })

  it('is not known where nobody planned it', () => {
    const facts = { version: version('1.4.0.0'), rehearsals: [], now, environment: 'prod' }
    expect(judgeReadiness(undefined, { ...facts, demand: shippedPolicy.tiers[2].recovery }).state).toBe('closed')
  })
})

describe('going back by an update', () => {
  it('names what stays behind, of a new table the table alone', () => {
    const [redeploy] = fromNext().ways
    expect(redeploy?.steps.join(' ')).toContain('an update removes nothing: table hand_log, column hand_boat.hand_flag.')
    const many = Array.from({ length: 12 }, (_, at) => component('Attribute', `hand_boat.hand_${at}`, 'Entity:hand_boat'))
    const [long] = fromNext({ leaving: { version: version('1.4.0.0'), content: [boat, ...many] } }).ways
    expect(long?.steps.join(' ')).toContain('column hand_boat.hand_9 and 2 more.')
  })
})

describe('a policy that holds redeploying for no way back', () => {
  it('has it stand last, with who says so against it', () => {
    const { ways } = fromNext({ redeployBarred: 'crmcurator.com: it is not the same thing' })
    expect(ways.map(({ kind }) => kind)).toEqual(['repack', 'redeploy', 'roll-forward', 'restore'])
    expect(ways[1]?.obstacles).toEqual([{ subject: 'C6', message: expect.stringContaining('crmcurator.com') as string }])
    expect(preferredWay({ ways })?.kind).toBe('repack')
  })
})

describe('a train that failed', () => {
  function stop(solution: string, state: string, mayBeIn = true): TrainStop {
    const recovery = solution === 'Base' ? buildRecoveryPlan({ solution }) : fromNext({ solution })
    return { promotionId: toId(`p-${solution}`), solution, version: version('1.4'), state, mayBeIn, recovery }
  }
  const train = [
    stop('Base', 'succeeded'),
    stop('Core', 'succeeded'),
    stop('App', 'failed'),
    stop('Extras', 'pending'),
    stop('Reports', 'pending'),
  ]

  it('at the third of five withdraws what waits, and goes back in reverse', () => {
    const steps = planTrainRecovery(train)
    expect(steps.map(({ solution, deed, way }) => [solution, deed, way])).toEqual([
      ['Extras', 'withdraw', undefined],
      ['Reports', 'withdraw', undefined],
      ['App', 'go-back', 'redeploy'],
      ['Core', 'go-back', 'redeploy'],
      ['Base', 'go-back', 'uninstall'],
    ])
  })

  it('takes nothing away where an import failed and nothing of it is there', () => {
    const [app] = planTrainRecovery([stop('App', 'failed', false)])
    expect([app?.deed, app?.message]).toEqual(['hold', expect.stringContaining('what was there before still is')])
  })

  it('leaves out nothing that may have gone in, and never takes a base away before what stands on it', () => {
    const states = fc.constantFrom('succeeded', 'failed', 'pending', 'errored', 'indeterminate', 'withdrawn')
    fc.assert(
      fc.property(fc.array(states, { minLength: 1, maxLength: 6 }), (each) => {
        const stops = each.map((state, index) => stop(`S${index}`, state))
        const steps = planTrainRecovery(stops)
        const begun = stops.filter(({ state }) => state !== 'pending')
        const touched = steps.filter(({ deed }) => deed !== 'withdraw').map(({ solution }) => solution)
        expect(touched).toEqual(begun.map(({ solution }) => solution).reverse())
      }),
    )
  })
})
