import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Digest, Instant, PersonId, Result, StageId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Configuration } from '#domain/pipeline'
import { policyInForce } from '#domain/policy'
import { at, buildConfiguration, personId, sha256 } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import { decideRevocation, decideWaiver, decideWaiverRequest } from './decide-waiver.ts'
import { findRepeated, findWaivers, isInForce } from './find-waivers.ts'
import type { NewWaiverEvent, Waiver, WaiverEvent, WaiverRequest } from './waiver.ts'
import { evolveWaiver, stateOfWaiver } from './waiver.ts'
import { permitOf, waiverChoices } from './waiver-choices.ts'

const now = at('2026-11-20T12:00:00Z')
const configuration = buildConfiguration(3)
const rules = (of: Configuration = configuration, when: Instant = now) => ({ configuration: of, policy: policyInForce(of), now: when })
const artifact = toId<Digest>(`sha256:${sha256('one')}`)

function request(changes: Partial<WaiverRequest> = {}): WaiverRequest {
  return {
    waiverId: 'w-1',
    waives: { kind: 'check', ruleId: 'STR-06' },
    scope: { solution: 'Permits' },
    reason: 'The vendor mends it in February',
    measure: 'The form is tested by hand',
    requestedBy: personId('maria'),
    requestedAt: now,
    from: now,
    until: at('2026-12-04T12:00:00Z'),
    ...changes,
  }
}

function codeOf(result: Result<unknown>): string {
  return result.ok ? 'ok' : result.refusal.code
}

function fold(waiver: Waiver | undefined, events: readonly NewWaiverEvent[], actor: string, when: Instant = now): Waiver {
  const after = events.reduce<Waiver | undefined>(
    (folded, event) => evolveWaiver(folded, { ...event, at: when, actor } as unknown as WaiverEvent), // the envelope of a ledger entry around our own event
    waiver,
  )
  if (after === undefined) throw new Error('there is no waiver')
  return after
}

function approved(changes: Partial<WaiverRequest> = {}, by = 'sam'): Waiver {
  const asked = fold(undefined, [{ type: 'waiver-requested', data: { request: request(changes) } }], 'maria')
  return fold(asked, granted(decideWaiver(asked, rules(), { actor: personId(by), verdict: 'approve', comment: '' })), by)
}

describe('asking for a waiver', () => {
  const ask = (changes: Partial<WaiverRequest>) => codeOf(decideWaiverRequest(request(changes), { ...rules(), knownRules: ['STR-06'] }))

  it.each<[string, Partial<WaiverRequest>]>([
    ['ok', {}],
    ['ok', { waives: { kind: 'gate', gate: 'source-control' } }],
    ['ok', { scope: { solution: 'permits', stageId: toId<StageId>('to-prod'), place: 'Permit form' } }],
    ['promotion.not-allowed', { requestedBy: personId('sam') }],
    ['promotion.unknown-person', { requestedBy: personId('mallory') }],
    ['solution.not-governed', { scope: { solution: 'Boats' } }],
    ['waiver.unknown-rule', { waives: { kind: 'check', ruleId: 'STR-99' } }],
    ['waiver.never', { waives: { kind: 'gate', gate: 'recovery' } }],
    ['waiver.never', { waives: { kind: 'gate', gate: 'validation' } }],
    ['waiver.never', { waives: { kind: 'gate', gate: 'losses' } }],
    ['waiver.never', { waives: { kind: 'gate', gate: 'previous-stage' } }],
    ['waiver.never', { waives: { kind: 'gate', gate: 'change-window' } }],
    ['waiver.no-place', { waives: { kind: 'gate', gate: 'soak' }, scope: { solution: 'Permits', place: 'Form' } }],
    ['stage.unknown', { scope: { solution: 'Permits', stageId: toId<StageId>('to-mars') } }],
    ['waiver.reason-needed', { reason: ' ' }],
    ['waiver.measure-needed', { measure: '' }],
    ['waiver.no-time', { until: now }],
    ['waiver.no-time', { from: at('2026-12-05T12:00:00Z') }],
    ['waiver.too-long', { until: at('2026-12-20T12:00:01Z') }],
  ])('is answered %s of %o', (code, changes) => {
    expect(ask(changes)).toBe(code)
  })

  it('takes what policy never waives for never waived, also where somebody is named to approve it', () => {
    const policy = policyInForce(configuration)
    const gateApprovers = { ...policy.waivers.gateApprovers, recovery: policy.waivers.findingApprovers }
    const lax = { ...policy, waivers: { ...policy.waivers, gateApprovers } }
    const asked = request({ waives: { kind: 'gate', gate: 'recovery' } })
    expect(codeOf(decideWaiverRequest(asked, { configuration, policy: lax, now, knownRules: [] }))).toBe('waiver.never')
    const forged = approved({ waives: { kind: 'check', ruleId: 'STR-06' } })
    const subject = { solution: 'Permits', artifact }
    expect(findWaivers([{ ...forged, waives: { kind: 'gate', gate: 'recovery' } }], subject, { configuration, policy: lax })).toEqual([])
  })
})

describe('deciding on a waiver', () => {
  const asked = fold(undefined, [{ type: 'waiver-requested', data: { request: request() } }], 'maria')
  const decide = (actor: string, waiver = asked, verdict: 'approve' | 'reject' = 'approve', comment = '') =>
    codeOf(decideWaiver(waiver, rules(), { actor: personId(actor), verdict, comment }))

  it('is for somebody above whoever asked, and never for the owner of the solution, who gains by it', () => {
    expect(['sam', 'maria', 'ben', 'olga', 'remy'].map((actor) => decide(actor))).toEqual([
      'ok',
      'promotion.not-allowed',
      'promotion.not-allowed',
      'ROL-07',
      'promotion.not-allowed',
    ])
    const people = configuration.people.map((person) =>
      person.id === 'maria' ? { ...person, roles: [...person.roles, 'security' as const] } : person,
    )
    expect(
      codeOf(decideWaiver(asked, rules({ ...configuration, people }), { actor: personId('maria'), verdict: 'approve', comment: '' })),
    ).toBe('ROL-07')
  })

  it('is done once, in time, and with a reason for a no', () => {
    expect(decide('sam', approved())).toBe('waiver.not-proposed')
    expect(
      codeOf(
        decideWaiver(asked, rules(configuration, at('2026-12-04T12:00:00Z')), { actor: personId('sam'), verdict: 'approve', comment: '' }),
      ),
    ).toBe('waiver.not-proposed')
    expect([decide('sam', asked, 'reject'), decide('sam', asked, 'reject', 'Mend it')]).toEqual(['waiver.reason-needed', 'ok'])
  })

  it('can be taken back by whoever asked, approved or owns the solution, with a reason, while it holds', () => {
    const revoke = (actor: string, waiver = approved(), reason = 'Mended') =>
      codeOf(decideRevocation(waiver, rules(), { actor: personId(actor), reason }))
    expect(['maria', 'sam', 'olga', 'ben', 'mallory'].map((actor) => revoke(actor))).toEqual([
      'ok',
      'ok',
      'ok',
      'waiver.not-allowed',
      'waiver.not-allowed',
    ])
    expect(revoke('sam', approved(), '  ')).toBe('waiver.reason-needed')
    expect(revoke('sam', fold(approved(), [{ type: 'waiver-revoked', data: { reason: 'Mended' } }], 'sam'))).toBe('waiver.ended')
  })

  it('tells rules that were waived again and again, for the rule is wrong then (W-ENA)', () => {
    const policy = policyInForce(configuration)
    const many = [1, 2, 3].map((n) => approved({ waiverId: `w-${n}` }))
    expect(findRepeated([...many, asked], policy)).toEqual([{ rule: 'STR-06', times: 3, isToChange: true }])
    expect(findRepeated(many.slice(1), policy)).toEqual([{ rule: 'STR-06', times: 2, isToChange: false }])
  })
})

describe('a waiver', () => {
  const subject = { solution: 'PERMITS', stageId: toId<StageId>('to-prod'), artifact }
  const holds = (
    waivers: readonly Waiver[],
    when: Instant = now,
    of: Partial<typeof subject & { requestedBy: PersonId }> = {},
    under = configuration,
  ) =>
    findWaivers(waivers, { ...subject, ...of }, { configuration: under, policy: policyInForce(under) }).some((waiver) =>
      isInForce(waiver, when),
    )

  it('never holds before it was approved, before its begin, at its end or after it, or once it was revoked', () => {
    const moments = fc.integer({ min: -40, max: 40 }).map((hours) => at(new Date(Date.parse(now) + hours * 3_600_000).toISOString()))
    fc.assert(
      fc.property(moments, moments, moments, fc.option(moments, { nil: undefined }), (from, until, decidedAt, revokedAt) => {
        const decided = { by: personId('sam'), verdict: 'approve', comment: '', at: decidedAt } as const
        const revoked = revokedAt === undefined ? {} : { revoked: { by: personId('sam'), at: revokedAt, reason: 'Mended' } }
        const waiver: Waiver = { ...request({ from, until }), decided, ...revoked }
        for (let hours = -41; hours <= 41; hours++) {
          const when = at(new Date(Date.parse(now) + hours * 3_600_000).toISOString())
          const may = revokedAt === undefined && when >= from && when < until && when >= decidedAt
          expect([when, holds([waiver], when)]).toEqual([when, may])
        }
      }),
      { numRuns: 60 },
    )
  })

  it('holds for its own solution, stage and artifact alone', () => {
    const narrow = approved({ scope: { solution: 'Permits', stageId: toId<StageId>('to-prod'), artifact } })
    expect(holds([narrow])).toBe(true)
    expect(holds([narrow], now, { solution: 'Boats' })).toBe(false)
    expect(holds([narrow], now, { stageId: toId<StageId>('to-test') })).toBe(false)
    expect(holds([narrow], now, { artifact: toId<Digest>(`sha256:${sha256('two')}`) })).toBe(false)
  })

  it('ends when its asker or approver is no longer declared, or has the role no more, and lifts no rule for a request of its approver', () => {
    const without = (name: string) => ({ ...configuration, people: configuration.people.filter(({ id }) => id !== name) })
    const demoted = (name: string) => ({
      ...configuration,
      people: configuration.people.map((person) => (person.id === name ? { ...person, roles: [] } : person)),
    })
    const software = {
      ...configuration,
      people: configuration.people.map((person) => (person.id === 'sam' ? { ...person, kind: 'service' as const } : person)),
    }
    expect(holds([approved()])).toBe(true)
    for (const under of [without('maria'), without('sam'), demoted('maria'), demoted('sam'), software])
      expect(holds([approved()], now, {}, under)).toBe(false)
    expect(holds([approved()], now, { requestedBy: personId('sam') })).toBe(false)
    const { decided: _decided, ...undecided } = approved()
    expect(holds([undecided])).toBe(false)
  })

  it('ends as early as the tier in force lets it, whatever it was approved for', () => {
    const long = { ...approved(), until: at('2027-11-20T12:00:00Z') }
    const last = (days: number) => at(new Date(Date.parse(now) + days * 86_400_000 - 1).toISOString())
    expect([holds([long], last(30)), holds([long], last(31))]).toEqual([true, false])
    const strict = { ...configuration, solutions: configuration.solutions.map((solution) => ({ ...solution, tier: 4 as const })) }
    expect([holds([long], last(14), {}, strict), holds([long], last(15), {}, strict)]).toEqual([true, false])
  })

  it('tells how it stands', () => {
    const asked = request()
    expect([
      stateOfWaiver(asked, now),
      stateOfWaiver(asked, at('2026-12-04T12:00:00Z')),
      stateOfWaiver(approved({ from: at('2026-11-21T12:00:00Z') }), now),
    ]).toEqual(['proposed', 'lapsed', 'ahead'])
  })
})

describe('what a page offers', () => {
  const asked = fold(undefined, [{ type: 'waiver-requested', data: { request: request() } }], 'maria')

  it('is what a word would be taken for, and tells everybody else why not, and whom to ask', () => {
    const permit = (actor: string, waiver = asked) => permitOf(waiver, rules(), personId(actor))
    expect(permit('sam')).toEqual({ may: ['approve', 'reject', 'revoke'] })
    expect(permit('maria')).toMatchObject({
      may: ['revoke'],
      whyNot: 'Maria may not decide on a waiver of check rule STR-06 of Permits. Ask Olga or Sam.',
    })
    // Whoever gains by a waiver may refuse it, and may not grant it.
    expect(permit('olga')).toMatchObject({ may: ['reject', 'revoke'], whyNot: expect.stringContaining('owns Permits') })
    expect(permit('sam', approved())).toEqual({ may: ['revoke'] })
    expect(permit('ben', approved())).toEqual({ may: [] })
  })

  it('asks only for what can be waived, where the asking person may ask', () => {
    const rule = { id: 'STR-06', title: 'One', severity: 'high', why: '', fix: '', source: '' } as const
    const choices = (actor: string) => waiverChoices(rules(), personId(actor), [rule])
    const { rules: offered, solutions, whyNot } = choices('maria')
    expect(offered.map(({ waives }) => (waives.kind === 'gate' ? waives.gate : waives.ruleId))).toContain('STR-06')
    for (const { waives } of offered)
      expect(codeOf(decideWaiverRequest(request({ waives }), { ...rules(), knownRules: ['STR-06'] }))).toBe('ok')
    expect([solutions.map(({ solution, longestDays }) => [solution, longestDays]), whyNot]).toEqual([[['Permits', 30]], undefined])
    expect(choices('sam')).toMatchObject({ solutions: [], whyNot: expect.stringContaining('Sam') })
  })
})
