import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ApprovalBinding } from '#domain/approval'
import { bindApproval, bindSeen, seenText } from '#domain/approval'
import type { Count } from '#domain/environment'
import type { AttemptId, Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import { isPeopleGate } from '#domain/pipeline'
import type { Plan } from '#domain/plan'
import {
  at,
  buildConfiguration,
  buildPlan,
  buildRequestFacts,
  nothingMoreAsked,
  nothingThere,
  personId,
  sha256,
  version,
} from '../../../test/support/domain-builders.ts'
import { decideAcknowledgement } from './decide-acknowledgement.ts'
import { decideApproval } from './decide-approval.ts'
import { decideResume, decideStart } from './decide-attempt.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateGates } from './evaluate-gates.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import type { Standing } from './judge-standing.ts'
import { judgeStanding, standAsRequested } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'
import type { PlannedAgain } from './renew-plan.ts'
import { diffRenewal, recordRenewal } from './renew-plan.ts'

const facts = buildRequestFacts(2)
const { people } = buildConfiguration()
const noon = at('2026-11-02T12:00:00Z')

function hours(count: number): Instant {
  return at(new Date(Date.parse('2026-11-02T09:00:00Z') + count * 3_600_000).toISOString())
}

function evolve(promotion: Promotion | undefined, event: NewPromotionEvent, when: Instant = noon): Promotion {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: when, actor: 'drover', previousHash: '', hash: '' }
  return evolvePromotion(promotion, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
}

function again(plan: Plan): PlannedAgain {
  return { plan, boundTo: bindApproval({ artifact: facts.release.managed.digest, plan, policyVersion: facts.policy.version }, sha256) }
}

function requested(plan: Plan = facts.plan): Promotion {
  const result = decideRequest({ ...facts, ...again(plan) })
  if (!result.ok || result.value[0] === undefined) throw new Error('the sample is refused')
  return evolve(undefined, result.value[0], hours(0))
}

function standingOf(promotion: Promotion): Standing {
  const losses = { owners: ['olga', 'pat'].map(personId), needed: 1, longestDays: 30 }
  return { ...standAsRequested(promotion, people), ...nothingMoreAsked, losses }
}

function renew(promotion: Promotion, plan: Plan, attemptId?: AttemptId, when?: Instant): Promotion {
  const next = again(plan)
  const event = recordRenewal(next, diffRenewal(promotion, next), attemptId)
  return event === undefined ? promotion : evolve(promotion, event, when)
}

function decide(promotion: Promotion, by: string, more: { gate?: PeopleGateKind; boundTo?: ApprovalBinding; when?: Instant } = {}) {
  const { gate = 'approval', boundTo = promotion.request.boundTo, when = noon } = more
  return decideApproval(promotion, { gate, by: personId(by), verdict: 'approve', comment: '', at: when, boundTo }, standingOf(promotion))
}

function approve(promotion: Promotion, by: string, when: Instant = noon): Promotion {
  const result = decide(promotion, by, { when })
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.message}`)
  return result.value.reduce<Promotion>((state, event) => evolve(state, event, when), promotion)
}

function start(promotion: Promotion, id = 'a-1') {
  return decideStart(promotion, { attemptId: toId<AttemptId>(id), now: noon, standing: standingOf(promotion) })
}

function started(promotion: Promotion, id = 'a-1'): Promotion {
  const result = start(promotion, id)
  if (!result.ok) throw new Error(result.refusal.code)
  return result.value.reduce<Promotion>((state, event) => evolve(state, event), promotion)
}

const base = buildPlan({ content: nothingThere })
const other: Plan = { ...base, fingerprint: 'edited' }

describe('a plan that was made again', () => {
  it('lapses every decision on the plan before it, and the same person may decide anew, on the difference', () => {
    const approved = approve(requested(), 'ben')
    expect(start(approved).ok).toBe(true)
    const renewed = renew(approved, other)
    expect(renewed.decisions).toHaveLength(1)
    expect(start(renewed).ok).toBe(false)
    expect(renewed.renewed?.differences).toHaveLength(1)
    expect(start(approve(renewed, 'ben')).ok).toBe(true)
  })

  it('counts decisions on it again when the target is as it was, since they were made on just that', () => {
    const approved = approve(requested(), 'ben')
    expect(start(renew(renew(approved, other), base)).ok).toBe(true)
  })

  it('ends the attempt that found it, which changed nothing, and waits for decisions again', () => {
    const running = evolve(started(approve(requested(), 'ben')), {
      type: 'step-started',
      data: { attemptId: toId('a-1'), step: 'observe' },
    })
    const renewed = renew(running, other, toId<AttemptId>('a-1'))
    expect(renewed.status).toEqual({ state: 'pending' })
    expect(renewed.earlierAttempts.map(({ id, finishedAt, steps }) => [id, finishedAt, steps[0]?.outcome])).toEqual([['a-1', noon, 'done']])
    expect(start(renewed, 'a-2').ok).toBe(false)
    expect(start(approve(renewed, 'ben'), 'a-2').ok).toBe(true)
  })

  it('changes nothing when the attempt that found it is no longer the one that runs', () => {
    const running = started(approve(requested(), 'ben'))
    const errored = evolve(running, { type: 'attempt-errored', data: { attemptId: toId('a-1'), code: 'x', message: '' } })
    expect(renew(errored, other, toId<AttemptId>('a-1'))).toEqual(errored)
  })

  it('lapses nothing by counts alone, and has them noted', () => {
    const counted = (n: number): Plan => ({ ...base, content: [destroyed({ kind: 'exact', n, method: 'counted now', asOf: noon })] })
    const approved = approve(requested(counted(4)), 'ben')
    const seen = again(counted(5))
    expect(diffRenewal(approved, seen)).toMatchObject({
      differences: [],
      noted: [{ message: 'values: it was exactly 4 and is exactly 5.' }],
    })
    const noted = renew(approved, counted(5))
    expect([noted.renewed, noted.request.boundTo]).toEqual([undefined, approved.request.boundTo])
    expect(noted.request.plan.content[0]?.losses[0]?.count).toMatchObject({ n: 5 })
  })

  it('has the gate of data that goes from then on', () => {
    const gone: Plan = { ...base, content: [destroyed({ kind: 'exact', n: 3, method: 'counted now', asOf: noon })] }
    const renewed = approve(renew(approve(requested(), 'ben'), gone), 'ben')
    expect(evaluateGates(renewed, noon, standingOf(renewed)).find((gate) => gate.kind === 'losses')?.state).toBe('pending')
    expect(judgeStanding(renewed, facts).outdated).toEqual([])
  })

  it('has a word that no longer covers what goes count no longer', () => {
    const gone = (n: number): Plan => ({ ...base, content: [destroyed({ kind: 'exact', n, method: 'counted now', asOf: noon })] })
    const command = { subject: 'Attribute:cto_permit.cto_comments', by: personId('olga'), ceiling: 5, days: 1, comment: 'x', at: noon }
    const promotion = approve(requested(gone(4)), 'ben')
    const [event] = valueOf(decideAcknowledgement(promotion, command, standingOf(promotion)))
    if (event === undefined) throw new Error('the word is refused')
    const acknowledged = evolve(promotion, event)
    expect([4, 5, 6].map((n) => start(renew(acknowledged, gone(n))).ok)).toEqual([true, true, false])
  })

  it('closes pre-flight while something in it closes the way', () => {
    const blocked: Plan = { ...base, blockers: [{ code: 'PIP-14', message: 'An upgrade is pending.', hint: '', reasons: [] }] }
    const renewed = approve(renew(requested(), blocked), 'ben')
    const preflight = (promotion: Promotion) =>
      evaluateGates(promotion, noon, standingOf(promotion)).find((gate) => gate.kind === 'preflight')?.state
    expect([preflight(renewed), start(renewed).ok, preflight(renew(renewed, base))]).toEqual(['closed', false, 'open'])
  })

  it('closes pre-flight while something in the plan could not be told, and says what', () => {
    const told = { subject: 'column Inspector', effect: 'warn', message: 'Whether a view needs it cannot be told.' } as const
    const preflight = (certainty: 'assumed' | 'unknown') => {
      const promotion = requested({ ...base, lines: [{ ...told, certainty }] })
      return evaluateGates(promotion, noon, standingOf(promotion)).find((gate) => gate.kind === 'preflight')
    }
    expect(preflight('assumed')?.hasUnknown).toBeUndefined()
    expect(preflight('unknown')).toMatchObject({
      state: 'pending',
      hasUnknown: true,
      reasons: [
        { message: expect.stringContaining('Nobody can tell what is named here, which is no pass') as string },
        { message: expect.stringContaining('nothing that could be told in it') as string },
        { subject: told.subject, message: told.message },
      ],
    })
  })

  it('gives those who are asked anew as long as those who were asked first', () => {
    const late = hours(71)
    const renewed = renew(requested(), other, undefined, late)
    expect(decide(requested(), 'ben', { when: hours(73) }).ok).toBe(false)
    expect(decide(renewed, 'ben', { when: hours(73) }).ok).toBe(true)
  })

  it('refuses a decision on what the person no longer sees (PIP-11)', () => {
    const promotion = requested()
    const renewed = renew(promotion, other)
    expect(decide(renewed, 'ben', { boundTo: promotion.request.boundTo })).toMatchObject({ ok: false, refusal: { code: 'PIP-11' } })
  })

  it('takes no yes of whoever looked at another way back, though the plan is as they saw it (PIP-11, PET-13)', () => {
    const promotion = requested()
    const [shown, now] = ['redeploy:r-1', 'none:'].map((recovery) => ({ ...promotion.request.boundTo, recovery })) as [
      ApprovalBinding,
      ApprovalBinding,
    ] // two in, two out
    const renewed = { ...promotion, request: { ...promotion.request, boundTo: now } }
    const say = (looked: string) => decide(renewed, 'ben', { boundTo: bindSeen(now, looked) })
    expect(say(seenText(shown))).toMatchObject({ refusal: { code: 'PIP-11', message: expect.stringContaining('way back') as string } })
    expect(say(now.plan)).toMatchObject({ refusal: { code: 'PIP-11' } })
    expect(say(seenText(now))).toMatchObject({ ok: true })
  })
})

describe('a ledger from before decisions were bound to more than artifact and plan', () => {
  const { settings: _settings, fingerprint: _fingerprint, policy: _policy, ...boundTo } = facts.boundTo
  const { content: _content, rescue: _rescue, saferWay: _safer, unseen: _unseen, fingerprint: _print, ...plan } = base
  // Entries as they were written then.
  const request = { ...requested().request, plan, boundTo } as unknown as Promotion['request']
  const before = evolve(undefined, { type: 'promotion-requested', data: { request } }, hours(0))

  it('is folded, and its decisions count as they did', () => {
    const decision = { gate: 'approval', by: personId('ben'), verdict: 'approve', comment: '', at: noon, boundTo } as const
    // As it was written then.
    const approved = evolve(before, { type: 'approval-decided', data: { decision: decision as never } })
    expect(approved.request.plan.content).toEqual([])
    expect(start(approved).ok).toBe(true)
  })

  it('has people asked again once the target is planned again, since nobody saw what becomes of its content', () => {
    expect(diffRenewal(before, again(base)).differences).toHaveLength(1)
    expect(diffRenewal(renew(before, base), again(base))).toEqual({ differences: [], noted: [] })
  })
})

function destroyed(count: Count): Plan['content'][number] {
  return {
    ...{ kind: 'Attribute', key: 'cto_permit.cto_comments', name: 'Comments', table: 'cto_permit', effect: 'destroy', certainty: 'known' },
    ...{ class: 'destructive', message: 'It goes.', includes: 0, winner: undefined, comesBack: 'with-loss', tweakId: undefined },
    losses: [{ kind: 'values', count }],
  }
}

type Move =
  | { readonly do: 'approve'; readonly by: string }
  | { readonly do: 'acknowledge'; readonly by: string; readonly ceiling: number }
  | { readonly do: 'look' | 'find'; readonly plan: number; readonly rows: number }
  | { readonly do: 'start' | 'resume' | 'break' }

const anyMove: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ do: fc.constant('approve' as const), by: fc.constantFrom('ben', 'anna', 'maria', 'olga') }),
  fc.record({ do: fc.constant('acknowledge' as const), by: fc.constantFrom('olga', 'pat', 'maria', 'ben'), ceiling: fc.nat({ max: 9 }) }),
  fc.record({ do: fc.constantFrom('look' as const, 'find' as const), plan: fc.constantFrom(0, 1, 2, 2, 2), rows: fc.nat({ max: 9 }) }),
  fc.record({ do: fc.constantFrom('start' as const, 'start' as const, 'resume' as const, 'break' as const) }),
)

/** Three ways that the target may look, one of them with data that goes. */
function planAt(which: number, rows: number): Plan {
  if (which === 0) return base
  if (which === 1) return { ...base, fromVersion: version('0.9') }
  return { ...base, content: [destroyed({ kind: 'exact', n: rows, method: 'counted now', asOf: noon })] }
}

describe('whatever happens, and in whichever order', () => {
  it('no attempt starts with decisions or acknowledgements on anything but the plan as it stands', () => {
    let starts = 0
    fc.assert(
      fc.property(fc.array(anyMove, { maxLength: 40 }), (moves) => {
        let promotion = requested()
        moves.forEach((move, index) => {
          const events = eventsOf(promotion, move, index)
          if (events.some((event) => event.type === 'attempt-started')) {
            starts += 1
            expectDecidedOnThis(promotion)
          }
          promotion = events.reduce<Promotion>((state, event) => evolve(state, event), promotion)
        })
      }),
      { numRuns: 2000 },
    )
    expect(starts).toBeGreaterThan(100)
  })
})

/** An own count, written apart from the code it judges. */
function expectDecidedOnThis({ request, decisions, acknowledgements }: Promotion): void {
  const key = JSON.stringify(Object.entries(request.boundTo).sort())
  const yes = decisions.filter((one) => one.verdict === 'approve' && JSON.stringify(Object.entries(one.boundTo).sort()) === key)
  for (const gate of request.gates.filter(isPeopleGate)) {
    const by = new Set(yes.filter((one) => one.gate === gate.kind && gate.people.includes(one.by)).map((one) => one.by))
    expect(by.size).toBeGreaterThanOrEqual(gate.quorum)
  }
  for (const { kind, key: name, losses } of request.plan.content) {
    const n = Math.max(...losses.map(({ count }) => (count.kind === 'unknown' ? Number.POSITIVE_INFINITY : count.n)))
    const words = acknowledgements.filter(
      (one) => one.subject === `${kind}:${name}` && one.ceiling >= n && ['olga', 'pat'].includes(one.by),
    )
    if (n > 0) expect(words.length).toBeGreaterThan(0)
  }
}

function eventsOf(promotion: Promotion, move: Move, index: number): readonly NewPromotionEvent[] {
  const standing = standingOf(promotion)
  const attemptId = toId<AttemptId>(`a-${index}`)
  const running = promotion.status.state === 'running' ? promotion.status.attempt.id : undefined
  switch (move.do) {
    case 'approve':
      return valueOf(decide(promotion, move.by))
    case 'acknowledge': {
      const command = {
        subject: 'Attribute:cto_permit.cto_comments',
        by: personId(move.by),
        ceiling: move.ceiling,
        days: 1,
        comment: 'x',
        at: noon,
      }
      return valueOf(decideAcknowledgement(promotion, command, standing))
    }
    case 'look':
    case 'find': {
      const next = again(planAt(move.plan, move.rows))
      const ended = move.do === 'find' ? running : undefined
      if (move.do === 'look' && promotion.status.state !== 'pending') return []
      if (move.do === 'find' && running === undefined) return []
      const event = recordRenewal(next, diffRenewal(promotion, next), ended)
      return event === undefined ? [] : [event]
    }
    case 'start':
      return valueOf(decideStart(promotion, { attemptId, now: noon, standing }))
    case 'resume':
      return valueOf(decideResume(promotion, { attemptId, actor: personId('maria'), reason: 'again', now: noon, standing }))
    case 'break':
      return running === undefined ? [] : [{ type: 'attempt-errored', data: { attemptId: running, code: 'x', message: '' } }]
  }
}

function valueOf(result: ReturnType<typeof decideStart>): readonly NewPromotionEvent[] {
  return result.ok ? result.value : []
}
