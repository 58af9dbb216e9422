import { describe, expect, it } from 'vitest'
import { celConditions } from '#adapters/cel'
import type { AttemptId, Instant, PromotionId, Result } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { laneOf } from '#domain/environment'
import { withTimedGrants } from '#domain/people'
import type { Configuration, PeopleGateKind } from '#domain/pipeline'
import { applyOverride, policyInForce, shippedPolicy } from '#domain/policy'
import type { HotfixOfRelease } from '#domain/release'
import {
  at,
  buildConfiguration,
  buildEnvironment,
  buildRelease,
  buildRequestFacts,
  personId,
  version,
} from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import { decideApproval } from './decide-approval.ts'
import { decideStart } from './decide-attempt.ts'
import { decideRequest } from './decide-request.ts'
import { evaluateChangeWindow } from './evaluate-change-window.ts'
import { evaluateGates } from './evaluate-gates.ts'
import { evolvePromotion } from './evolve-promotion.ts'
import { judgeStanding } from './judge-standing.ts'
import { offerRecovery } from './offer-recovery.ts'
import type { LaterArrival, OwedItem } from './owed.ts'
import { addWorkingDays, decideSignOff, listOwed, owedGatesOf } from './owed.ts'
import type { NewPromotionEvent, Promotion, PromotionEvent } from './promotion.ts'
import type { RequestFacts } from './request-facts.ts'

/** A Monday. */
const asked = at('2026-11-02T09:00:00Z')
const later = (hours: number): Instant => at(new Date(Date.parse(asked) + hours * 3_600_000).toISOString())
const emergency = { reason: 'Permits are lost' }

const ofHotfix: HotfixOfRelease = {
  ...{ hotfixId: 'h-1', reason: 'It loses permits', base: toId('r-0') },
  ...{ source: toId('dev'), test: toId('test'), stageId: toId('to-prod') },
}

/** The board waits for its own, and the review window of Tier 4 for two days. */
const configuration: Configuration = (() => {
  const base = buildConfiguration(4)
  const pipelines = base.pipelines.map((pipeline) => ({
    ...pipeline,
    stages: pipeline.stages.map((stage) =>
      stage.id === 'to-prod' ? { ...stage, gates: [{ kind: 'review-window' } as const, ...stage.gates] } : stage,
    ),
  }))
  return { ...base, pipelines }
})()

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function ask(changes: Partial<RequestFacts> = {}) {
  return decideRequest(buildRequestFacts(4, { configuration, requester: personId('olga'), emergency, ...changes }))
}

function evolve(promotion: Promotion | undefined, event: NewPromotionEvent, when: Instant): Promotion {
  const envelope = { sequence: 1, stream: 'promotion/p-1', streamVersion: 1, at: when, actor: 'drover', previousHash: '', hash: '' }
  return evolvePromotion(promotion, { ...event, ...envelope } as PromotionEvent) // the envelope of a ledger entry around our own event
}

function requested(changes: Partial<RequestFacts> = {}): Promotion {
  const [event] = granted(ask(changes))
  if (event === undefined) throw new Error('nothing was asked for')
  return evolve(undefined, event, asked)
}

function standing(promotion: Promotion, now: Instant, more: { readonly under?: Configuration; readonly owed?: readonly OwedItem[] } = {}) {
  const { release, deployments, rulesInForce } = buildRequestFacts(4)
  const under = more.under ?? configuration
  return judgeStanding(promotion, {
    ...{ now, release, configuration: under, configurationVersion: 1, deployments, rulesInForce, owed: more.owed ?? [] },
    policy: policyInForce(under),
    conditions: celConditions,
  })
}

function say(promotion: Promotion, gate: PeopleGateKind, by: string, now = later(1)) {
  return decideApproval(
    promotion,
    { gate, by: personId(by), verdict: 'approve', comment: '', at: now, boundTo: promotion.request.boundTo },
    standing(promotion, now),
  )
}

function approve(promotion: Promotion, words: readonly (readonly [PeopleGateKind, string])[]): Promotion {
  return words.reduce((folded, [gate, by]) => {
    const [event] = granted(say(folded, gate, by))
    if (event === undefined) throw new Error('nothing was decided')
    return evolve(folded, event, later(1))
  }, promotion)
}

/** Where it went in at so many hours after it was asked for. */
function arrived(hours = 2, changes: Partial<RequestFacts> = {}): Promotion {
  const attemptId = toId<AttemptId>('a-1')
  const begun = evolve(requested(changes), { type: 'attempt-started', data: { attemptId } }, later(hours))
  return evolve(begun, { type: 'attempt-succeeded', data: { attemptId, verification: [] } }, later(hours))
}

/** With the import of its attempt known to have passed. */
function sent(of: Promotion): Promotion {
  if (of.status.state !== 'succeeded') return of
  const { attempt } = of.status
  const jobs = { ...attempt.jobs, importJobId: 'i-1', importState: 'passed' } as const
  return { ...of, status: { ...of.status, attempt: { ...attempt, jobs } } }
}

describe('an emergency', () => {
  it('goes past the gates that policy names, which it owes, and past no other', () => {
    const { request } = requested()
    const kinds = request.gates.map(({ kind }) => kind)
    for (const kept of [
      'checks',
      'previous-stage',
      'settings',
      'preflight',
      'source-control',
      'recovery',
      'review',
      'security',
      'automated-tests',
      'approval',
      'emergency',
    ] as const)
      expect(kinds).toContain(kept)
    for (const gone of ['review-window', 'soak', 'cab', 'uat', 'test-lead'] as const) expect(kinds).not.toContain(gone)
    expect(request.intent).toMatchObject({ kind: 'emergency', reason: 'Permits are lost', expiresAt: later(24) })
    const past = request.intent?.kind === 'emergency' ? request.intent.notWaitedFor.map(({ kind }) => kind) : []
    expect(past).toEqual(expect.arrayContaining(['review-window', 'uat', 'test-lead', 'cab']))
  })

  it('goes past none of those that nobody goes past, also where policy names them', () => {
    const policy = policyInForce(configuration)
    const notWaitedFor = {
      ...policy.emergencies.notWaitedFor,
      value: ['checks', 'recovery', 'losses', 'approval', 'emergency', 'cab'] as const,
    }
    const lax = { ...policy, emergencies: { ...policy.emergencies, notWaitedFor } }
    const { request } = requested({ policy: lax })
    expect(request.gates.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['checks', 'recovery', 'approval', 'emergency']))
    expect(request.intent?.kind === 'emergency' && request.intent.notWaitedFor.map(({ kind }) => kind)).toEqual(['cab'])
  })

  it.each<[string, string, Partial<RequestFacts>]>([
    ['promotion.not-allowed', 'by whom policy does not let declare one', { requester: personId('maria') }],
    ['emergency.reason-needed', 'without a reason', { emergency: { reason: ' ' } }],
    ['PIP-01', 'of what has not passed the stage before', { deployments: [] }],
    ['emergency.nothing-passed', 'where there is no gate to go past', { stageId: toId('to-test') }],
    ['emergency.own-way', 'of a hotfix, which has its own way', { release: buildRelease({ tier: 4, hotfix: ofHotfix }) }],
    ['emergency.nobody-second', 'where nobody else could say that it is one', { configuration: withoutSecond() }],
    ['owed.overdue', 'while something is overdue there', { owed: [owedItem({ isOverdue: true })] }],
    ['ok', 'while something is owed and not due', { owed: [owedItem({ isOverdue: false })] }],
  ])('is answered %s %s', (code, _what, changes) => {
    expect(codeOf(ask(changes))).toBe(code)
  })

  it('takes the word of somebody who did not ask and does not approve it, which no stage needs to offer', () => {
    const promotion = requested()
    expect(codeOf(say(promotion, 'emergency', 'olga'))).toBe('PIP-10')
    expect(codeOf(say(promotion, 'emergency', 'ben'))).toBe('approval.not-named')
    // Anna may do either: as an approver, and as a member of the board.
    expect(codeOf(say(approve(promotion, [['approval', 'anna']]), 'emergency', 'anna'))).toBe('ROL-07')
    expect(codeOf(say(approve(promotion, [['emergency', 'anna']]), 'approval', 'anna'))).toBe('ROL-07')
    expect(codeOf(say(approve(promotion, [['approval', 'ben']]), 'emergency', 'carl'))).toBe('ok')
    expect(evaluateGates(promotion, later(1), standing(promotion, later(1))).find(({ kind }) => kind === 'emergency')?.state).toBe(
      'pending',
    )
  })

  it('is none any more when nothing began in time, or when whoever declared it may no longer', () => {
    const promotion = requested()
    const outdated = (now: Instant, under = configuration) => standing(promotion, now, { under }).outdated.map(({ subject }) => subject)
    expect(outdated(later(24))).toEqual([])
    expect(outdated(later(24.01))).toContain('emergency.expired')
    const start = decideStart(promotion, { attemptId: toId<AttemptId>('a-1'), now: later(25), standing: standing(promotion, later(25)) })
    expect(codeOf(start)).toBe('promotion.request-outdated')
    const people = configuration.people.map((person) =>
      person.id === 'olga' ? { ...person, roles: ['maker', 'approver'] as const } : person,
    )
    expect(outdated(later(1), { ...configuration, people })).toContain('promotion.not-allowed')
  })

  it('goes in outside of change windows, and not through a freeze, as policy says', () => {
    const promotion = requested()
    const { changes, emergencies } = policyInForce(configuration)
    const rules = { stage: 'Production', policy: changes, emergencies, usual: undefined }
    const night = { windows: [{ days: ['sat'], from: '01:00', to: '02:00' }], freezes: [], timeZone: 'UTC' } as never
    const frozen = {
      windows: undefined,
      freezes: [{ name: 'Year end', reason: 'Books', from: '2026-11-01T00:00', to: '2026-12-31T00:00' }],
      timeZone: 'UTC',
    } as never
    const { intent: _intent, ...plain } = promotion.request
    const gate = (hours: never, of = promotion) => evaluateChangeWindow(of, asked, { ...rules, hours })
    expect(gate(night).state).toBe('open')
    expect(gate(night).reasons[0]?.message).toContain('This is an emergency')
    expect(gate(night, { ...promotion, request: plain }).state).toBe('pending')
    expect(gate(frozen).state).not.toBe('open')
  })
})

describe('what was gone past', () => {
  const sign = (of: Promotion, by: string, gate: PeopleGateKind = 'cab', verdict: 'approve' | 'reject' = 'approve', comment = '') =>
    decideSignOff(of, { gate, by: personId(by), verdict, comment, at: later(5) }, { configuration, policy: policyInForce(configuration) })
  const signed = (of: Promotion, by: string, gate: PeopleGateKind, verdict: 'approve' | 'reject' = 'approve') => {
    const [event] = granted(sign(of, by, gate, verdict, 'Seen'))
    if (event === undefined) throw new Error('nothing was given')
    return evolve(of, event, later(5))
  }

  it('is owed from the moment at which the target was changed, by those whom the gate named, within working days', () => {
    expect(owedGatesOf(requested())).toEqual([])
    const owed = owedGatesOf(arrived())
    expect(owed.map(({ gate, dueAt }) => [gate, dueAt])).toEqual([
      ['uat', '2026-11-09T11:00:00.000Z'],
      ['test-lead', '2026-11-09T11:00:00.000Z'],
      ['cab', '2026-11-09T11:00:00.000Z'],
    ])
    expect(addWorkingDays(at('2026-11-21T12:00:00Z'), 1)).toBe('2026-11-23T12:00:00.000Z')
  })

  it('is owed a day later for each holiday of the region in force, as policy had it when it was asked for', () => {
    const dates = ['2026-11-02', '2026-11-03', '2026-11-07'].map((date) => `AT ${date}`)
    const values = [
      { path: 'calendar.region', value: 'AT', reason: 'The team works there' },
      { path: 'calendar.holidays', value: [...dates, 'DE 2026-11-04', 'AT 2020-11-05'], reason: 'Holidays Act' },
    ]
    const policy = applyOverride(shippedPolicy, { values, demands: [] })
    const promotion = arrived(2, { policy })
    expect(promotion.request.intent).toMatchObject({ holidays: ['2026-11-02', '2026-11-03', '2026-11-07'] })
    expect(owedGatesOf(promotion)[0]?.dueAt).toBe('2026-11-10T11:00:00.000Z')
  })

  it('is owed since the first attempt that changed something, however often it is tried again', () => {
    const tried = sent(arrived(2))
    const again = arrived(50)
    const first = tried.status.state === 'succeeded' ? [tried.status.attempt] : []
    expect(owedGatesOf({ ...again, earlierAttempts: first })[0]?.dueAt).toBe(owedGatesOf(tried)[0]?.dueAt)
  })

  it('is given once, by whom the gate names, never by whoever asked, and by nobody who decided a gate that is kept apart', () => {
    const promotion = arrived()
    expect(
      [sign(promotion, 'carl'), sign(promotion, 'olga', 'uat'), sign(promotion, 'ben'), sign(promotion, 'mallory')].map(codeOf),
    ).toEqual(['ok', 'promotion.not-allowed', 'promotion.not-allowed', 'promotion.not-allowed'])
    expect(codeOf(sign(promotion, 'rita', 'review'))).toBe('owed.nothing')
    expect(codeOf(sign(requested(), 'carl'))).toBe('owed.nothing')
    expect(codeOf(sign(signed(promotion, 'carl', 'cab', 'reject'), 'carl'))).toBe('promotion.decided-already')
    expect(codeOf(sign(promotion, 'carl', 'cab', 'reject'))).toBe('owed.reason-needed')
    const { boundTo } = promotion.request
    const decision = { gate: 'approval', by: personId('anna'), verdict: 'approve', comment: '', at: asked, boundTo } as const
    expect(codeOf(sign({ ...promotion, decisions: [decision] }, 'anna'))).toBe('ROL-07')
  })

  it('is given by nobody whose word would not have counted before: whoever made the release, or has no role there any more', () => {
    const made = arrived(2, { release: buildRelease({ tier: 4, sealedBy: 'carl' }) })
    expect([codeOf(sign(made, 'carl')), codeOf(sign(made, 'cleo'))]).toEqual(['promotion.not-allowed', 'ok'])
    const people = configuration.people.map((person) => (person.id === 'carl' ? { ...person, roles: ['reviewer'] as const } : person))
    const said = { gate: 'cab', by: personId('carl'), verdict: 'approve', comment: '', at: later(5) } as const
    expect(
      codeOf(decideSignOff(arrived(), said, { configuration: { ...configuration, people }, policy: policyInForce(configuration) })),
    ).toBe('promotion.not-allowed')
  })

  it('is given with a role that has an end until that, and with none that nobody certified for longer than the tier lets it (ROL-08)', () => {
    const give = (by: string, staff: Partial<Parameters<typeof decideSignOff>[2]>, promotion = arrived()) =>
      codeOf(
        decideSignOff(
          promotion,
          { gate: 'cab', by: personId(by), verdict: 'approve', comment: '', at: later(5) },
          { configuration, policy: policyInForce(configuration), ...staff },
        ),
      )
    const { value: days } = policyInForce(configuration).people.uncertifiedDays[4]
    const dueSince = (hoursAgo: number) => ({ uncertified: { carl: later(5 - hoursAgo) } })
    expect(give('carl', dueSince(days * 24))).toBe('ok')
    expect(give('carl', dueSince(days * 24 + 1))).toBe('promotion.not-allowed')
    expect(give('cleo', dueSince(days * 24 + 1))).toBe('ok')

    const people = configuration.people.map((person) => (person.id === 'carl' ? { ...person, roles: ['reviewer'] as const } : person))
    const grant = {
      id: 'g-1',
      person: personId('carl'),
      role: 'cab',
      askedBy: personId('pat'),
      askedAt: later(0),
      reason: 'Holidays',
    } as const
    const until = (hours: number) => {
      const confirmed = { by: personId('piet'), at: later(0) }
      return { configuration: withTimedGrants({ ...configuration, people }, [{ ...grant, until: later(hours), confirmed }], later(5)) }
    }
    expect([give('carl', until(6)), give('carl', until(5))]).toEqual(['ok', 'promotion.not-allowed'])
  })

  it('is given by a deputy in the place of whom the gate named, who then counts as both (ROL-09)', () => {
    const promotion = arrived()
    const about = { from: later(0), until: later(100), reason: 'Away', namedBy: personId('carl') }
    const delegations = [{ id: 'd-1', absent: personId('carl'), deputy: personId('dora'), ...about }]
    const withDora = {
      ...configuration,
      people: [...configuration.people, { id: personId('dora'), name: 'Dora', roles: ['cab'] as const }],
    }
    const give = (of: Promotion, by: string, when = later(5), onBehalfOf?: string) =>
      decideSignOff(
        of,
        {
          ...{ gate: 'cab', by: personId(by), verdict: 'approve', comment: '', at: when },
          ...(onBehalfOf === undefined ? {} : { onBehalfOf: personId(onBehalfOf) }),
        },
        { configuration: withDora, policy: policyInForce(configuration), delegations },
      )
    const [event] = granted(give(promotion, 'dora'))
    if (event?.type !== 'sign-off-given') throw new Error('nothing was given')
    expect(event.data.signOff).toMatchObject({ by: 'dora', onBehalfOf: 'carl' })
    expect(codeOf(give(evolve(promotion, event, later(5)), 'carl'))).toBe('promotion.decided-already')
    expect(codeOf(give(promotion, 'dora', later(101)))).toBe('promotion.not-allowed')
    expect(codeOf(give(promotion, 'dora', later(5), 'cleo'))).toBe('promotion.not-allowed')
    const { boundTo } = promotion.request
    const approved = { gate: 'approval', by: personId('carl'), verdict: 'approve', comment: '', at: asked, boundTo } as const
    expect(codeOf(give({ ...promotion, decisions: [approved] }, 'dora'))).toBe('ROL-07')
    expect(codeOf(give(arrived(2, { release: buildRelease({ tier: 4, sealedBy: 'carl' }) }), 'dora'))).toBe('promotion.not-allowed')
  })

  it('stays owed after a no, is settled by a yes, and ends with a recovery of what went in', () => {
    const promotion = arrived()
    const gates = (of: readonly Promotion[], arrivals: readonly LaterArrival[] = [], now = later(10)) =>
      listOwed(of, arrivals, now).map(({ gate }) => gate)
    expect(gates([promotion])).toEqual(['uat', 'test-lead', 'cab'])
    const refused = signed(promotion, 'carl', 'cab', 'reject')
    expect(listOwed([refused], [], later(10)).find(({ gate }) => gate === 'cab')?.isRefused).toBe(true)
    expect([promotion, refused, signed(refused, 'cleo', 'cab')].map((of) => offerRecovery(sent(of)).length > 0)).toEqual([
      false,
      true,
      false,
    ])
    expect(gates([signed(refused, 'cleo', 'cab')])).toEqual(['uat', 'test-lead'])
    const recovery = {
      promotionId: toId<PromotionId>('p-9'),
      solution: 'permits',
      lane: promotion.request.plan.target.lane,
      at: later(9),
      returnedTo: version('1.0.0.0'),
      gates: [],
    }
    expect(gates([promotion], [recovery])).toEqual([])
    expect(gates([promotion], [{ ...recovery, at: later(1) }])).toHaveLength(3)
    expect(gates([promotion], [{ ...recovery, returnedTo: 'nothing' }])).toEqual([])
    // What went in after it is taken back, and it is there again.
    const backToIt = { ...recovery, at: later(9.5), returnedTo: promotion.request.version }
    expect(gates([promotion], [backToIt])).toHaveLength(3)
    expect(gates([promotion], [recovery, backToIt])).toHaveLength(3)
    expect(gates([promotion], [{ ...recovery, lane: 'elsewhere' }])).toHaveLength(3)
  })

  it('is owed by the newest that went past the same gate there, which puts nothing off', () => {
    const first = arrived()
    const second = arrived(50, { promotionId: toId<PromotionId>('p-2'), now: later(49) })
    const arrivals = [first, second].map((of, index) => ({
      ...{ promotionId: of.request.promotionId, solution: 'Permits', lane: of.request.plan.target.lane },
      at: later(index === 0 ? 2 : 50),
      gates: ['cab' as const],
    }))
    const owed = listOwed([first, second], arrivals, later(60)).filter(({ gate }) => gate === 'cab')
    expect(owed.map(({ promotionId, dueAt }) => [promotionId, dueAt])).toEqual([['p-2', '2026-11-09T11:00:00.000Z']])
  })

  it('closes the stage to the next release once it is overdue, and not to a recovery, a hotfix, or elsewhere', () => {
    const overdue = [owedItem({ isOverdue: true })]
    const plain = (owed: readonly OwedItem[]) => codeOf(ask({ emergency: undefined, requester: personId('maria'), owed }))
    expect(plain(overdue)).toBe('owed.overdue')
    expect(plain([owedItem({ isOverdue: false })])).toBe('ok')
    expect(plain([owedItem({ isOverdue: true, lane: 'elsewhere' })])).toBe('ok')
    expect(plain([owedItem({ isOverdue: true, solution: 'Boats' })])).toBe('ok')
    const recovery = { kind: 'recovery', way: 'redeploy', of: undefined, reason: 'Fees are wrong' } as const
    expect(codeOf(ask({ emergency: undefined, intent: recovery, owed: overdue }))).toBe('ok')
    expect(standing(requested(), later(1), { owed: overdue }).outdated.map(({ subject }) => subject)).toContain('owed.overdue')
    expect(
      standing(requested({ promotionId: toId('p-8') }), later(1), { owed: [owedItem({ isOverdue: true, promotionId: toId('p-8') })] })
        .outdated,
    ).toEqual([])
  })
})

function owedItem(changes: Partial<OwedItem>): OwedItem {
  return {
    ...{ promotionId: toId<PromotionId>('p-0'), solution: 'Permits', version: '1.0.0.0' as OwedItem['version'], environmentId: 'prod' },
    ...{ lane: laneOf(buildEnvironment('prod', 'production', 'pet')), intent: 'emergency', requestedBy: personId('olga'), gate: 'cab' },
    ...{ people: [personId('carl')], quorum: 1, since: later(-300), dueAt: later(-100), given: [], isOverdue: false, isRefused: false },
    ...changes,
  }
}

function withoutSecond(): Configuration {
  const roles = policyInForce(configuration).gateRoles.emergency.value
  const people = configuration.people.map((person) =>
    person.id === 'olga' ? person : { ...person, roles: person.roles.filter((role) => !roles.includes(role)) },
  )
  return { ...configuration, people }
}
