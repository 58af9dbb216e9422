import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { celConditions } from '#adapters/cel'
import type { Finding } from '#domain/check'
import { evaluateReport } from '#domain/check'
import type { AttemptId, Instant, Result, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { policyInForce } from '#domain/policy'
import type { Release } from '#domain/release'
import type { Waiver } from '#domain/waiver'
import { waiversOfReport } from '#domain/waiver'
import { at, buildConfiguration, buildRelease, buildRequestFacts, personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import { applyWaivers, withWaivers } from './apply-waivers.ts'
import { decideApproval } from './decide-approval.ts'
import { decideStart } from './decide-attempt.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateGates } from './evaluate-gates.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import { judgeStanding, standAsRequested } from './judge-standing.ts'
import type { GateStatus, NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'

const asked = at('2026-11-02T09:00:00Z')
const later = (hours: number): Instant => at(new Date(Date.parse(asked) + hours * 3_600_000).toISOString())
const end = later(100)
const finding: Finding = {
  ruleId: 'STR-06',
  severity: 'critical',
  subject: 'Permit form',
  message: 'Its URL is fixed.',
  path: 'forms/permit.xml',
}
const other: Finding = { ...finding, subject: 'Fee form', path: 'forms/fee.xml' }

function waiver(changes: Partial<Waiver> = {}): Waiver {
  return {
    waiverId: 'w-1',
    waives: { kind: 'check', ruleId: 'STR-06' },
    scope: { solution: 'Permits' },
    reason: 'The vendor mends it.',
    measure: 'Tested by hand.',
    requestedBy: personId('maria'),
    requestedAt: later(-2),
    from: later(-2),
    until: end,
    decided: { by: personId('sam'), verdict: 'approve', comment: '', at: later(-1) },
    ...changes,
  }
}

const ofSource = waiver({
  waiverId: 'w-2',
  waives: { kind: 'gate', gate: 'source-control' },
  decided: { by: personId('emma'), verdict: 'approve', comment: '', at: later(-1) },
})

const ofRule = waiver({ waiverId: 'w-3', waives: { kind: 'check', ruleId: 'STR-07' } })
const ofAge = waiver({ waiverId: 'w-5', waives: { kind: 'gate', gate: 'checks' } })

/** Emma answers for environments and owns no solution. */
const configuration: Configuration = (() => {
  const base = buildConfiguration(3)
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) => ({
      ...stage,
      gates: stage.id === 'to-prod' ? [{ kind: 'source-control' } as const, ...stage.gates] : [],
    })),
  }))
  return { ...base, pipelines, people: [...base.people, { id: personId('emma'), name: 'Emma', roles: ['environment-owner'] }] }
})()

function releaseWith(findings: readonly Finding[], changes: Partial<Omit<Release, 'seal'>> = {}): Release {
  const report = evaluateReport({
    solution: 'Permits',
    version: '1.1.0.0',
    rules: buildRelease().report.rules,
    findings,
    failsFrom: 'critical',
  })
  return buildRelease({ tier: 3, report, ...changes })
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function ask(release: Release, waivers: readonly Waiver[], now = asked) {
  return decideRequest(buildRequestFacts(3, { release, configuration, waivers, now }))
}

function evolve(promotion: Promotion | undefined, event: NewPromotionEvent, when: Instant): Promotion {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: when, actor: 'drover', previousHash: '', hash: '' }
  return evolvePromotion(promotion, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
}

function standing(
  promotion: Promotion,
  release: Release,
  of: { readonly waivers: readonly Waiver[]; readonly now: Instant; readonly under?: Configuration },
) {
  const under = of.under ?? configuration
  const { deployments, rulesInForce } = buildRequestFacts(3, { release })
  return judgeStanding(promotion, {
    ...{ now: of.now, waivers: of.waivers, release, configuration: under, configurationVersion: 1, deployments, rulesInForce },
    policy: policyInForce(under),
    conditions: celConditions,
  })
}

describe('findings of a check rule', () => {
  const release = releaseWith([finding])

  it('do not block while the rule is waived, and stay in the report with whose waiver it is', () => {
    expect(codeOf(ask(release, []))).toBe('PIP-04')
    const [event] = granted(ask(release, [waiver()]))
    const request = event?.type === 'promotion-requested' ? event.data.request : undefined
    expect(request?.evidence.find(({ gate }) => gate === 'checks')?.reason).toContain(
      `STR-06 of Permit form by waiver w-1 (sam) until ${end}`,
    )
  })

  it.each<[string, string, readonly Waiver[]]>([
    ['PIP-04', 'of another rule', [waiver({ waives: { kind: 'check', ruleId: 'STR-07' } })]],
    ['PIP-04', 'at another place', [waiver({ scope: { solution: 'Permits', place: 'Fee form' } })]],
    ['ok', 'at the very place', [waiver({ scope: { solution: 'Permits', place: 'forms/permit.xml' } })]],
    ['PIP-04', 'into another stage', [waiver({ scope: { solution: 'Permits', stageId: toId<StageId>('to-test') } })]],
    ['PIP-04', 'that has ended', [waiver({ until: asked })]],
    ['PIP-04', 'that was revoked', [waiver({ revoked: { by: personId('sam'), at: later(-1), reason: 'No' } })]],
    ['PIP-04', 'of the whole gate: findings are waived by their rule', [waiver({ waives: { kind: 'gate', gate: 'checks' } })]],
    [
      'PIP-04',
      'approved by the owner of the solution',
      [waiver({ decided: { by: personId('olga'), verdict: 'approve', comment: '', at: later(-1) } })],
    ],
  ])('are answered %s by a waiver %s', (code, _what, waivers) => {
    expect(codeOf(ask(release, waivers))).toBe(code)
  })

  it('block by a waiver that whoever made the release approved, whoever asks for its promotion', () => {
    expect(codeOf(ask(releaseWith([finding], { sealedBy: 'sam' }), [waiver()]))).toBe('PIP-04')
  })

  it('block where one of them is not waived', () => {
    expect(codeOf(ask(releaseWith([finding, other]), [waiver({ scope: { solution: 'Permits', place: 'Permit form' } })]))).toBe('PIP-04')
  })

  it('block where the report says fail and names no finding for it, or did not come to its end', () => {
    const { report } = releaseWith([])
    expect(codeOf(ask(buildRelease({ tier: 3, report: { ...report, verdict: 'fail' } }), [waiver()]))).toBe('PIP-04')
    const unfinished = { ...release.report, unfinished: ['STR-07'] }
    expect(codeOf(ask(buildRelease({ tier: 3, report: unfinished }), [waiver()]))).toBe('PIP-07')
    const unended = buildRelease({ tier: 3, report: unfinished })
    expect(codeOf(ask(unended, [waiver(), ofRule]))).toBe('ok')
    expect(codeOf(ask(unended, [waiver(), { ...ofRule, scope: { solution: 'Permits', place: 'Permit form' } }]))).toBe('PIP-07')
    expect(codeOf(ask(unended, [waiver(), ofAge]))).toBe('PIP-07')
    const inconclusive = buildRelease({ tier: 3, report: { ...report, verdict: 'inconclusive' } })
    expect(codeOf(ask(inconclusive, [waiver(), ofRule, ofAge]))).toBe('PIP-07')
  })

  it('count by a report without a rule that is in force only where that rule is waived by its name', () => {
    const { report } = releaseWith([])
    const [ruleId = ''] = report.rules
    const without = buildRelease({ tier: 3, report: { ...report, rules: report.rules.slice(1) } })
    const ofThis = waiver({ waives: { kind: 'check', ruleId } })
    expect([[], [ofAge], [ofRule], [ofThis]].map((waivers) => codeOf(ask(without, waivers)))).toEqual(['PIP-07', 'PIP-07', 'PIP-07', 'ok'])
  })

  it('count by a report that is too old only where its age is waived, which waives nothing else', () => {
    const old = buildRelease({ tier: 3, report: releaseWith([]).report, sealedAt: at('2026-07-01T08:00:00Z') })
    expect([[], [waiver(), ofRule], [ofAge]].map((waivers) => codeOf(ask(old, waivers)))).toEqual(['PIP-07', 'PIP-07', 'ok'])
  })

  it('keep no release from being sealed where all of them are waived, and what came to no end is, too', () => {
    const sealed = (findings: readonly Finding[], waivers: readonly Waiver[], now = asked, unfinished?: readonly string[]) =>
      waiversOfReport({ ...releaseWith(findings).report, ...(unfinished === undefined ? {} : { unfinished }) }, waivers, now)?.map(
        ({ waiverId }) => waiverId,
      )
    const narrow = waiver({ scope: { solution: 'Permits', place: 'Permit form' } })
    expect(sealed([finding, other], [waiver()])).toEqual(['w-1'])
    expect(sealed([finding, other], [narrow])).toBeUndefined()
    expect(sealed([finding], [waiver()], end)).toBeUndefined()
    expect(sealed([finding], [ofAge])).toBeUndefined()
    expect(sealed([finding], [waiver(), ofAge], asked, ['STR-07'])).toBeUndefined()
    expect(sealed([finding], [waiver(), ofRule], asked, ['STR-07'])).toEqual(['w-1', 'w-3'])
    // A report that says fail and names nothing for it is not let go.
    expect(sealed([], [waiver(), ofRule])).toBeUndefined()
  })

  it('close a promotion that waits as soon as the waiver ends', () => {
    const [event] = granted(ask(release, [waiver()]))
    if (event === undefined) throw new Error('nothing was asked for')
    const promotion = evolve(undefined, event, asked)
    const shut = (now: Instant, waivers: readonly Waiver[]) =>
      standing(promotion, release, { waivers, now }).outdated.map(({ subject }) => subject)
    expect(shut(later(99), [waiver()])).toEqual([])
    expect(shut(end, [waiver()])).toContain('PIP-04')
    expect(shut(later(1), [waiver({ revoked: { by: personId('sam'), at: later(1), reason: 'No' } })])).toContain('PIP-04')
  })
})

describe('a gate of machines that is closed because something is not there', () => {
  const release = releaseWith([], { commit: '' })
  const promotion = (): Promotion => {
    const [event] = granted(ask(release, [ofSource]))
    if (event === undefined) throw new Error('nothing was asked for')
    return evolve(undefined, event, asked)
  }
  const sourceGate = (of: Promotion, waivers: readonly Waiver[], now: Instant): GateStatus | undefined =>
    evaluateGates(of, now, standing(of, release, { waivers, now })).find(({ kind }) => kind === 'source-control')

  it('is opened by name, never as if all were well, and closes again', () => {
    expect(codeOf(ask(release, []))).toBe('TIER-04')
    const waiting = promotion()
    expect(sourceGate(waiting, [ofSource], later(1))).toMatchObject({ state: 'open', waiverId: 'w-2', hasUnknown: true })
    expect(sourceGate(waiting, [ofSource], later(1))?.reasons[0]?.message).toBe(
      `Waived by Emma until ${end}: The vendor mends it. Instead: Tested by hand.`,
    )
    expect(sourceGate(waiting, [ofSource], end)).toMatchObject({ state: 'closed' })
  })

  it('ends what people wrote without a full stop', () => {
    const curt = { ...ofSource, reason: 'The vendor mends it', measure: 'Tested by hand' }
    expect(sourceGate(promotion(), [curt], later(1))?.reasons[0]?.message).toBe(
      `Waived by Emma until ${end}: The vendor mends it. Instead: Tested by hand.`,
    )
  })

  it('is open by no waiver at any moment after its end, of any sort of gate', () => {
    const kinds = ['source-control', 'soak', 'review-window', 'recovery', 'losses', 'in-force'] as const
    const shut = (state: 'closed' | 'pending') => kinds.map((kind): GateStatus => ({ kind, state, reasons: [], hasUnknown: true }))
    fc.assert(
      fc.property(fc.constantFrom('closed' as const, 'pending' as const), fc.integer({ min: -300, max: 300 }), (state, hours) => {
        const waivers = kinds.flatMap((gate) => (gate === 'in-force' ? [] : [{ ...ofSource, waives: { kind: 'gate', gate } as const }]))
        const open = applyWaivers(shut(state), { people: configuration.people, waivers }, later(hours)).filter(
          (gate) => gate.state === 'open',
        )
        expect(open.length > 0).toBe(hours >= -1 && hours < 100)
        expect(open.map(({ kind }) => kind)).not.toContain('in-force')
      }),
    )
  })

  it('is decided on with the waiver in view: whoever decided before one came is asked anew, and nobody when one ends that is not needed', () => {
    const waiting = promotion()
    const decide = (of: Promotion, waivers: readonly Waiver[], now: Instant, shown = waivers) =>
      decideApproval(
        of,
        {
          ...{ gate: 'approval', by: personId('ben'), verdict: 'approve', comment: '', at: now },
          boundTo: withWaivers(of.request.boundTo, shown),
        },
        standing(of, release, { waivers, now }),
      )
    const approval = (of: Promotion, waivers: readonly Waiver[], now: Instant) =>
      evaluateGates(of, now, standing(of, release, { waivers, now })).find(({ kind }) => kind === 'approval')?.state
    const [word] = granted(decide(waiting, [ofSource], later(1)))
    if (word === undefined) throw new Error('nothing was decided')
    const once = evolve(waiting, word, later(1))
    expect(once.decisions[0]?.boundTo.waivers).toEqual(['w-2'])
    // Open but for the number of people that Tier 3 asks for.
    const states = (waivers: readonly Waiver[], of = once) =>
      evaluateGates(of, later(2), standing(of, release, { waivers, now: later(2) }))
        .find(({ kind }) => kind === 'approval')
        ?.reasons.map(({ message }) => message)
        .join(' ')
    expect(states([ofSource])).toContain('Said yes')
    const late = { ...ofSource, waiverId: 'w-4' }
    expect(states([ofSource, late])).not.toContain('Said yes')
    // What came between looking and deciding was not agreed to.
    expect(codeOf(decide(once, [ofSource, late], later(2), [ofSource]))).toBe('PIP-11')
    expect(codeOf(decide(waiting, [ofSource], later(1), []))).toBe('PIP-11')
    const [again] = granted(decide(once, [ofSource, late], later(2)))
    if (again === undefined) throw new Error('nothing was decided')
    expect(again.key).not.toBe(word.key)
    const twice = evolve(once, again, later(2))
    expect(states([ofSource, late], twice)).toContain('Said yes')
    expect(states([ofSource], twice)).toContain('Said yes')
    expect(approval(twice, [ofSource], later(2))).toBe('pending')
  })

  it('leaves a no of before standing: an exception from a rule is no answer to it', () => {
    const waiting = promotion()
    const { boundTo } = waiting.request
    const no = { gate: 'approval', by: personId('ben'), verdict: 'reject', comment: 'Not now', at: later(1), boundTo } as const
    const refused: Promotion = { ...waiting, decisions: [no] }
    const late = { ...ofSource, waiverId: 'w-4' }
    const gate = evaluateGates(refused, later(2), standing(refused, release, { waivers: [ofSource, late], now: later(2) }))
    expect(gate.find(({ kind }) => kind === 'approval')?.state).toBe('closed')
  })

  it('keeps a promotion from starting once its waiver has ended, and is shown as it was once the work began', () => {
    const waiting = promotion()
    const start = (now: Instant, waivers: readonly Waiver[]) =>
      decideStart(waiting, { attemptId: toId<AttemptId>('a-1'), now, standing: standing(waiting, release, { waivers, now }) })
    expect(codeOf(start(end, [ofSource]))).toBe('promotion.request-outdated')
    const begun = evolve(waiting, { type: 'attempt-started', data: { attemptId: toId<AttemptId>('a-1'), waivers: [ofSource] } }, later(30))
    const shown = evaluateGates(begun, later(500), standAsRequested(begun, configuration.people))
    expect(shown.find(({ kind }) => kind === 'source-control')).toMatchObject({ state: 'open', waiverId: 'w-2' })
  })
})
