import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decision } from '#domain/approval'
import type { AttemptId, Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { GateDefinition, PeopleGateKind } from '#domain/pipeline'
import { isPeopleGate } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import {
  at,
  buildConfiguration,
  buildPerson,
  buildRequestFacts,
  nothingMoreAsked,
  peopleGate,
  personId,
} from '../../../test/support/domain-builders.ts'
import { decideApproval, findDecidableGates } from './decide-approval.ts'
import { decideResume, decideStart, decideWithdrawal } from './decide-attempt.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateGates, isReadyToStart } from './evaluate-gates.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import { standAsRequested } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'

const names = ['maria', 'olga', 'anna', 'ben', 'rita', 'sam', 'tess', 'carl', 'cleo'] as const
const kinds: readonly PeopleGateKind[] = ['approval', 'review', 'automated-tests', 'uat', 'test-lead', 'security', 'cab']
const start = Date.parse('2026-11-02T09:00:00Z')

function atHour(hours: number): Instant {
  return at(new Date(start + hours * 3_600_000).toISOString())
}

function record(event: NewPromotionEvent, when: Instant): PromotionEvent {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: when, actor: 'drover', previousHash: '', hash: '' }
  return { ...event, ...envelope } as PromotionEvent // the envelope of a ledger entry around one of our own events
}

const anyGates = fc
  .array(fc.record({ pool: fc.subarray([...names], { minLength: 1 }), quorum: fc.integer({ min: 1, max: 3 }) }), {
    minLength: 7,
    maxLength: 7,
  })
  .map((seats) => kinds.map((kind, index): GateDefinition => peopleGate(kind, seats[index]?.pool ?? [], seats[index]?.quorum ?? 1)))

const everybody = [...names, 'ghost'].map((name) => buildPerson(name, 'maker'))

const anyRequest = fc
  .record({ tier: fc.constantFrom<Tier>(2, 3, 4), gates: anyGates, requester: fc.constantFrom(...names) })
  .map(({ tier, gates, requester }) => {
    const base = buildConfiguration(tier)
    const pipelines = base.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => (stage.id === 'to-prod' ? { ...stage, gates } : stage)),
    }))
    const result = decideRequest(
      buildRequestFacts(tier, { configuration: { ...base, people: everybody, pipelines }, requester: personId(requester) }),
    )
    const [event] = result.ok ? result.value : []
    if (event === undefined) throw new Error('the sample is refused')
    return evolvePromotion(undefined, record(event, atHour(0)))
  })

interface Move {
  readonly gate: PeopleGateKind
  readonly by: string
  readonly isYes: boolean
  readonly hour: number
  readonly isOther: boolean
}

const anyMoves = fc.array(
  fc.record<Move>({
    gate: fc.constantFrom(...kinds),
    by: fc.constantFrom(...names, 'ghost'),
    isYes: fc.integer({ min: 0, max: 30 }).map((dice) => dice > 0),
    hour: fc.integer({ min: 0, max: 80 }),
    isOther: fc.integer({ min: 0, max: 15 }).map((dice) => dice === 0),
  }),
  { maxLength: 60 },
)

function decisionOf(promotion: Promotion, move: Move): Decision {
  const { boundTo } = promotion.request
  return {
    gate: move.gate,
    by: personId(move.by),
    verdict: move.isYes ? 'approve' : 'reject',
    comment: '',
    at: atHour(move.hour),
    boundTo: move.isOther ? { ...boundTo, plan: 'another plan' } : boundTo,
  }
}

function standingOf(promotion: Promotion) {
  return { ...standAsRequested(promotion, everybody), ...nothingMoreAsked }
}

function play(promotion: Promotion, moves: readonly Move[]): Promotion {
  return moves.reduce((state, move) => {
    const result = decideApproval(state, decisionOf(state, move), standingOf(state))
    return result.ok ? result.value.reduce((next, event) => evolvePromotion(next, record(event, atHour(move.hour))), state) : state
  }, promotion)
}

/** Decisions put into the ledger without being decided: what a fault, or somebody with access to the store, could do. */
function forge(promotion: Promotion, moves: readonly Move[]): Promotion {
  return { ...promotion, decisions: moves.map((move) => decisionOf(promotion, move)) }
}

/** Everybody who could, in order of hour, says yes: makes ready promotions common enough to judge. */
function playWillingly(promotion: Promotion, order: readonly string[]): Promotion {
  return order.reduce((state, name) => {
    const [gate] = findDecidableGates(state, personId(name), { now: atHour(1), standing: standingOf(state) })
    return gate === undefined ? state : play(state, [{ gate, by: name, isYes: true, hour: 1, isOther: false }])
  }, promotion)
}

const willing = fc.array(fc.constantFrom(...names), { minLength: 20, maxLength: 60 })

/** An own count, written apart from the code it judges. */
function expectLegitimate(promotion: Promotion): void {
  const { request } = promotion
  const yes = promotion.decisions.filter(
    (decision) =>
      decision.verdict === 'approve' &&
      decision.by !== request.requestedBy &&
      decision.boundTo.plan === request.boundTo.plan &&
      decision.boundTo.artifact === request.boundTo.artifact,
  )
  for (const gate of request.gates.filter(isPeopleGate)) {
    const people = new Set(
      yes.filter((decision) => decision.gate === gate.kind && gate.people.includes(decision.by)).map((decision) => decision.by),
    )
    expect(people.size).toBeGreaterThanOrEqual(gate.quorum)
  }
  const distinct = new Set<PersonId>([request.requestedBy, ...yes.map((decision) => decision.by)])
  expect(distinct.size).toBeGreaterThanOrEqual({ 1: 1, 2: 2, 3: 3, 4: 4 }[request.tier])
}

describe('whatever people do', () => {
  it('no promotion becomes ready without its quorum of distinct named people, none of them the requester', () => {
    let ready = 0
    fc.assert(
      fc.property(anyRequest, willing, anyMoves, (promotion, order, moves) => {
        const played = playWillingly(play(promotion, moves.slice(0, 5)), order)
        if (!isReadyToStart(evaluateGates(played, atHour(100), standingOf(played)))) return
        ready += 1
        expectLegitimate(played)
      }),
      { numRuns: 400 },
    )
    expect(ready).toBeGreaterThan(20)
  })

  it('not even decisions forged into the ledger make it so', () => {
    let ready = 0
    fc.assert(
      fc.property(anyRequest, willing, anyMoves, (promotion, order, moves) => {
        const honest = playWillingly(promotion, order).decisions
        const forged = forge(promotion, moves)
        const mixed = { ...forged, decisions: [...forged.decisions.filter((decision) => decision.verdict === 'approve'), ...honest] }
        if (!isReadyToStart(evaluateGates(mixed, atHour(100), standingOf(mixed)))) return
        ready += 1
        expectLegitimate(mixed)
      }),
      { numRuns: 400 },
    )
    expect(ready).toBeGreaterThan(20)
  })

  it('the decisions of the requester never change how a gate stands', () => {
    fc.assert(
      fc.property(anyRequest, anyMoves, (promotion, moves) => {
        const forged = forge(promotion, moves)
        const without = { ...forged, decisions: forged.decisions.filter((decision) => decision.by !== promotion.request.requestedBy) }
        expect(evaluateGates(forged, atHour(60), standingOf(forged))).toEqual(evaluateGates(without, atHour(60), standingOf(without)))
      }),
    )
  })

  it('nobody fills two gates that the tier keeps apart', () => {
    fc.assert(
      fc.property(anyRequest, willing, (promotion, order) => {
        const played = playWillingly(promotion, order)
        const separated = played.decisions.filter((decision) => promotion.request.separation.separatedGates.includes(decision.gate))
        expect(new Set(separated.map((decision) => decision.by)).size).toBe(separated.length)
      }),
    )
  })

  it('one no, once counted, keeps the gate closed for good', () => {
    fc.assert(
      fc.property(anyRequest, anyMoves, (promotion, moves) => {
        const played = play(promotion, moves)
        if (played.status.state !== 'rejected') return
        expect(evaluateGates(played, atHour(60), standingOf(played)).some((gate) => gate.state === 'closed')).toBe(true)
        expect(play(played, moves)).toEqual(played)
      }),
    )
  })
})

type Step =
  | { readonly do: 'start' | 'resume'; readonly id: number }
  | { readonly do: 'withdraw' }
  | {
      readonly do: 'tell'
      readonly type:
        | 'attempt-succeeded'
        | 'attempt-failed'
        | 'attempt-errored'
        | 'attempt-indeterminate'
        | 'job-recorded'
        | 'step-started'
        | 'step-finished'
      readonly id: number
    }

const anySteps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom('start' as const, 'resume' as const), id: fc.nat({ max: 5 }) }),
    fc.record({ do: fc.constant('withdraw' as const) }),
    fc.record({
      do: fc.constant('tell' as const),
      type: fc.constantFrom(
        'attempt-succeeded' as const,
        'attempt-failed' as const,
        'attempt-errored' as const,
        'attempt-indeterminate' as const,
        'job-recorded' as const,
        'step-started' as const,
        'step-finished' as const,
      ),
      id: fc.nat({ max: 5 }),
    }),
  ),
  { maxLength: 40 },
)

function tell(type: Extract<Step, { do: 'tell' }>['type'], attemptId: AttemptId): NewPromotionEvent {
  switch (type) {
    case 'attempt-succeeded':
      return { type, data: { attemptId, verification: [] } }
    case 'attempt-failed':
      return { type, data: { attemptId, refusal: { code: 'x', message: '', hint: '', reasons: [] } } }
    case 'attempt-errored':
      return { type, data: { attemptId, code: 'x', message: '' } }
    case 'attempt-indeterminate':
      return { type, data: { attemptId, message: '' } }
    case 'job-recorded':
      return { type, data: { attemptId, importJobId: 'job' } }
    case 'step-started':
      return { type, data: { attemptId, step: 'import' } }
    case 'step-finished':
      return { type, data: { attemptId, step: 'import', outcome: 'done' } }
  }
}

describe('the history of a promotion', () => {
  it('can always be folded: every event that a decision allows, and every word of an attempt that started, has a next state', () => {
    const ready = playWillingly(evolvePromotion(undefined, record(acceptedRequest(), atHour(0))), ['anna', 'ben'])
    fc.assert(
      fc.property(anySteps, (steps) => {
        const known = new Set<string>()
        let promotion = ready
        for (const step of steps) {
          const attemptId = toId<AttemptId>(step.do === 'withdraw' ? '' : `a-${step.id}`)
          const isNew = !known.has(attemptId)
          const events = eventsOf(promotion, step, { attemptId, isNew })
          if (events.some((event) => event.type === 'attempt-started')) known.add(attemptId)
          promotion = events.reduce((state, event) => evolvePromotion(state, record(event, atHour(2))), promotion)
          expect(promotion.request).toEqual(ready.request)
          expect([...promotion.earlierAttempts, ...('attempt' in promotion.status ? [promotion.status.attempt] : [])]).toHaveLength(
            known.size,
          )
        }
      }),
    )
  })
})

function acceptedRequest(): NewPromotionEvent {
  const result = decideRequest(buildRequestFacts())
  const [event] = result.ok ? result.value : []
  if (event === undefined) throw new Error('the sample is refused')
  return event
}

function eventsOf(
  promotion: Promotion,
  step: Step,
  { attemptId, isNew }: { attemptId: AttemptId; isNew: boolean },
): readonly NewPromotionEvent[] {
  const { people } = buildConfiguration()
  switch (step.do) {
    case 'start': {
      const result = decideStart(promotion, { attemptId, now: atHour(2), standing: standingOf(promotion) })
      return isNew && result.ok ? result.value : []
    }
    case 'resume': {
      const result = decideResume(promotion, {
        attemptId,
        actor: personId('maria'),
        reason: 'again',
        now: atHour(2),
        standing: standingOf(promotion),
      })
      return isNew && result.ok ? result.value : []
    }
    case 'withdraw': {
      const result = decideWithdrawal(promotion, personId('maria'), people)
      return result.ok ? result.value : []
    }
    case 'tell':
      return isNew ? [] : [tell(step.type, attemptId)]
  }
}
