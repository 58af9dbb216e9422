import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision } from '#domain/approval'
import type { PromotionId, ReleaseId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { planPromotion } from '#domain/plan'
import { shippedPolicy } from '#domain/policy'
import type { NewPromotionEvent, Promotion, PromotionEvent, TrainMate, TrainStanding } from '#domain/promotion'
import { decideRequest, decideStart, evaluateGates, evaluateTrain, evolvePromotion, judgeStanding } from '#domain/promotion'
import type { Release } from '#domain/release'
import type { Tier } from '#domain/solution'
import {
  at,
  buildConfiguration,
  buildGoverned,
  buildPlanFacts,
  buildRelease,
  buildRequestFacts,
  peopleGate,
  personId,
  version,
} from '../../../test/support/domain-builders.ts'
import { need } from '../../../test/support/needs.ts'
import type { MemberStanding } from './decide-train.ts'
import { decideTrainApproval, decideTrainWithdrawal, findTrainEnd } from './decide-train.ts'
import { findCollisions } from './find-collisions.ts'
import { orderTrain } from './order-train.ts'
import type { Train, TrainDecision } from './train.ts'

function release(solution: string, ...needs: string[]): Release {
  return buildRelease({ id: toId<ReleaseId>(`r-${solution}`), solution, dependencies: needs.map((name) => need(name, '1.0.0.0')) })
}

function namesOf(result: ReturnType<typeof orderTrain<Release>>): string {
  return result.ok ? result.value.map(({ release: one }) => one.solution).join(' ') : result.refusal.code
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? '' : result.refusal.code
}

describe('the order of a train', () => {
  it('brings what others need first, and else stays as it was named', () => {
    expect(
      namesOf(orderTrain([release('App', 'Common'), release('Other'), release('Common', 'base'), release('Base')], shippedPolicy)),
    ).toBe('Other Base Common App')
  })

  it('has every release after all that it needs, whatever they are named in', () => {
    const drawn = fc.integer({ min: 2, max: 9 }).chain((count) =>
      fc.record({
        edges: fc.array(fc.tuple(fc.nat(count - 1), fc.nat(count - 1)), { maxLength: 20 }),
        named: fc.shuffledSubarray(
          Array.from({ length: count }, (_, index) => index),
          { minLength: count },
        ),
      }),
    )
    fc.assert(
      fc.property(drawn, ({ edges, named }) => {
        // Only ever to a lower number, so that nothing goes in a circle.
        const needsOf = (index: number) => edges.filter(([from, to]) => from === index && to < index).map(([, to]) => `S${to}`)
        const order = orderTrain(
          named.map((index) => release(`S${index}`, ...needsOf(index))),
          shippedPolicy,
        )
        const names = namesOf(order).split(' ')
        for (const index of named)
          for (const needed of needsOf(index)) expect(names.indexOf(needed)).toBeLessThan(names.indexOf(`S${index}`))
        expect(names).toHaveLength(named.length)
      }),
    )
  })

  it('is refused where releases need each other in a circle, and names it', () => {
    const circle = orderTrain([release('A', 'B'), release('B', 'C'), release('C', 'A'), release('D')], shippedPolicy)
    expect(circle).toMatchObject({
      ok: false,
      refusal: { code: 'train.cycle', message: 'No order brings these in: A needs B needs C needs A.' },
    })
  })

  it('takes one release of a solution, two at least, and none that travels alone', () => {
    expect(codeOf(orderTrain([release('A')], shippedPolicy))).toBe('train.too-few')
    expect(codeOf(orderTrain([release('A'), release('a')], shippedPolicy))).toBe('train.same-solution')
    const many = Array.from({ length: 21 }, (_, index) => release(`S${index}`))
    expect(codeOf(orderTrain(many, shippedPolicy))).toBe('train.too-many')
    const repacked = {
      ...release('B'),
      repackOf: { releaseId: toId<ReleaseId>('r-0'), version: version('1.0.0.0'), digest: release('B').managed.digest },
    }
    expect(codeOf(orderTrain([release('A'), repacked], shippedPolicy))).toBe('train.travels-alone')
  })
})

describe('the plan of a release in a train', () => {
  const facts = buildPlanFacts({ release: release('Boats', 'Harbours') })
  const blockers = (arriving: NonNullable<(typeof facts)['arriving']>) =>
    planPromotion({ ...facts, arriving }).blockers.map(({ code }) => code)

  it('counts on what goes in before it, in the version that is needed', () => {
    expect(blockers([])).toEqual(['STR-15'])
    expect(blockers([{ uniqueName: 'Harbours', version: version('0.9.0.0') }])).toEqual(['STR-15'])
    expect(blockers([{ uniqueName: 'harbours', version: version('1.0.0.0') }])).toEqual([])
  })

  it('is bound to the same, before and after that has arrived', () => {
    const before = planPromotion({ ...facts, arriving: [{ uniqueName: 'Harbours', version: version('1.0.0.0') }] })
    expect(before.lines.find(({ subject }) => subject === 'Harbours')).toMatchObject({ certainty: 'assumed' })
    expect(before.steps).toEqual(planPromotion({ ...facts, arriving: [] }).steps)
  })
})

describe('releases that meet', () => {
  const content = { solution: 'Base', components: ['Entity:hand_boat'], dependencies: [], planned: [] }

  it('are named where both have a say on one component', () => {
    const found = findCollisions([content, { ...content, solution: 'App', components: ['entity:HAND_boat', 'Entity:hand_pier'] }])
    expect(found).toEqual([{ kind: 'shared', solutions: ['Base', 'App'], components: ['entity:HAND_boat'], count: 1 }])
  })

  it('are named where one takes away what the other needs', () => {
    const planned = [{ kind: 'Entity', key: 'hand_base', effect: 'destroy' as const }]
    const needing = { ...content, solution: 'App', components: [], dependencies: [need('Base', '1.0.0.0')] }
    expect(findCollisions([{ ...content, planned }, needing])).toMatchObject([{ kind: 'removed', components: ['Entity:hand_base'] }])
  })
})

const trainId = 't-1'
const tiers: Readonly<Record<string, Tier>> = { Harbours: 2, Boats: 3 }

/** Harbours is Tier 2 and Boats Tier 3, along one pipeline that asks what Tier 3 demands. */
const configuration: Configuration = {
  ...buildConfiguration(3),
  solutions: Object.entries(tiers).map(([uniqueName, tier]) => ({ ...buildGoverned(tier), uniqueName })),
}

it('lets a solution that stays with its maker into no pet, with whomever it travels', () => {
  const solutions = configuration.solutions.map((one) => (one.uniqueName === 'Harbours' ? { ...one, tier: 1 as const } : one))
  expect(codeOf(decideRequest(factsOf('Harbours', 1, { ...configuration, solutions })))).toBe('TIER-04')
})

function record(event: NewPromotionEvent, when = '2026-11-02T09:00:00Z'): PromotionEvent {
  const envelope = { sequence: 1, stream: 'promotion/p', streamVersion: 1, at: at(when), actor: 'drover', previousHash: '', hash: '' }
  return { ...event, ...envelope } as PromotionEvent // the envelope of a ledger entry around one of our own events
}

const standingOf = (position: number, changes: Partial<TrainStanding> = {}): TrainStanding => ({
  ...{ trainId, position, tier: 3, state: 'complete', before: [], after: [] },
  ...changes,
})

function factsOf(solution: string, position: number, applied = configuration) {
  const train = standingOf(position)
  return buildRequestFacts(tiers[solution] ?? 2, {
    promotionId: toId<PromotionId>(`p-${position}`),
    release: release(solution),
    configuration: applied,
    train,
  })
}

function member(solution: string, position: number, applied = configuration): MemberStanding {
  const facts = factsOf(solution, position, applied)
  const asked = decideRequest(facts)
  if (!asked.ok) throw new Error(`${asked.refusal.code}: ${asked.refusal.message}`)
  const [event] = asked.value
  if (event === undefined) throw new Error('nothing was asked for')
  const promotion = evolvePromotion(undefined, record(event))
  return { promotion, standing: judgeStanding(promotion, { ...facts, train: standingOf(position) }) }
}

const start = { trainId, name: 'Harbour', environmentId: toId<Train['environmentId']>('prod'), requestedBy: personId('maria') }

function trainOf(members: readonly MemberStanding[], changes: Partial<Train> = {}): Train {
  return {
    ...start,
    requestedAt: at('2026-11-02T09:00:00Z'),
    tier: 3,
    members: members.map(({ promotion: { request } }, index) => ({
      position: index + 1,
      promotionId: request.promotionId,
      releaseId: request.releaseId,
      solution: request.solution,
      version: request.version,
      tier: request.tier,
      stageId: request.stageId,
      needs: [],
    })),
    collisions: [],
    state: 'standing',
    decisions: [],
    ...changes,
  }
}

const word = { verdict: 'approve', comment: '', at: at('2026-11-03T10:00:00Z'), binding: 'ab'.repeat(32), seen: undefined } as const

function apply(members: readonly MemberStanding[], { on }: TrainDecision): readonly MemberStanding[] {
  return members.map(({ promotion, standing }) => {
    const mine = on.find(({ promotionId }) => promotionId === promotion.request.promotionId)
    if (mine === undefined) return { promotion, standing }
    return { promotion: evolvePromotion(promotion, record({ type: 'approval-decided', data: { decision: mine.decision } })), standing }
  })
}

const stateAt = ({ promotion, standing }: MemberStanding, kind: string) =>
  evaluateGates(promotion, word.at, standing).find((gate) => gate.kind === kind)?.state

describe('a word on a train', () => {
  const members = [member('Harbours', 1), member('Boats', 2)]
  const train = trainOf(members)

  it('is asked by the highest tier among its solutions, of each of them', () => {
    for (const { promotion, standing } of members) {
      expect([promotion.request.tier, promotion.request.separation.distinctPeople, standing.outdated]).toEqual([3, 3, []])
      expect(promotion.request.gates.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['train', 'review', 'uat', 'security', 'approval']),
      )
    }
  })

  it('counts for each release that it was given on, and not for one whose plan changed since', () => {
    const decided = decideTrainApproval(train, members, { ...word, gate: 'review', by: personId('rita') })
    if (!decided.ok) throw new Error(decided.refusal.message)
    const after = apply(members, decided.value)
    expect(after.map((one) => stateAt(one, 'review'))).toEqual(['open', 'open'])
    const changed = after.map(({ promotion, standing }) => {
      const request = { ...promotion.request, boundTo: { ...promotion.request.boundTo, plan: 'other' } }
      return { promotion: { ...promotion, request }, standing }
    })
    expect(changed.map((one) => stateAt(one, 'review'))).toEqual(['pending', 'pending'])
  })

  it('is not the requester’s, nor that of somebody whom no release names', () => {
    expect(codeOf(decideTrainApproval(train, members, { ...word, gate: 'review', by: personId('maria') }))).toBe('PIP-10')
    expect(codeOf(decideTrainApproval(train, members, { ...word, gate: 'review', by: personId('carl') }))).toBe('approval.not-named')
  })

  it('is on what was shown', () => {
    const seen = (shown: string) =>
      codeOf(decideTrainApproval(train, members, { ...word, gate: 'review', by: personId('rita'), seen: shown }))
    expect([seen('abababab'), seen('cdcdcdcd'), seen('ab')]).toEqual(['', 'PIP-11', 'PIP-11'])
  })

  it('keeps gates apart on the whole of it, also where its releases ask different people', () => {
    const pipelines = configuration.pipelines.flatMap((pipeline) => [
      {
        ...pipeline,
        stages: pipeline.stages.map((stage) => ({
          ...stage,
          gates: stage.gates.map((gate) => (gate.kind === 'approval' ? peopleGate('approval', ['ben']) : gate)),
        })),
      },
      {
        ...pipeline,
        id: toId<typeof pipeline.id>('second'),
        stages: pipeline.stages.map((stage) => ({
          ...stage,
          gates: stage.gates
            .map((gate) => (gate.kind === 'approval' ? peopleGate('approval', ['anna']) : gate))
            .map((gate) => (gate.kind === 'review' ? peopleGate('review', ['rita']) : gate)),
        })),
      },
    ])
    const solutions = configuration.solutions.map((one) =>
      one.uniqueName === 'Boats' ? { ...one, pipeline: toId<typeof one.pipeline>('second') } : one,
    )
    const applied = { ...configuration, pipelines, solutions }
    const boats = { ...factsOf('Boats', 2, applied), release: buildRelease({ ...release('Boats'), pipelineId: toId('second') }) }
    const asked = decideRequest(boats)
    const [event] = asked.ok ? asked.value : []
    if (event === undefined) throw new Error('the sample is refused')
    const promotion = evolvePromotion(undefined, record(event))
    const two = [member('Harbours', 1, applied), { promotion, standing: judgeStanding(promotion, { ...boats, train: standingOf(2) }) }]
    // Anna reviews Harbours, where Boats does not name her; on Boats she may then not approve.
    const reviewed = decideTrainApproval(trainOf(two), two, { ...word, gate: 'review', by: personId('anna') })
    if (!reviewed.ok) throw new Error(reviewed.refusal.message)
    expect(reviewed.value.on.map(({ promotionId }) => promotionId)).toEqual(['p-1'])
    const after = apply(two, reviewed.value)
    expect(codeOf(decideTrainApproval(trainOf(two), after, { ...word, gate: 'approval', by: personId('anna') }))).toBe('ROL-07')
  })

  it('counts nowhere when it was given for one release alone, for another train, or for another content', () => {
    const drawn = fc.record({
      trainId: fc.constantFrom(undefined, trainId, 't-2'),
      isOther: fc.boolean(),
      on: fc.constantFrom(0, 1),
      by: fc.constantFrom('rita', 'anna', 'maria', 'ghost'),
    })
    fc.assert(
      fc.property(fc.array(drawn, { maxLength: 12 }), (forged) => {
        members.forEach((one, index) => {
          const { boundTo } = one.promotion.request
          const decisions = forged
            .filter(({ on }) => on === index)
            .map(
              ({ trainId: of, isOther, by }): Decision => ({
                ...{ gate: 'review', by: personId(by), verdict: 'approve', comment: '', at: word.at },
                boundTo: isOther ? { ...boundTo, artifact: toId(`sha256:${'0'.repeat(64)}`) } : boundTo,
                ...(of === undefined ? {} : { trainId: of }),
              }),
            )
          const counts = decisions.some(
            (given) => given.trainId === trainId && given.boundTo === boundTo && ['rita', 'anna'].includes(given.by),
          )
          expect(stateAt({ ...one, promotion: { ...one.promotion, decisions } }, 'review')).toBe(counts ? 'open' : 'pending')
        })
      }),
    )
  })
})

const states = [
  'pending',
  'running',
  'migrating',
  'succeeded',
  'failed',
  'errored',
  'indeterminate',
  'rejected',
  'withdrawn',
  'absent',
] as const

describe('a release of a train', () => {
  const first = member('Harbours', 1)

  it('starts only when all of its train is asked for, those before it have arrived, and of the first nothing is left to decide', () => {
    const mate = fc
      .record({ state: fc.constantFrom(...states), awaits: fc.constantFrom<readonly string[]>([], ['approval']) })
      .map(({ state, awaits }): TrainMate => ({ promotionId: toId('p'), solution: 'S', version: version('1.0.0.0'), state, awaits }))
    const mates = fc.array(mate, { maxLength: 4 })
    fc.assert(
      fc.property(mates, mates, fc.constantFrom('assembling', 'complete', 'ended'), (before, after, state) => {
        const train = standingOf(before.length + 1, { before, after, state })
        const isTurn = evaluateTrain(first.promotion, train).state === 'open'
        const isDecided = before.length > 0 || after.every((one) => one.state !== 'pending' || one.awaits.length === 0)
        expect(isTurn).toBe(state === 'complete' && before.every((one) => one.state === 'succeeded') && isDecided)
        const command = { attemptId: toId<'a'>('a') as never, now: word.at, standing: { ...first.standing, train } }
        if (!isTurn) expect(decideStart({ ...first.promotion }, command).ok).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })

  it('stays where it is when nothing is known of its train', () => {
    const { train: _unknown, ...standing } = first.standing
    expect(stateAt({ ...first, standing }, 'train')).toBe('closed')
  })

  it('is asked for again when a solution beside it is of a higher tier now', () => {
    const facts = factsOf('Harbours', 1)
    const standing = judgeStanding(first.promotion, { ...facts, train: standingOf(1, { tier: 4 }) })
    expect(standing.outdated.map(({ subject }) => subject)).toContain('tier')
  })
})

describe('taking a train back', () => {
  const members = [member('Harbours', 1), member('Boats', 2)]
  const promotions = members.map(({ promotion }) => promotion)
  const attempt = {
    id: toId<never>('a-1'),
    startedAt: word.at,
    finishedAt: undefined,
    steps: [],
    jobs: { importJobId: undefined, asyncOperationId: undefined, importState: undefined },
    before: undefined,
  }
  const as = (status: Promotion['status']) => promotions.map((promotion, index) => (index === 0 ? { ...promotion, status } : promotion))
  const ask = (all: readonly Promotion[], actor = 'maria', reason = 'wrong') =>
    decideTrainWithdrawal(trainOf(members), all, { actor: personId(actor), people: configuration.people, reason })

  it('withdraws what has not gone in, for whoever asked or runs releases, with a reason', () => {
    const taken = ask(as({ state: 'succeeded', attempt, verification: [] }))
    expect(taken.ok && taken.value.map(({ request }) => request.solution)).toEqual(['Boats'])
    expect([codeOf(ask(promotions, 'ben')), codeOf(ask(promotions, 'remy')), codeOf(ask(promotions, 'maria', ' '))]).toEqual([
      'promotion.may-not-act',
      '',
      'train.reason-needed',
    ])
  })

  it('waits for what is at work', () => {
    expect(codeOf(ask(as({ state: 'running', attempt })))).toBe('promotion.already-running')
    expect(codeOf(ask(as({ state: 'indeterminate', attempt, message: '' })))).toBe('promotion.indeterminate')
  })

  it('has ended when nothing of it is under way', () => {
    const end = (status: Promotion['status'], state: Train['state'] = 'standing') =>
      findTrainEnd(
        trainOf(members, { state }),
        promotions.map((one) => ({ ...one, status })),
      )
    expect(end({ state: 'succeeded', attempt, verification: [] })).toBe('arrived')
    expect(end({ state: 'withdrawn', by: personId('maria') }, 'withdrawn')).toBe('stopped')
    expect(end({ state: 'errored', attempt, code: '', message: '' })).toBeUndefined()
    expect(end({ state: 'pending' })).toBeUndefined()
  })
})
