import { describe, expect, it } from 'vitest'
import type { DecisionEvidence } from '#domain/approval'
import type { Digest, Instant, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration, ConditionKind, PeopleGateKind } from '#domain/pipeline'
import { policyInForce } from '#domain/policy'
import type { Tier } from '#domain/solution'
import { at, buildConfiguration, buildRequestFacts, personId } from '../../../test/support/domain-builders.ts'
import { decideApproval, findDecidableGates } from './decide-approval.ts'
import { decideRequest } from './decide-request.ts'
import { decideValidation } from './decide-validation.ts'
import { evaluateGates } from './evaluate-gates.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import { judgeReport } from './judge-report.ts'
import type { StandingFacts } from './judge-standing.ts'
import { judgeStanding } from './judge-standing.ts'
import { offerRecovery } from './offer-recovery.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'
import type { Validation } from './validation.ts'
import { viewWatch } from './validation.ts'

const arrivedInTest = at('2026-11-02T08:00:00Z')
const asked = at('2026-11-02T09:00:00Z')
const hours = (count: number, from: Instant = arrivedInTest): Instant => at(new Date(Date.parse(from) + count * 3_600_000).toISOString())

function evolve(promotion: Promotion | undefined, event: NewPromotionEvent, when: Instant = asked): Promotion {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: when, actor: 'drover', previousHash: '', hash: '' }
  return evolvePromotion(promotion, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
}

function watched(tier: Tier): Configuration {
  const base = buildConfiguration(tier)
  const monitoring = { url: 'https://monitor.example/permits', contact: 'remy' }
  return { ...base, solutions: base.solutions.map((solution) => ({ ...solution, monitoring })) }
}

function requested(tier: Tier): Promotion {
  const result = decideRequest(buildRequestFacts(tier, { configuration: watched(tier) }))
  const [event] = result.ok ? result.value : []
  if (event === undefined) throw new Error(`the sample is refused: ${result.ok ? 'nothing' : result.refusal.message}`)
  return evolve(undefined, event)
}

/** In production since `asked`. */
function arrived(tier: Tier, ...said: readonly Validation[]): Promotion {
  const attemptId = toId<never>('a-1')
  const events: readonly NewPromotionEvent[] = [
    { type: 'attempt-started', data: { attemptId } },
    { type: 'step-started', data: { attemptId, step: 'import' } },
    { type: 'job-recorded', data: { attemptId, importJobId: 'j-1', importState: 'passed' } },
    { type: 'attempt-succeeded', data: { attemptId, verification: [] } },
    ...said.map((validation): NewPromotionEvent => ({ type: 'promotion-validated', data: { validation } })),
  ]
  return events.reduce((promotion, event) => evolve(promotion, event), requested(tier))
}

type Changes = Partial<Omit<StandingFacts, 'configuration'>> & { readonly configuration?: Configuration }

function standing(promotion: Promotion, now: Instant, changes: Changes = {}) {
  const { tier } = promotion.request
  const { release, deployments, rulesInForce } = buildRequestFacts(tier)
  const configuration = changes.configuration ?? watched(tier)
  return judgeStanding(promotion, {
    ...{ now, release, configuration, configurationVersion: 1, rulesInForce, policy: policyInForce(configuration) },
    deployments: deployments.map((deployment) => ({ ...deployment, deployedAt: arrivedInTest })),
    ...changes,
  })
}

function gate(kind: ConditionKind, promotion: Promotion, now: Instant, changes: Changes = {}) {
  const found = evaluateGates(promotion, now, standing(promotion, now, changes)).find((status) => status.kind === kind)
  return found === undefined ? undefined : ([found.state, found.next] as const)
}

const codeOf = (result: Result<unknown>): string => (result.ok ? 'ok' : result.refusal.code)

describe('time in the stage before', () => {
  it.each([
    [3, 23, 'pending'],
    [3, 24, 'open'],
    [4, 47, 'pending'],
    [4, 48, 'open'],
  ] as const)('of Tier %s after %s h is %s', (tier, after, state) => {
    expect(gate('soak', requested(tier), hours(after))).toEqual([state, state === 'open' ? undefined : 'wait'])
  })

  it('is asked of no Tier 2', () => {
    expect(gate('soak', requested(2), hours(1))).toBeUndefined()
  })

  it('begins again with an incident there, and not with one from before', () => {
    const incident = (when: number) => ({ id: 'i-1', at: hours(when), by: personId('remy'), text: 'Saving hangs' })
    expect(gate('soak', requested(3), hours(30), { incidentsBefore: [incident(-5)] })).toEqual(['open', undefined])
    expect(gate('soak', requested(3), hours(30), { incidentsBefore: [incident(20)] })).toEqual(['pending', 'wait'])
    expect(gate('soak', requested(3), hours(44), { incidentsBefore: [incident(20), incident(3)] })).toEqual(['open', undefined])
  })

  it('ends when something else follows it there, which only a new way through closes', () => {
    const [own] = buildRequestFacts(3).deployments
    const next = (when: number) => ({ ...own!, digest: toId<Digest>('sha256:other'), deployedAt: hours(when) })
    const deployments = (when: number) => [{ ...own!, deployedAt: arrivedInTest }, next(when)]
    expect(gate('soak', requested(3), hours(30), { deployments: deployments(10) })).toEqual(['closed', 'fix'])
    expect(gate('soak', requested(3), hours(30), { deployments: deployments(25) })).toEqual(['open', undefined])
  })

  it('that nobody recorded opens nothing', () => {
    expect(gate('soak', requested(3), hours(99), { deployments: buildRequestFacts(3).deployments })).toEqual(['closed', 'fix'])
  })
})

describe('the watch over a pet', () => {
  const said = (outcome: 'passed' | 'failed'): Validation => ({ of: 'watch', outcome, by: personId('remy'), at: hours(30), note: 'Seen' })

  it('is prepared by naming where it is watched: advice at Tier 2, a condition from Tier 3', () => {
    const unnamed = (tier: Tier) => gate('validation', requested(tier), hours(1), { configuration: buildConfiguration(tier) })
    expect([unnamed(2), unnamed(3), unnamed(4)]).toEqual([
      ['open', undefined],
      ['closed', 'fix'],
      ['closed', 'fix'],
    ])
    expect(gate('validation', requested(3), hours(1))).toEqual(['open', undefined])
  })

  it.each([
    ['is watched', hours(2), [], ['pending', 'wait']],
    ['is to be judged', hours(26), [], ['pending', 'fix']],
    ['went well', hours(40), [said('passed')], ['open', undefined]],
    ['did not', hours(40), [said('failed')], ['closed', 'fix']],
    ['did not, and then went well', hours(40), [said('failed'), said('passed')], ['open', undefined]],
  ] as const)('decides on the next release while the last one %s', (_what, now, words, expected) => {
    expect(gate('validation', requested(3), now, { last: arrived(3, ...words) })).toEqual(expected)
  })

  it('keeps no hotfix waiting', () => {
    const promotion = requested(3)
    const intent = { kind: 'hotfix', hotfixId: 'h-1', reason: 'Broken', notWaitedFor: [], signOffWorkingDays: 5 } as const
    expect(gate('validation', { ...promotion, request: { ...promotion.request, intent } }, hours(2), { last: arrived(3) })).toEqual([
      'open',
      undefined,
    ])
  })

  it('is overdue a day after its end, and looked at again after a month at Tier 4', () => {
    const { gates } = policyInForce(watched(4))
    const view = (count: number) => viewWatch(arrived(4), gates, hours(count, asked))
    expect([view(47), view(49), view(73)].map((each) => [each?.state, each?.isOverdue])).toEqual([
      ['watching', false],
      ['due', false],
      ['due', true],
    ])
    expect([view(30 * 24 - 1), view(30 * 24 + 1)].map((each) => each?.review?.isOverdue)).toEqual([false, true])
  })

  const command = (by: string, outcome: 'passed' | 'failed', now: Instant, changes: { of?: 'watch' | 'review'; note?: string } = {}) => ({
    ...{ of: 'watch' as const, outcome, by: personId(by), at: now, note: 'Seen', configuration: watched(3) },
    policy: policyInForce(watched(3)).gates,
    ...changes,
  })

  it.each([
    ['at its end, by whom policy names', 'remy', 'passed', 30, 'ok'],
    ['before its end', 'remy', 'passed', 3, 'validation.too-early'],
    ['as gone wrong, at any time', 'remy', 'failed', 3, 'ok'],
    ['by nobody whom policy leaves out', 'sam', 'passed', 30, 'promotion.not-allowed'],
  ] as const)('is judged %s', (_what, by, outcome, after, code) => {
    expect(codeOf(decideValidation(arrived(3), command(by, outcome, hours(after))))).toBe(code)
  })

  it('is not judged well by whoever asked, from Tier 3', () => {
    const own = arrived(3)
    const byRemy = { ...own, request: { ...own.request, requestedBy: personId('remy') } }
    expect(codeOf(decideValidation(byRemy, command('remy', 'passed', hours(30))))).toBe('validation.by-requester')
    expect(codeOf(decideValidation(byRemy, command('remy', 'failed', hours(30))))).toBe('ok')
    expect(codeOf(decideValidation(byRemy, command('tess', 'passed', hours(30))))).toBe('ok')
  })

  it('is judged once, with a note, and of what arrived', () => {
    expect(codeOf(decideValidation(arrived(3, said('passed')), command('remy', 'passed', hours(40))))).toBe('validation.settled')
    expect(codeOf(decideValidation(arrived(3), command('remy', 'passed', hours(40), { note: ' ' })))).toBe('validation.note-needed')
    expect(codeOf(decideValidation(requested(3), command('remy', 'passed', hours(40))))).toBe('validation.not-asked')
  })

  it('that went badly holds the pet and offers the ways back', () => {
    const decided = decideValidation(arrived(3), command('remy', 'failed', hours(3)))
    expect(decided).toMatchObject({ ok: true, value: { holdFor: expect.stringContaining('Seen') as string } })
    expect(offerRecovery(arrived(3))).toEqual([])
    expect(offerRecovery(arrived(3, said('failed'))).length).toBeGreaterThan(0)
  })
})

describe('the gate of tests', () => {
  const report = (changes: Partial<Extract<DecisionEvidence, { kind: 'test-report' }>> = {}): DecisionEvidence => ({
    ...{ kind: 'test-report', report: toId<Digest>('sha256:report'), tests: 3, failures: 0, skipped: 1, finishedAt: asked },
    ...changes,
  })

  function decide(gateKind: PeopleGateKind, by: string, evidence?: DecisionEvidence) {
    const promotion = requested(4)
    const { boundTo } = promotion.request
    const word = { gate: gateKind, by: personId(by), verdict: 'approve', comment: '', at: asked, boundTo } as const
    return decideApproval(promotion, { ...word, ...(evidence === undefined ? {} : { evidence }) }, standing(promotion, asked))
  }

  it('takes no word for it, nor a report that is not green', () => {
    expect(codeOf(decide('automated-tests', 'tess'))).toBe('gate.needs-report')
    expect(codeOf(decide('automated-tests', 'tess', report({ failures: 1 })))).toBe('gate.needs-report')
    expect(codeOf(decide('automated-tests', 'tess', report({ tests: 1 })))).toBe('gate.needs-report')
    expect(codeOf(decide('automated-tests', 'tess', report()))).toBe('ok')
    expect(codeOf(decide('automated-tests', 'sam', report()))).toBe('approval.not-named')
  })

  it('alone is opened or closed by a report: no gate of judgement takes one for the word of its person', () => {
    for (const [gateKind, by] of [
      ['test-lead', 'tess'],
      ['security', 'sam'],
      ['approval', 'ben'],
    ] as const)
      expect(codeOf(decide(gateKind, by, report()))).toBe('gate.takes-no-report')
  })

  it('asks a report at no other gate, and offers itself to nobody who only has a word', () => {
    expect(codeOf(decide('test-lead', 'tess'))).toBe('ok')
    const promotion = requested(4)
    expect(findDecidableGates(promotion, personId('tess'), { now: asked, standing: standing(promotion, asked) })).toEqual(['test-lead'])
  })

  it('counts no word without a report that somebody put into the ledger', () => {
    const promotion = requested(4)
    const { boundTo } = promotion.request
    const decision = { gate: 'automated-tests', by: personId('tess'), verdict: 'approve', comment: '', at: asked, boundTo } as const
    const forged = evolve(promotion, { type: 'approval-decided', data: { decision } })
    const rested = evolve(promotion, { type: 'approval-decided', data: { decision: { ...decision, evidence: report() } } })
    expect([gate('automated-tests', forged, asked)?.[0], gate('automated-tests', rested, asked)?.[0]]).toEqual(['pending', 'open'])
  })

  const { release } = buildRequestFacts(4) // exported at 2026-11-01T08:00Z
  const judged = (changes: Partial<Parameters<typeof judgeReport>[0]>) =>
    judgeReport({ report: toId<Digest>('sha256:r'), tests: 2, failures: 0, skipped: 0, failed: [], ...changes }, { release, now: asked })

  it.each([
    ['passed', {}, 'approve'],
    ['had a failure', { failures: 1 }, 'reject'],
    ['broke before any test', { tests: 0, failures: 1 }, 'reject'],
    ['were none', { tests: 0 }, 'tests.nothing-ran'],
    ['were all skipped', { tests: 2, skipped: 2 }, 'tests.nothing-ran'],
    ['ran before the artifact was there', { begunAt: '2026-11-01T07:59:00Z' }, 'tests.older-than-artifact'],
    ['ran in a zone that is not told', { begunAt: '2026-10-31T20:00:00' }, 'approve'],
    ['ran in no zone of this world', { begunAt: '2026-10-31T17:00:00' }, 'tests.older-than-artifact'],
  ] as const)('says what tests say that %s', (_what, changes, expected) => {
    const result = judged(changes)
    expect(result.ok ? result.value.verdict : result.refusal.code).toBe(expected)
  })
})

describe('every gate that is not open', () => {
  it('clears by itself where only time has to pass, and needs somebody where a word is to be given', () => {
    expect(gate('review-window', requested(3), asked)).toEqual(['pending', 'wait'])
    expect(gate('approval', requested(3), asked)).toEqual(['pending', 'fix'])
  })

  it('says whether somebody has to do something, and who is accountable', () => {
    for (const tier of [2, 3, 4] as const) {
      for (const status of evaluateGates(requested(tier), asked, standing(requested(tier), asked))) {
        expect([status.kind, status.next === undefined]).toEqual([status.kind, status.state === 'open'])
        expect([status.kind, status.accountable === undefined]).toEqual([status.kind, false])
      }
    }
  })
})
