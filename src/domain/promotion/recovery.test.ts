import { describe, expect, it } from 'vitest'
import { bindApproval } from '#domain/approval'
import type { Rehearsal } from '#domain/environment'
import type { AttemptId, Digest, EnvironmentId, PromotionId, ReleaseId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { GateKind } from '#domain/pipeline'
import { isPeopleGateKind } from '#domain/pipeline'
import { bindRecovery } from '#domain/recovery'
import type { Tier } from '#domain/solution'
import { at, buildRecoveryPlan, buildRelease, buildRequestFacts, personId, sha256, version } from '../../../test/support/domain-builders.ts'
import { decideApproval } from './decide-approval.ts'
import { decideResume } from './decide-attempt.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateGates } from './evaluate-gates.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import { judgeStanding } from './judge-standing.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'
import type { PlannedAgain } from './renew-plan.ts'
import { diffRenewal, recordRenewal } from './renew-plan.ts'
import type { RecoveryIntent, RequestFacts } from './request-facts.ts'

const now = at('2026-11-02T09:30:00Z')
const knownGood = {
  releaseId: toId<ReleaseId>('r-0'),
  promotionId: undefined,
  version: version('1.3.0.0'),
  digest: toId<Digest>('sha256:0'),
  deployedAt: undefined,
} as const
const goodContent = buildRecoveryPlan({ installed: version('1.3.0.0'), knownGood, goodContent: [] })
const bytesGone = buildRecoveryPlan({ installed: version('1.3.0.0'), knownGood })
const intent: RecoveryIntent = { kind: 'recovery', way: 'repack', of: toId<PromotionId>('p-0'), reason: 'It is broken.' }

function factsOf(tier: Tier, changes: Partial<RequestFacts> = {}): RequestFacts {
  return buildRequestFacts(tier, { recovery: goodContent, ...changes })
}

function evolve(promotion: Promotion | undefined, event: NewPromotionEvent): Promotion {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: now, actor: 'drover', previousHash: '', hash: '' }
  return evolvePromotion(promotion, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
}

function requested(facts: RequestFacts): Promotion {
  const decision = decideRequest(facts)
  if (!decision.ok || decision.value[0] === undefined) throw new Error(JSON.stringify(decision))
  return evolve(undefined, decision.value[0])
}

function gateOf(promotion: Promotion, facts: RequestFacts, rehearsals: readonly Rehearsal[] = []) {
  return evaluateGates(promotion, now, judgeStanding(promotion, { ...facts, rehearsals })).find(({ kind }) => kind === 'recovery')
}

describe('the gate of the way back', () => {
  it('stands before every pet of a tier that asks for it, whatever the stage offers', () => {
    for (const tier of [2, 3, 4] as const) expect(requested(factsOf(tier)).request.gates.map(({ kind }) => kind)).toContain('recovery')
  })

  it('waits at Tier 3 for a rehearsal, which opens it while the promotion waits', () => {
    const facts = factsOf(3)
    const promotion = requested(facts)
    const ids = { environmentId: toId<EnvironmentId>('prod'), sandboxId: toId<EnvironmentId>('sandbox'), by: personId('olga') } as const
    const rehearsal: Rehearsal = {
      ...{ id: 'x', solution: 'permits', way: 'repack', from: version('1.3'), to: version('1.2'), outcome: 'succeeded', notes: [] },
      ...{ ...ids, startedAt: now, finishedAt: now, durationMs: 1 },
    }
    expect(gateOf(promotion, facts)?.state).toBe('pending')
    expect(gateOf(promotion, facts, [{ ...rehearsal, outcome: 'failed' }])?.state).toBe('pending')
    expect(gateOf(promotion, facts, [rehearsal])?.state).toBe('open')
  })

  it('is shut where nobody planned how it comes back', () => {
    const facts = factsOf(2, { recovery: undefined })
    expect(gateOf(requested(facts), facts)?.state).toBe('closed')
  })
})

describe('a decision', () => {
  it('lapses when the way back that was shown with it is gone, though nothing else has changed', () => {
    const facts = factsOf(2)
    const content = { artifact: facts.release.managed.digest, plan: facts.plan, policyVersion: facts.policy.version }
    const planned = (recovery: RequestFacts['recovery']): PlannedAgain => ({
      plan: facts.plan,
      boundTo: bindApproval({ ...content, recovery: bindRecovery(recovery) }, sha256),
      recovery,
    })
    const asked = requested({ ...facts, ...planned(goodContent) })
    const standing = judgeStanding(asked, facts)
    const yes = { gate: 'approval', by: personId('ben'), verdict: 'approve', comment: '', at: now, boundTo: asked.request.boundTo } as const
    const decided = decideApproval(asked, yes, standing)
    if (!decided.ok) throw new Error(decided.refusal.message)
    const approved = decided.value.reduce<Promotion>((state, event) => evolve(state, event), asked)
    const approval = (promotion: Promotion) => evaluateGates(promotion, now, standing).find(({ kind }) => kind === 'approval')?.state
    expect([approval(approved), recordRenewal(planned(goodContent), diffRenewal(approved, planned(goodContent)))]).toEqual([
      'open',
      undefined,
    ])
    const found = diffRenewal(approved, planned(bytesGone))
    expect(found.differences.map(({ subject }) => subject)).toEqual(['the way back'])
    const renewal = recordRenewal(planned(bytesGone), found)
    if (renewal === undefined) throw new Error('nothing was found')
    const renewed = evolve(approved, renewal)
    expect([approval(renewed), renewed.request.recovery]).toEqual(['pending', bytesGone])
  })
})

describe('a recovery', () => {
  it('passes the gates that policy leaves it, at every tier, with one other person', () => {
    for (const tier of [2, 3, 4] as const) {
      const { request } = requested(factsOf(tier, { intent, recovery: undefined }))
      expect(request.gates.map(({ kind }) => kind)).toEqual(['settings', 'preflight', 'approval'])
      expect(request.separation).toEqual({ distinctPeople: 2, separatedGates: [] })
    }
  })

  it('asks of its release neither the stage before nor fresh checks: it ran there', () => {
    const old = factsOf(4, { now: at('2027-11-02T09:00:00Z'), deployments: [] })
    expect(decideRequest(old)).toMatchObject({ ok: false, refusal: { code: 'PIP-01' } })
    expect(decideRequest({ ...old, intent }).ok).toBe(true)
  })

  it('to what others brought passes what a release passes: its number proves neither its content nor any gate', () => {
    const ofOthers: RecoveryIntent = { ...intent, isOfOthers: true }
    for (const tier of [2, 3, 4] as const) {
      const asked = factsOf(tier, { intent: ofOthers, recovery: undefined, deployments: [] })
      const { gates, separation } = requested(asked).request
      const ordinary = requested(factsOf(tier)).request
      const people = (all: readonly { readonly kind: GateKind }[]) => all.map(({ kind }) => kind).filter(isPeopleGateKind)
      expect([people(gates), separation]).toEqual([people(ordinary.gates), ordinary.separation])
      expect(judgeStanding(requested(asked), asked).outdated).toEqual([])
    }
    const report = { ...factsOf(3).release.report, verdict: 'fail' } as const
    const red = buildRelease({ tier: 3, report })
    expect(decideRequest(factsOf(3, { release: red, intent })).ok).toBe(true)
    expect(decideRequest(factsOf(3, { release: red, intent: ofOthers }))).toMatchObject({ refusal: { code: 'PIP-04' } })
  })

  it('alone brings what was packed for it: sealed today, it is as old as what it was made from', () => {
    const { id, version, managed } = buildRelease()
    const release = buildRelease({ repackOf: { releaseId: id, version, digest: managed.digest } })
    expect(decideRequest(factsOf(2, { release }))).toMatchObject({ refusal: { code: 'recovery.only-back' } })
    expect(decideRequest(factsOf(2, { release, intent })).ok).toBe(true)
  })

  it('is not undone by trying again what it went back from', () => {
    const facts = factsOf(2)
    const attemptId = toId<AttemptId>('a-1')
    const refusal = { code: 'verification.failed', message: 'A flow is off.', hint: 'Mend it.', reasons: [] }
    const failed = (
      [
        { type: 'attempt-started', data: { attemptId } },
        { type: 'job-recorded', data: { attemptId, importJobId: 'job', importState: 'passed' } },
        { type: 'attempt-failed', data: { attemptId, refusal, isResumable: true } },
      ] satisfies NewPromotionEvent[]
    ).reduce<Promotion>((state, event) => evolve(state, event), requested(facts))
    const command = { attemptId, actor: personId('maria'), reason: 'The flow is on.', now, standing: judgeStanding(failed, facts) }
    expect(decideResume(failed, command).ok).toBe(true)
    expect(decideResume(failed, { ...command, later: [toId('p-2')] })).toMatchObject({ refusal: { code: 'promotion.overtaken' } })
  })

  it('still holds while it waits, judged as the recovery that it is', () => {
    const facts = factsOf(3, { intent, recovery: undefined, deployments: [] })
    expect(judgeStanding(requested(facts), facts).outdated).toEqual([])
  })

  it('is not asked for by whoever may ask for no promotion', () => {
    expect(decideRequest(factsOf(2, { intent, requester: personId('sam') }))).toMatchObject({ refusal: { code: 'promotion.not-allowed' } })
  })
})
