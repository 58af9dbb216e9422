import { describe, expect, it } from 'vitest'
import type { ApprovalBinding } from '#domain/approval'
import type { AttemptId, Digest, Instant, PromotionId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { PeopleGateKind } from '#domain/pipeline'
import { isPeopleGateKind } from '#domain/pipeline'
import type { Tier } from '#domain/solution'
import {
  at,
  buildConfiguration,
  buildObserved,
  buildPlan,
  nothingMoreAsked,
  buildRelease,
  buildRequestFacts,
  peopleGate,
  personId,
  productionGates,
  version,
} from '../../../test/support/domain-builders.ts'
import { decideApproval, findDecidableGates } from './decide-approval.ts'
import { decideResume, decideStart, decideWithdrawal } from './decide-attempt.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateGates, isReadyToStart } from './evaluate-gates.ts'
import { attemptsOf, evolvePromotion, findImports } from './evolve-promotion.ts'
import { standAsRequested } from './judge-standing.ts'
import type { ImportState, NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'
import type { RequestFacts } from './request-facts.ts'

const requestedAt = at('2026-11-02T09:00:00Z')
const soon = at('2026-11-02T10:00:00Z')
const afterTwoDays = at('2026-11-04T09:00:00Z')
const { people } = buildConfiguration()

function record(event: NewPromotionEvent, when: Instant = soon): PromotionEvent {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: when, actor: 'drover', previousHash: '', hash: '' }
  return { ...event, ...envelope } as PromotionEvent // the envelope of a ledger entry around one of our own events
}

function evolveAll(promotion: Promotion | undefined, events: readonly NewPromotionEvent[], when?: Instant): Promotion {
  const evolved = events.reduce<Promotion | undefined>((state, event) => evolvePromotion(state, record(event, when)), promotion)
  if (evolved === undefined) throw new Error('there is no promotion')
  return evolved
}

function accepted(result: Result<readonly NewPromotionEvent[]>): readonly NewPromotionEvent[] {
  if (!result.ok) throw new Error(`${result.refusal.code}: ${result.refusal.message}`)
  return result.value
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function requested(tier: Tier = 2, changes: Partial<RequestFacts> = {}): Promotion {
  return evolveAll(undefined, accepted(decideRequest(buildRequestFacts(tier, changes))), requestedAt)
}

function decide(
  promotion: Promotion,
  gate: PeopleGateKind,
  by: string,
  more: { verdict?: 'approve' | 'reject'; when?: Instant; boundTo?: ApprovalBinding } = {},
) {
  const { verdict = 'approve', when = soon, boundTo = promotion.request.boundTo } = more
  return decideApproval(promotion, { gate, by: personId(by), verdict, comment: '', at: when, boundTo }, standingOf(promotion))
}

function standingOf(promotion: Promotion) {
  return { ...standAsRequested(promotion, people), ...nothingMoreAsked }
}

function approved(promotion: Promotion, ...yes: readonly (readonly [PeopleGateKind, string])[]): Promotion {
  return yes.reduce((state, [gate, by]) => evolveAll(state, accepted(decide(state, gate, by))), promotion)
}

const attempt = toId<AttemptId>('a-1')

function started(promotion: Promotion, id: AttemptId = attempt): Promotion {
  return evolveAll(promotion, accepted(decideStart(promotion, { attemptId: id, now: soon, standing: standingOf(promotion) })))
}

describe('requesting a promotion', () => {
  it('fixes what it is about, its gates, and what the approvals are bound to', () => {
    const { request, status } = requested()
    expect(status).toEqual({ state: 'pending' })
    expect(request.boundTo.artifact).toBe(buildRelease().managed.digest)
    expect(request.gates.map((gate) => gate.kind)).toEqual([
      'checks',
      'previous-stage',
      'version-rises',
      'settings',
      'preflight',
      'recovery',
      'validation',
      'approval',
    ])
  })

  it('has evidence for each machine gate, so that each is open from the start', () => {
    for (const tier of [2, 3, 4] as const) {
      const gates = evaluateGates(requested(tier), soon, standingOf(requested(tier)))
      for (const gate of gates.filter((status) => !isPeopleGateKind(status.kind) && status.kind !== 'review-window')) {
        expect([gate.kind, gate.state, gate.reasons.length > 0]).toEqual([gate.kind, 'open', true])
      }
    }
  })

  it('refuses checks of fewer rules than are in force, and those that came to no end, also where findings only inform (PIP-07)', () => {
    const { report } = buildRelease()
    const rulesInForce = [...report.rules, 'STR-99']
    expect(codeOf(decideRequest(buildRequestFacts(2, { rulesInForce })))).toBe('PIP-07')
    expect(codeOf(decideRequest(buildRequestFacts(2, { rulesInForce: report.rules })))).toBe('ok')
    const release = buildRelease({ report: { ...report, verdict: 'inconclusive', unfinished: ['STR-08'] } })
    expect(codeOf(decideRequest(buildRequestFacts(2, { release })))).toBe('PIP-07')
    expect(codeOf(decideRequest(buildRequestFacts(1, { release, stageId: toId('to-test') })))).toBe('PIP-07')
  })

  it('refuses a tampered artifact and a broken seal (PIP-02)', () => {
    expect(codeOf(decideRequest(buildRequestFacts(2, { artifactHolds: false })))).toBe('PIP-02')
    expect(codeOf(decideRequest(buildRequestFacts(2, { sealHolds: false })))).toBe('PIP-02')
  })

  it('refuses to skip a stage, also when other bytes of the same version passed it (PIP-01)', () => {
    expect(codeOf(decideRequest(buildRequestFacts(2, { deployments: [] })))).toBe('PIP-01')
    const elsewhere = buildRequestFacts().deployments.map((deployment) => ({ ...deployment, lane: 'localhost/training' }))
    expect(codeOf(decideRequest(buildRequestFacts(2, { deployments: elsewhere })))).toBe('PIP-01')
    const deployments = buildRequestFacts().deployments.map((deployment) => ({ ...deployment, digest: toId<Digest>('sha256:other') }))
    const result = decideRequest(buildRequestFacts(2, { deployments }))
    expect(codeOf(result)).toBe('PIP-01')
    expect(result.ok ? '' : result.refusal.reasons[0]?.message).toContain('other bytes')
  })

  it('lets the first stage be entered without people, whatever the tier', () => {
    for (const tier of [1, 2, 3, 4] as const) {
      const promotion = requested(tier, { stageId: toId('to-test'), deployments: [] })
      expect(isReadyToStart(evaluateGates(promotion, soon, standingOf(promotion)))).toBe(true)
    }
  })

  it('keeps Tier 1 out of a pet and proposes Tier 2 (TIER-04)', () => {
    const result = decideRequest(buildRequestFacts(1))
    expect(codeOf(result)).toBe('TIER-04')
    expect(result.ok ? '' : result.refusal.hint).toContain('Tier 2')
  })

  it('refuses a Tier 4 stage whose configuration lost its board (TIER-04)', () => {
    const base = buildConfiguration(4)
    const gates = productionGates(4).filter((gate) => gate.kind !== 'cab')
    const pipelines = base.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) => (stage.id === 'to-prod' ? { ...stage, gates } : stage)),
    }))
    const result = decideRequest(buildRequestFacts(4, { configuration: { ...base, pipelines } }))
    expect(codeOf(result)).toBe('TIER-04')
    expect(result.ok ? '' : result.refusal.reasons[0]?.subject).toContain('CAB')
  })

  it('refuses what closes the plan, with the code of the cause', () => {
    const solution = { id: 's', uniqueName: 'Permits', version: version('1.1'), isManaged: true, publisherPrefix: 'cto' }
    const plan = buildPlan({ observed: buildObserved({ solutions: [solution] }) })
    expect(codeOf(decideRequest(buildRequestFacts(2, { plan })))).toBe('STR-12')
  })

  it.each([
    [2, 'critical', 'PIP-04'],
    [2, 'high', 'ok'],
    [3, 'high', 'ok'],
    [4, 'high', 'PIP-04'],
    [4, 'medium', 'ok'],
  ] as const)('of Tier %i with a %s finding ends: %s', (tier, severity, outcome) => {
    const finding = { ruleId: 'STR-06', severity, subject: 'Flow Notify', message: 'It carries a connection.', path: undefined }
    const { report } = buildRelease()
    const release = buildRelease({ tier, report: { ...report, findings: [finding], counts: { ...report.counts, [severity]: 1 } } })
    expect(codeOf(decideRequest(buildRequestFacts(tier, { release })))).toBe(outcome)
  })

  it('refuses a failed report even when no finding of it explains the verdict', () => {
    const release = buildRelease({ report: { ...buildRelease().report, verdict: 'fail' } })
    expect(codeOf(decideRequest(buildRequestFacts(2, { release })))).toBe('PIP-04')
  })

  it('refuses a check report that is older than policy allows (PIP-07)', () => {
    expect(codeOf(decideRequest(buildRequestFacts(2, { now: at('2027-01-29T00:00:00Z') })))).toBe('ok')
    expect(codeOf(decideRequest(buildRequestFacts(2, { now: at('2027-02-01T00:00:00Z') })))).toBe('PIP-07')
  })

  it('demands a commit from Tier 3', () => {
    const without = (tier: Tier) => decideRequest(buildRequestFacts(tier, { release: buildRelease({ tier, commit: '' }) }))
    expect([codeOf(without(2)), codeOf(without(3))]).toEqual(['ok', 'TIER-04'])
  })

  it('refuses a second promotion of the solution into the same place while one is not finished', () => {
    const other = {
      promotionId: toId<PromotionId>('p-0'),
      solution: 'permits',
      lane: 'localhost/prod',
    }
    const outcome = (state: Promotion['status']['state']) =>
      codeOf(decideRequest(buildRequestFacts(2, { otherPromotions: [{ ...other, state }] })))
    for (const state of ['pending', 'running', 'errored', 'indeterminate'] as const) expect(outcome(state)).toBe('promotion.already-open')
    for (const state of ['succeeded', 'failed', 'rejected', 'withdrawn'] as const) expect(outcome(state)).toBe('ok')
    const elsewhere = { ...other, lane: 'localhost/test', state: 'running' as const }
    expect(codeOf(decideRequest(buildRequestFacts(2, { otherPromotions: [elsewhere] })))).toBe('ok')
  })

  it('refuses strangers, unknown stages and solutions that are not governed', () => {
    expect(codeOf(decideRequest(buildRequestFacts(2, { requester: personId('ghost') })))).toBe('promotion.unknown-person')
    expect(codeOf(decideRequest(buildRequestFacts(2, { stageId: toId('moon') })))).toBe('promotion.no-such-stage')
    expect(codeOf(decideRequest(buildRequestFacts(2, { configuration: buildConfiguration(2, { solutions: [] }) })))).toBe(
      'promotion.not-governed',
    )
  })
})

describe('deciding on a promotion', () => {
  it('refuses the requester, whoever they are named as (PIP-10)', () => {
    const promotion = requested(2, { requester: personId('anna') })
    const result = decide(promotion, 'approval', 'anna')
    expect(codeOf(result)).toBe('PIP-10')
    expect(result.ok ? '' : result.refusal.hint).toBe('Ask Ben.')
  })

  it('refuses people whom the gate does not name, and gates that are not there', () => {
    expect(codeOf(decide(requested(), 'approval', 'rita'))).toBe('approval.not-named')
    expect(codeOf(decide(requested(), 'cab', 'carl'))).toBe('approval.no-such-gate')
  })

  it('refuses a second decision of one person, and one after the quorum', () => {
    const promotion = approved(requested(), ['approval', 'anna'])
    expect(codeOf(decide(promotion, 'approval', 'anna'))).toBe('approval.already-decided')
    expect(codeOf(decide(promotion, 'approval', 'ben'))).toBe('approval.already-decided')
  })

  it('refuses a decision on other content than was shown (PIP-11)', () => {
    const promotion = requested()
    expect(codeOf(decide(promotion, 'approval', 'anna', { boundTo: { ...promotion.request.boundTo, plan: 'other' } }))).toBe('PIP-11')
    expect(
      codeOf(decide(promotion, 'approval', 'anna', { boundTo: { ...promotion.request.boundTo, artifact: toId('sha256:other') } })),
    ).toBe('PIP-11')
  })

  it('refuses a decision after the request lapsed, and takes one in the last moment', () => {
    expect(codeOf(decide(requested(), 'approval', 'anna', { when: at('2026-11-05T09:00:00Z') }))).toBe('ok')
    expect(codeOf(decide(requested(), 'approval', 'anna', { when: at('2026-11-05T09:00:00.001Z') }))).toBe('approval.lapsed')
  })

  it('refuses one person on two gates that the tier keeps apart (ROL-07)', () => {
    const reviewed = approved(requested(3), ['review', 'anna'])
    expect(codeOf(decide(reviewed, 'approval', 'anna'))).toBe('ROL-07')
    expect(codeOf(decide(reviewed, 'approval', 'ben'))).toBe('ok')
    const board = approved(requested(4), ['cab', 'anna'])
    expect(codeOf(decide(board, 'approval', 'anna'))).toBe('ROL-07')
  })

  it('lets one person decide two gates that nobody keeps apart', () => {
    expect(codeOf(decide(approved(requested(4), ['automated-tests', 'tess']), 'test-lead', 'tess'))).toBe('ok')
  })

  it('ends the promotion with one no', () => {
    const promotion = evolveAll(requested(), accepted(decide(requested(), 'approval', 'anna', { verdict: 'reject' })))
    expect(promotion.status).toEqual({ state: 'rejected', by: 'anna', comment: '' })
    expect(evaluateGates(promotion, soon, standingOf(promotion)).find((gate) => gate.kind === 'approval')?.state).toBe('closed')
    expect(codeOf(decide(promotion, 'approval', 'ben'))).toBe('approval.not-pending')
  })

  it('shows a person only the gates that they may decide now', () => {
    const decidable = (promotion: Promotion, by: string) =>
      findDecidableGates(promotion, personId(by), { now: soon, standing: standingOf(promotion) })
    expect(decidable(requested(3), 'anna')).toEqual(['review', 'approval'])
    expect(decidable(approved(requested(3), ['review', 'anna']), 'anna')).toEqual([])
    expect(decidable(requested(3), 'maria')).toEqual([])
  })
})

describe('gates', () => {
  function gate(promotion: Promotion, kind: string, now = soon) {
    const status = evaluateGates(promotion, now, standingOf(promotion)).find((candidate) => candidate.kind === kind)
    return { state: status?.state, text: status?.reasons.map((reason) => `${reason.subject}: ${reason.message}`).join('\n') }
  }

  it('that wait say for whom, by name, without the requester, and until when', () => {
    const { state, text } = gate(requested(2, { requester: personId('anna') }), 'approval')
    expect(state).toBe('pending')
    expect(text).toBe('approval: Awaits 1 of Ben; lapses at 2026-11-05T09:00:00.000Z.')
  })

  it('that are open say who opened them and when', () => {
    expect(gate(approved(requested(), ['approval', 'ben']), 'approval').text).toBe('Ben: Said yes at 2026-11-02T10:00:00.000Z.')
  })

  it('that lapsed undecided are closed, and those decided in time stay open', () => {
    const late = at('2026-12-01T09:00:00Z')
    expect(gate(requested(), 'approval', late).state).toBe('closed')
    expect(gate(approved(requested(), ['approval', 'ben']), 'approval', late).state).toBe('open')
  })

  it('need their whole quorum', () => {
    const base = buildConfiguration()
    const pipelines = base.pipelines.map((pipeline) => ({
      ...pipeline,
      stages: pipeline.stages.map((stage) =>
        stage.id === 'to-prod' ? { ...stage, gates: [peopleGate('approval', ['anna', 'ben', 'rita'], 2)] } : stage,
      ),
    }))
    const promotion = approved(requested(2, { configuration: { ...base, pipelines } }), ['approval', 'ben'])
    expect(gate(promotion, 'approval').state).toBe('pending')
    expect(gate(approved(promotion, ['approval', 'rita']), 'approval').state).toBe('open')
  })

  it('keep the review window shut until it has passed', () => {
    const promotion = requested(4)
    expect(gate(promotion, 'review-window', soon)).toEqual({
      state: 'pending',
      text: 'review window: The review window of 48 h ends at 2026-11-04T09:00:00.000Z.',
    })
    expect(gate(promotion, 'review-window', afterTwoDays).state).toBe('open')
  })

  it('of Tier 4 do not open without the board', () => {
    const allButCab = approved(
      requested(4),
      ['review', 'rita'],
      ['automated-tests', 'tess'],
      ['uat', 'olga'],
      ['test-lead', 'tess'],
      ['security', 'sam'],
      ['approval', 'ben'],
    )
    const start = (promotion: Promotion) =>
      decideStart(promotion, { attemptId: attempt, now: afterTwoDays, standing: standingOf(promotion) })
    const result = start(allButCab)
    expect(codeOf(result)).toBe('promotion.gates-not-open')
    expect(result.ok ? '' : result.refusal.reasons[0]?.message).toContain('Carl, Cleo, Anna')
    expect(codeOf(start(approved(allButCab, ['cab', 'carl'])))).toBe('ok')
  })

  it('of machines are closed when nobody looked', () => {
    const promotion = requested()
    const blind = { ...promotion, request: { ...promotion.request, evidence: [] } }
    expect(gate(blind, 'checks').state).toBe('closed')
  })

  it('wait for as many different people as the tier wants, also where no two gates are kept apart', () => {
    const promotion = requested(3)
    const unseparated = { ...promotion, request: { ...promotion.request, separation: { distinctPeople: 3, separatedGates: [] } } }
    const gates = unseparated.request.gates.map((each) => ('people' in each ? peopleGate(each.kind, ['anna', 'ben']) : each))
    const pooled = { ...unseparated, request: { ...unseparated.request, gates } }
    const byAnna = approved(pooled, ['review', 'anna'], ['uat', 'anna'], ['security', 'anna'], ['approval', 'anna'])
    expect(gate(byAnna, 'approval')).toMatchObject({ state: 'pending', text: expect.stringContaining('3 different people') })
    const withBen = approved(pooled, ['review', 'anna'], ['uat', 'anna'], ['security', 'anna'], ['approval', 'ben'])
    expect(gate(withBen, 'approval').state).toBe('open')
  })

  it('do not count decisions that should never have been recorded', () => {
    const promotion = requested()
    const forge = (by: string, boundTo = promotion.request.boundTo): NewPromotionEvent => ({
      type: 'approval-decided',
      data: { decision: { gate: 'approval', by: personId(by), verdict: 'approve', comment: '', at: soon, boundTo } },
    })
    const forged = evolveAll(promotion, [forge('maria'), forge('ghost'), forge('anna', { ...promotion.request.boundTo, plan: 'other' })])
    expect(isReadyToStart(evaluateGates(forged, soon, standingOf(forged)))).toBe(false)
  })
})

describe('starting, resuming and withdrawing', () => {
  it('starts when every gate is open, once', () => {
    const start = (promotion: Promotion) =>
      codeOf(decideStart(promotion, { attemptId: attempt, now: soon, standing: standingOf(promotion) }))
    expect(start(requested())).toBe('promotion.gates-not-open')
    const running = started(approved(requested(), ['approval', 'ben']))
    expect(running.status.state).toBe('running')
    expect(start(running)).toBe('promotion.not-pending')
  })

  const running = started(approved(requested(), ['approval', 'ben']))
  const errored = evolveAll(running, [
    { type: 'attempt-errored', data: { attemptId: attempt, code: 'dataverse.unreachable', message: 'gone' } },
  ])
  const indeterminate = evolveAll(running, [
    { type: 'job-recorded', data: { attemptId: attempt, importJobId: 'job-1' } },
    { type: 'attempt-indeterminate', data: { attemptId: attempt, message: 'nobody can tell' } },
  ])
  const failed = evolveAll(running, [
    { type: 'attempt-failed', data: { attemptId: attempt, refusal: { code: 'x', message: 'no', hint: '', reasons: [] } } },
  ])
  const resume = (promotion: Promotion, actor = 'maria', reason = 'seen in the target') =>
    decideResume(promotion, {
      attemptId: toId<AttemptId>('a-2'),
      actor: personId(actor),
      reason,
      now: soon,
      standing: standingOf(promotion),
    })

  it('resumes what errored or is indeterminate, and keeps the jobs of the attempt before', () => {
    const again = evolveAll(indeterminate, accepted(resume(indeterminate)))
    expect(again.status.state).toBe('running')
    expect(attemptsOf(again).map((each) => [each.id, each.jobs.importJobId])).toEqual([
      ['a-1', 'job-1'],
      ['a-2', undefined],
    ])
    expect(codeOf(resume(errored))).toBe('ok')
  })

  it('may still be resumed to follow what it sent, and only that, when what it was asked for under has changed', () => {
    const outdated = { ...standingOf(errored), outdated: [{ subject: 'tier', message: 'It is Tier 3 now.' }] }
    const again = (promotion: Promotion) =>
      decideResume(promotion, { attemptId: toId('a-2'), actor: personId('maria'), reason: 'seen', now: soon, standing: outdated })
    expect(codeOf(again(errored))).toBe('promotion.request-outdated')
    const sent: NewPromotionEvent = { type: 'job-recorded', data: { attemptId: attempt, importJobId: 'job-1', importState: 'sent' } }
    expect(accepted(again(evolveAll(errored, [sent])))).toMatchObject([{ type: 'attempt-started', data: { followsOnly: true } }])
    expect(accepted(resume(evolveAll(errored, [sent])))[0]?.data).not.toHaveProperty('followsOnly')
  })

  it('does not resume what failed, what is running, without a reason, or at the word of just anybody', () => {
    expect(codeOf(resume(failed))).toBe('promotion.not-resumable')
    expect(codeOf(resume(running))).toBe('promotion.not-resumable')
    expect(codeOf(resume(requested()))).toBe('promotion.gates-not-open')
    expect(codeOf(resume(errored, 'maria', ' '))).toBe('promotion.reason-needed')
    expect(codeOf(resume(errored, 'carl'))).toBe('promotion.may-not-act')
    expect(codeOf(resume(errored, 'remy'))).toBe('ok')
  })

  it('resumes what failed after its import went in: the cause was mended, and nothing has to be imported again', () => {
    const refusal = { code: 'flow.refused', message: 'no', hint: '', reasons: [] }
    const afterImport = evolveAll(running, [{ type: 'attempt-failed', data: { attemptId: attempt, refusal, isResumable: true } }])
    expect(afterImport.status).toMatchObject({ state: 'failed', isResumable: true })
    expect(codeOf(resume(afterImport))).toBe('ok')
    expect(failed.status).toMatchObject({ isResumable: false })
  })

  it('is not withdrawn while an import that it sent may be at work, or is in', () => {
    const job = (importState: ImportState): NewPromotionEvent => ({
      type: 'job-recorded',
      data: { attemptId: attempt, importJobId: 'job-1', importState },
    })
    const err: NewPromotionEvent = { type: 'attempt-errored', data: { attemptId: attempt, code: 'dataverse.forbidden', message: '' } }
    const withdraw = (...states: ImportState[]) =>
      codeOf(decideWithdrawal(evolveAll(running, [...states.map(job), err]), personId('maria'), people))
    expect([withdraw('sent'), withdraw('sent', 'passed')]).toEqual(['promotion.import-sent', 'promotion.import-sent'])
    expect([withdraw('sent', 'not-arrived'), withdraw('sent', 'failed')]).toEqual(['ok', 'ok'])
    const resumed = evolveAll(evolveAll(running, [job('sent'), err]), [
      { type: 'attempt-started', data: { attemptId: toId('a-2') } },
      { type: 'attempt-errored', data: { attemptId: toId('a-2'), code: 'x', message: '' } },
    ])
    expect(codeOf(decideWithdrawal(resumed, personId('maria'), people))).toBe('promotion.import-sent')
    expect(findImports(resumed)).toMatchObject([{ attemptId: 'a-1', importJobId: 'job-1', importState: 'sent' }])
  })

  it('shows that its tag could not be set, until it is', () => {
    const fail: NewPromotionEvent = { type: 'promotion-tag-failed', data: { message: 'the repository is away' } }
    const untagged = evolveAll(running, [fail, fail])
    expect(untagged.tagFailure).toEqual({ message: 'the repository is away', tries: 2, lastTriedAt: soon })
    expect(evolveAll(untagged, [{ type: 'promotion-tagged', data: { tag: 'v1', commit: 'c' } }]).tagFailure).toBeUndefined()
  })

  it('can be withdrawn by its requester until it runs, and after we broke', () => {
    const withdraw = (promotion: Promotion, actor = 'maria') => codeOf(decideWithdrawal(promotion, personId(actor), people))
    expect([withdraw(requested()), withdraw(errored), withdraw(requested(), 'pat')]).toEqual(['ok', 'ok', 'ok'])
    expect(withdraw(requested(), 'carl')).toBe('promotion.may-not-act')
    expect([withdraw(running), withdraw(indeterminate), withdraw(failed)]).toEqual([
      'promotion.already-running',
      'promotion.indeterminate',
      'promotion.finished',
    ])
  })

  it('records each step once with its first start, and its end', () => {
    const step = (type: 'step-started'): NewPromotionEvent => ({ type, data: { attemptId: attempt, step: 'import' } })
    const twice = evolveAll(evolveAll(running, [step('step-started')], soon), [step('step-started')], afterTwoDays)
    const done = evolveAll(
      twice,
      [{ type: 'step-finished', data: { attemptId: attempt, step: 'import', outcome: 'done', note: 'fine' } }],
      afterTwoDays,
    )
    expect(attemptsOf(done)[0]?.steps).toEqual([
      { step: 'import', startedAt: soon, finishedAt: afterTwoDays, outcome: 'done', note: 'fine' },
    ])
  })

  it('does not let a late word of an earlier attempt end the promotion', () => {
    const again = evolveAll(errored, accepted(resume(errored)))
    const late = evolveAll(again, [{ type: 'attempt-succeeded', data: { attemptId: attempt, verification: [] } }])
    expect([late.status.state, late.earlierAttempts.length]).toEqual(['running', 1])
  })

  it('keeps what the world said, and lets an unclear end be cleared up', () => {
    const succeed: NewPromotionEvent = { type: 'attempt-succeeded', data: { attemptId: attempt, verification: ['1.1.0.0 is installed'] } }
    const err: NewPromotionEvent = { type: 'attempt-errored', data: { attemptId: attempt, code: 'x', message: '' } }
    expect(evolveAll(running, [succeed, err]).status.state).toBe('succeeded')
    expect(evolveAll(failed, [err]).status.state).toBe('failed')
    expect(evolveAll(indeterminate, [succeed]).status.state).toBe('succeeded')
  })

  it('takes a history that cannot be for a broken ledger', () => {
    const tag = record({ type: 'promotion-tagged', data: { tag: 'v1', commit: 'c' } })
    expect(() => evolvePromotion(undefined, tag)).toThrow(/never requested/)
    const stranger = record({ type: 'attempt-succeeded', data: { attemptId: toId('a-9'), verification: [] } })
    expect(() => evolvePromotion(running, stranger)).toThrow(/never started/)
  })
})
