import { describe, expect, it } from 'vitest'
import { celConditions } from '#adapters/cel'
import type { Decision } from '#domain/approval'
import type { AttemptId, Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Rehearsal } from '#domain/environment'
import { dataOwnersOf } from '#domain/environment'
import type { DemandChange, PeopleGateKind } from '#domain/pipeline'
import { gateName } from '#domain/pipeline'
import type { PlannedComponent } from '#domain/plan'
import { applyOverride, shippedPolicy } from '#domain/policy'
import type { KnownGood } from '#domain/recovery'
import type { Tier } from '#domain/solution'
import { at, buildEnvironment, buildRecoveryPlan, buildRequestFacts, personId, version } from '../../../test/support/domain-builders.ts'
import { decideRequest } from './decide-request.ts'
import type { Attempt, Promotion } from './promotion.ts'
import type { RecordedPromotion, Replay } from './replay-policy.ts'
import { addReplay, noReplays, replayPromotion } from './replay-policy.ts'

const said: Readonly<Record<Tier, readonly (readonly [PeopleGateKind, string])[]>> = {
  1: [],
  2: [['approval', 'ben']],
  3: [
    ['review', 'rita'],
    ['uat', 'olga'],
    ['security', 'sam'],
    ['approval', 'ben'],
  ],
  4: [],
}

/** A promotion into production that was asked for on 2 November at 9, decided on at 10, and began at `begun`. */
function recorded(tier: Tier, begun: string | undefined, changes: Partial<RecordedPromotion> = {}): RecordedPromotion {
  const facts = buildRequestFacts(tier)
  const decided = decideRequest(facts)
  const [event] = decided.ok ? decided.value : []
  if (event?.type !== 'promotion-requested') throw new Error(JSON.stringify(decided))
  const { request } = event.data
  const decisions = said[tier].map(
    ([gate, by]): Decision => ({
      gate,
      by: personId(by),
      verdict: 'approve',
      comment: '',
      at: at('2026-11-02T10:00:00Z'),
      boundTo: request.boundTo,
    }),
  )
  const attempt = (startedAt: Instant): Attempt => ({
    ...{ id: toId<AttemptId>('a-1'), startedAt, finishedAt: startedAt, steps: [], before: undefined },
    jobs: { importJobId: undefined, asyncOperationId: undefined, importState: undefined },
  })
  const promotion: Promotion = {
    ...{
      request,
      decisions,
      earlierAttempts: [],
      acknowledgements: [],
      rescues: [],
      migration: undefined,
      renewed: undefined,
      tag: undefined,
      tagFailure: undefined,
    },
    status:
      begun === undefined
        ? { state: 'withdrawn', by: personId('maria') }
        : { state: 'succeeded', attempt: attempt(at(begun)), verification: [] },
  }
  return {
    promotion,
    release: facts.release,
    configuration: facts.configuration,
    policy: shippedPolicy,
    arrivedBefore: at('2026-10-01T09:00:00Z'),
    rehearsals: [],
    before: undefined,
    ...changes,
  }
}

function replay(of: RecordedPromotion, values: Readonly<Record<string, unknown>> = {}, demands: readonly DemandChange[] = []): Replay {
  const changed = Object.entries(values).map(([path, value]) => ({ path, value, reason: 'this test' }))
  return replayPromotion(of, applyOverride(shippedPolicy, { values: changed, demands }), celConditions)
}

const dataOwner = dataOwnersOf(buildEnvironment('prod', 'production', 'pet'))[0] ?? personId('olga')
const tier2 = recorded(2, '2026-11-02T10:00:00Z')
const tier3 = recorded(3, '2026-11-03T09:00:00Z')

function told({ outcome, hours, reasons, unknown }: Replay): readonly unknown[] {
  return [outcome, hours, [...reasons, ...unknown].map(({ subject }) => subject)]
}

describe('a promotion under another policy', () => {
  it('goes as it went where nothing of that policy concerns it', () => {
    expect(told(replay(tier2))).toEqual(['same', 0, []])
    expect(told(replay(tier3))).toEqual(['same', 0, []])
    expect(told(replay(tier2, { 'tiers.3.reviewWindowHours': 500, 'tiers.4.pet': [], 'care.rebuildDays': 1 }))).toEqual(['same', 0, []])
  })

  it('is stopped where what nobody could tell takes a waiver and somebody gave a word, and is not guessed where nobody was asked', () => {
    const line = { subject: 'Permits', message: 'Its layers could not be read.' }
    const untold = (answers: Partial<Promotion>): RecordedPromotion => {
      const { request } = tier2.promotion
      const plan = { ...request.plan, lines: [...request.plan.lines, { ...line, effect: 'warn' as const, certainty: 'unknown' as const }] }
      return { ...tier2, promotion: { ...tier2.promotion, request: { ...request, plan }, ...answers } }
    }
    const word = { by: personId('ben'), at: at('2026-11-02T09:30:00Z'), comment: 'I looked.', of: [line] }
    const answered = untold({ unknownAcknowledged: [{ ...word, artifact: tier2.promotion.request.boundTo.artifact }] })
    const waived = { 'gates.unknownIntoPet.2': 'waived' }
    expect(told(replay(answered))).toEqual(['same', 0, []])
    expect(told(replay(answered, waived))).toEqual(['stopped', 0, [gateName('preflight')]])
    expect(told(replay(untold({}), waived))).toEqual(['unknown', 0, [gateName('preflight')]])
  })

  it.each<[string, RecordedPromotion, Readonly<Record<string, unknown>>, readonly unknown[]]>([
    [
      'a gate of people that nobody was asked at',
      tier2,
      { 'tiers.2.pet': ['previous-stage', 'approval', 'security'] },
      ['stopped', 0, ['security sign-off']],
    ],
    ['more different people', tier2, { 'tiers.2.distinctPeople': 3 }, ['stopped', 0, ['different people']]],
    ['a role that its approver did not have', tier2, { 'gateRoles.approval': ['solution-owner'] }, ['stopped', 0, ['approval']]],
    ['a role that its requester did not have', tier2, { mayRequest: ['platform-admin'] }, ['stopped', 0, ['requester']]],
    ['checks that are younger', tier2, { checksValidForDays: 0.5 }, ['stopped', 0, ['checks']]],
    ['a tier that enters no pet', tier2, { 'tiers.2.mayEnterPet': false }, ['stopped', 0, ['tier']]],
    ['a longer review window', tier3, { 'tiers.3.reviewWindowHours': 48 }, ['longer', 24, ['time']]],
    ['a shorter one', tier3, { 'tiers.3.reviewWindowHours': 4 }, ['sooner', 20, ['time']]],
    ['one that is shorter than people took', tier3, { 'tiers.3.reviewWindowHours': 0 }, ['sooner', 23, ['time']]],
    [
      'a place that must be named where it is watched',
      tier2,
      { 'gates.monitoring.2': 'required' },
      ['stopped', 0, [gateName('validation')]],
    ],
    [
      'a gate of machines that was not asked',
      tier2,
      { 'tiers.2.everyStage': ['checks', 'settings', 'preflight', 'version-rises', 'train'] },
      ['unknown', 0, ['releases before it in the train']],
    ],
  ])('is told of %s', (_, of, values, expected) => {
    expect(told(replay(of, values))).toEqual(expected)
  })

  it('is told of more time in the stage before, where it is known when it came there', () => {
    const arrived = (arrivedBefore: Instant | undefined) => told(replay({ ...tier3, arrivedBefore }, { 'gates.soakHours.3': 72 }))
    expect(arrived(at('2026-11-01T09:00:00Z'))).toEqual(['longer', 24, ['time']])
    expect(arrived(at('2026-10-01T09:00:00Z'))).toEqual(['same', 0, []])
    expect(arrived(undefined)).toEqual(['unknown', 0, ['time in the previous stage']])
  })

  it('is told of a way back that was practised, but not then', () => {
    const values = { 'tiers.2.recovery': { kind: 'rehearsed', within: 30 } }
    const knownGood: KnownGood = {
      ...{ releaseId: toId('r-0'), promotionId: undefined, version: version('1.3.0.0'), digest: toId('sha256:0'), deployedAt: undefined },
    }
    const recovery = buildRecoveryPlan({ installed: version('1.3.0.0'), knownGood, goodContent: [] })
    const { promotion } = tier2
    const later = { ...tier2, promotion: { ...promotion, request: { ...promotion.request, recovery } } }
    const practised = (finishedAt: string): Rehearsal => ({
      ...{
        id: 'r-1',
        solution: 'Permits',
        environmentId: toId('prod'),
        sandboxId: toId('box'),
        way: 'redeploy',
      },
      ...{ from: undefined, to: undefined, startedAt: at(finishedAt), finishedAt: at(finishedAt), durationMs: 1, outcome: 'succeeded' },
      ...{ notes: [], by: personId('olga') },
    })
    const outcomes = ['2026-10-20T09:00:00Z', '2026-11-20T09:00:00Z'].map(
      (when) => replay({ ...later, rehearsals: [practised(when)] }, values).outcome,
    )
    expect(outcomes).toEqual(['same', 'stopped'])
    expect(replay({ ...later, rehearsals: undefined }, values).outcome).toBe('unknown')
  })

  it('is told of a longer watch over what went in before it', () => {
    const first = recorded(3, '2026-11-01T09:00:00Z').promotion
    const said = (when: string): Promotion => ({
      ...first,
      validations: [{ of: 'watch', outcome: 'passed', by: personId('olga'), at: at(when), note: 'Well.' }],
    })
    const longer = (before: Promotion | null | undefined) => told(replay({ ...tier3, before }, { 'gates.watchHours.3': 72 }))
    expect(longer(said('2026-11-02T12:00:00Z'))).toEqual(['longer', 24, ['time']])
    expect(longer(undefined)).toEqual(['same', 0, []])
    expect(longer(null)).toEqual(['unknown', 0, [gateName('validation')]])
    expect(longer(said('2026-11-05T12:00:00Z'))).toEqual(['unknown', 0, [gateName('validation')]])
    expect(told(replay({ ...tier3, before: said('2026-11-02T12:00:00Z') }, { 'gates.watchHours.3': 24 }))[0]).not.toBe('stopped')
  })

  it('is told of data that fewer owners let go than that policy asks, or for longer than it lets them', () => {
    const { promotion } = tier2
    const losses = [{ kind: 'rows', count: { kind: 'exact', n: 3, method: 'counted now' } }]
    const gone = {
      kind: 'Entity',
      key: 'cto_dog',
      name: 'Dog',
      effect: 'destroy',
      class: 'destructive',
      losses,
    } as unknown as PlannedComponent // as far as losses are looked at
    const word = {
      ...{ subject: 'Entity:cto_dog', by: dataOwner, ceiling: 3, artifact: promotion.request.boundTo.artifact, comment: '' },
      ...{ at: at('2026-10-20T09:00:00Z'), expiresAt: at('2026-12-01T09:00:00Z') },
    }
    const request = { ...promotion.request, plan: { ...promotion.request.plan, content: [gone] } }
    const losing = { ...tier2, promotion: { ...promotion, request, acknowledgements: [word] } }
    expect(told(replay(losing))).toEqual(['same', 0, []])
    expect(told(replay(losing, { 'tiers.2.lossAcknowledgers': 2 }))).toEqual(['stopped', 0, [gateName('losses')]])
    expect(told(replay(losing, { 'care.acknowledgementDays': 7 }))).toEqual(['stopped', 0, [gateName('losses')]])
  })

  it('is told of a demand whose condition holds for it', () => {
    const demand = (when: string): DemandChange => ({ id: 'x', when, gates: ['security'], reason: 'this test' })
    expect(told(replay(tier2, {}, [demand('"maker" in requester.roles')]))).toEqual(['stopped', 0, ['security sign-off']])
    expect(told(replay(tier2, {}, [demand('tier == 4')]))).toEqual(['same', 0, []])
  })

  it('that waited for something else is not said to be delayed by what ran beside', () => {
    const late = recorded(3, '2026-11-10T09:00:00Z')
    expect(told(replay(late, { 'tiers.3.reviewWindowHours': 48 }))).toEqual(['same', 0, []])
  })

  it('that went past a time by name is told neither of less of it nor of more', () => {
    const waived = recorded(3, '2026-11-03T09:00:00Z', { arrivedBefore: at('2026-11-03T08:00:00Z') })
    for (const hours of [0, 12, 48]) expect(replay(waived, { 'gates.soakHours.3': hours })).toMatchObject({ outcome: 'same', hours: 0 })
  })

  it('that never began is only counted, and one whose release or configuration is gone is unknown', () => {
    expect(replay(recorded(2, undefined)).outcome).toBe('never-began')
    expect(replay({ ...tier2, release: undefined }).outcome).toBe('unknown')
    expect(replay({ ...tier2, configuration: undefined }).outcome).toBe('unknown')
  })

  it('is summed with the others, by tier', () => {
    const replays = [replay(tier2, { 'tiers.2.distinctPeople': 3 }), replay(tier3, { 'tiers.3.reviewWindowHours': 48 }), replay(tier3)]
    const sums = replays.reduce(addReplay, noReplays)
    expect(sums).toMatchObject({ promotions: 3, outcomes: { stopped: 1, longer: 1, same: 1 }, delayHours: 24 })
    expect(sums.tiers).toEqual({ 2: { promotions: 1, stopped: 1, delayHours: 0 }, 3: { promotions: 2, stopped: 0, delayHours: 24 } })
  })
})
