import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Instant, PersonId, ReleaseId, Version } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import type { Tier } from '#domain/solution'
import { buildConfiguration, buildGoverned, personId } from '../../../test/support/domain-builders.ts'
import { makeFlow, makeModel } from '../../../test/support/solution-models.ts'
import type { AnswerGiven, NewTierEvent, SolutionReading, SolutionUse, TierEvent, TierRecord } from './index.ts'
import {
  assessTier,
  decideAnswer,
  decideProposal,
  decideTier,
  evolveTier,
  findTierHold,
  nameSome,
  noTierRecord,
  readSolutionFile,
  refuseSecondPerson,
  tierInForce,
} from './index.ts'

const scoring = shippedPolicy.tierScoring
const none = nameSome([])
const plain: SolutionReading = {
  connectors: [],
  code: none,
  scripts: none,
  ai: none,
  exposure: [],
  foreignTables: none,
  wholeForeignTables: none,
  apps: none,
  beyondTables: none,
  roles: [],
}
const now = toId<Instant>('2026-11-22T10:00:00.000Z')
const later = (days: number): Instant => toId<Instant>(new Date(Date.parse(now) + days * 86_400_000).toISOString())

function given(question: string, answer: string): AnswerGiven {
  return { question, answer, by: personId('olga'), at: now, comment: '' }
}

function assess(answers: readonly AnswerGiven[], reading: SolutionReading | undefined = plain, use: SolutionUse = {}) {
  return assessTier({ scoring, reading, use, given: answers })
}

/** The answer to a question that counts. */
function counted(question: string, reading: Partial<SolutionReading>, use: SolutionUse = {}) {
  const found = assess([], { ...plain, ...reading }, use).answers.find((one) => one.question === question)
  if (found === undefined) throw new Error(`there is no question ${question}`)
  return found
}

describe('the tier of a solution', () => {
  it.each<[string, string, Tier]>([
    ['data-class', 'public', 1],
    ['data-class', 'internal', 2],
    ['data-class', 'confidential', 3],
    ['data-class', 'regulated', 4],
    ['exposure', 'external', 3],
    ['exposure', 'anonymous', 4],
    ['decides-about-people', 'yes', 3],
    ['outage', 'critical', 3],
    ['users', 'more', 2],
    ['reach', 'yes', 1],
  ])('is by %s %s alone at least %i', (question, answer, tier) => {
    expect(assess([given(question, answer)]).tier).toBe(tier)
  })

  it('is what the sum reaches where no answer wins by itself', () => {
    const answers = [given('users', 'more'), given('system-of-record', 'yes'), given('reach', 'yes')]
    expect(assess(answers)).toMatchObject({ score: 8, tier: 3 })
    expect(assess(answers).why).toEqual(['The score 8 reaches 8, where Tier 3 begins.'])
  })

  it('counts what nobody has answered as open, and lets it weigh nothing', () => {
    const { open, answers, score } = assess([])
    expect(answers.filter(({ from }) => from === 'unknown').map(({ question }) => question)).toEqual([
      ...['data-class', 'exposure', 'users', 'system-of-record', 'decides-about-people', 'outage', 'shared-tables', 'dependants'],
      ...['reach', 'retention'],
    ])
    expect({ open, score }).toEqual({ open: 10, score: 0 })
  })

  it('has every question open before the first release', () => {
    expect(assessTier({ scoring, reading: undefined, use: {}, given: [] }).open).toBe(scoring.questions.length)
  })

  it('takes the heavier of what was read and what was answered', () => {
    const site = { ...plain, exposure: [{ how: 'external' as const, what: 'site Permits' }] }
    expect(assess([given('exposure', 'none')], site)).toMatchObject({ tier: 3 })
    expect(assess([given('exposure', 'anonymous')], site)).toMatchObject({ tier: 4 })
  })

  const options = scoring.questions.flatMap(({ value }) =>
    value.from === 'read' ? [] : value.answers.map(({ answer }) => ({ question: value.id, answer })),
  )

  it('never has its score or tier lowered by one more answer, and no question more open', () => {
    const answer = fc.constantFrom(...options).map(({ question, answer: text }) => given(question, text))
    const answers = fc.uniqueArray(answer, { selector: ({ question }) => question })
    const reading = fc.record({
      connectors: fc.subarray([{ name: 'sql' }, { name: 'nobodyknows' }, { name: 'own', told: 'custom' as const }]),
      code: fc.constantFrom(none, nameSome(['PluginAssembly A'])),
      exposure: fc.subarray([{ how: 'external' as const, what: 'x' }]),
    })
    fc.assert(
      fc.property(answers, answer, reading, fc.nat(600), (before, more, parts, users) => {
        const known = { ...plain, ...parts }
        const without = before.filter(({ question }) => question !== more.question)
        const [a, b] = [without, [...without, more]].map((all) => assess(all, known, { users }))
        if (a === undefined || b === undefined) throw new Error('two were assessed')
        expect(b.score).toBeGreaterThanOrEqual(a.score)
        expect(b.tier).toBeGreaterThanOrEqual(a.tier)
        expect(b.open).toBeLessThanOrEqual(a.open)
      }),
    )
  })
})

describe('what a solution shows', () => {
  it.each<[string, SolutionReading['connectors'], { answer: string; from: string; weight: number }]>([
    ['a standard connector', [{ name: 'sharepointonline' }], { answer: 'standard', from: 'read', weight: 0 }],
    ['a premium one', [{ name: 'sharepointonline' }, { name: 'sql' }], { answer: 'premium', from: 'read', weight: 1 }],
    ['one whose class the app tells', [{ name: 'nobodyknows', told: 'premium' }], { answer: 'premium', from: 'read', weight: 1 }],
    ['a custom one', [{ name: 'own', told: 'custom' }, { name: 'nobodyknows' }], { answer: 'custom', from: 'read', weight: 3 }],
    ['one that is not known', [{ name: 'nobodyknows' }], { answer: 'standard', from: 'unknown', weight: 0 }],
    [
      'one that is not known beside a premium one',
      [{ name: 'nobodyknows' }, { name: 'sql' }],
      { answer: 'premium', from: 'unknown', weight: 1 },
    ],
    ['one that is called like a part of every object', [{ name: 'constructor' }], { answer: 'standard', from: 'unknown', weight: 0 }],
  ])('by %s', (_what, connectors, expected) => {
    expect(counted('connectors', { connectors })).toMatchObject(expected)
  })

  it('weighs scripts of forms, and takes code that runs by itself to Tier 3', () => {
    expect(counted('custom-code', { scripts: nameSome(['a.js']) })).toMatchObject({ weight: 1, floor: undefined })
    expect(counted('custom-code', { scripts: nameSome(['a.js']), code: nameSome(['customapi X']) })).toMatchObject({ floor: 3 })
  })

  it.each([
    [0, '1'],
    [1, '1'],
    [2, '20'],
    [20, '20'],
    [21, '500'],
    [500, '500'],
    [501, 'more'],
  ])('by %i holders of its roles: users %s', (users, answer) => {
    expect(counted('users', {}, { users }).answer).toBe(answer)
  })

  it.each([
    [[], 'none'],
    [['A', 'B'], 'some'],
    [['A', 'B', 'C'], 'many'],
  ])('by dependants %j: %s', (dependants, answer) => {
    expect(counted('dependants', {}, { dependants }).answer).toBe(answer)
  })

  it('reads connectors, code, agents and doors to the outside of its file', () => {
    const called = (inputs: object) =>
      makeFlow({
        name: 'Hook',
        definition: { properties: { definition: { triggers: { manual: { type: 'Request', kind: 'Http', inputs } } } } },
      })
    const part = (kind: string, key: string) => ({ kind, key, displayName: undefined, parent: undefined })
    const read = (flow: ReturnType<typeof makeFlow>) =>
      readSolutionFile({
        model: makeModel({
          components: [
            ...[
              part('PluginAssembly', 'contoso.plugins'),
              part('bot', 'contoso_helper'),
              part('Entity', 'account'),
              part('Entity', 'contoso_permit'),
            ],
            ...[part('Connector', 'contoso_erp'), part('powerpagesite', 'site'), part('CanvasApp', 'contoso_app')],
          ],
          connectionReferences: [
            { logicalName: 'a', displayName: undefined, connectorId: '/providers/Microsoft.PowerApps/apis/shared_SQL' },
            { logicalName: 'b', displayName: undefined, connectorId: '/apis/shared_cr897-5ftrace-5faff23b91a3696469' },
          ],
          flows: [flow],
          manifest: { rootComponents: [{ type: '1', kind: 'Entity', id: undefined, schemaName: 'Account', behavior: 0 }] },
        }),
        scripts: ['contoso_form.js'],
        appConnectors: [{ id: '/providers/microsoft.powerapps/apis/shared_nobodyknows', apiTier: 'Premium' }],
        openAgents: ['Helper'],
        description: ' Permits of the city ',
        askingApps: ['Scanner'],
        unreadApps: ['Old app'],
      })
    expect(read(called({}))).toEqual({
      connectors: [
        { name: 'contoso_erp', told: 'custom' },
        { name: 'cr897-5ftrace-5faff23b91a3696469', told: 'custom' },
        { name: 'nobodyknows', told: 'premium' },
        { name: 'sql' },
      ],
      code: { count: 1, names: ['PluginAssembly contoso.plugins'] },
      scripts: { count: 1, names: ['contoso_form.js'] },
      ai: { count: 2, names: ['bot contoso_helper', 'formulas of app Scanner'] },
      unreadFormulas: { count: 1, names: ['app Old app'] },
      exposure: [
        { how: 'external', what: 'site site' },
        { how: 'external', what: 'flow Hook is started by whoever knows its address' },
        { how: 'anonymous', what: 'agent Helper asks nobody to sign in' },
      ],
      foreignTables: { count: 1, names: ['account'] },
      wholeForeignTables: { count: 1, names: ['account'] },
      apps: { count: 1, names: ['contoso_app'] },
      beyondTables: {
        count: 5,
        names: [
          'CanvasApp contoso_app',
          'Connector contoso_erp',
          'PluginAssembly contoso.plugins',
          'bot contoso_helper',
          'powerpagesite site',
        ],
      },
      roles: [],
      description: 'Permits of the city',
    })
    expect(read(called({ triggerAuthenticationType: 'Tenant' })).exposure).toHaveLength(2)
  })
})

const people = buildConfiguration().people
const release = { releaseId: toId<ReleaseId>('r-1'), version: '1.0.0.0' as Version }

function fold(events: readonly NewTierEvent[], by: PersonId, record: TierRecord = noTierRecord, at = now): TierRecord {
  // Only what the fold looks at.
  return events.reduce((folded, event) => evolveTier(folded, { ...event, actor: by, at } as unknown as TierEvent), record)
}

function proposed(tier: Tier, configured: Tier = 2, record: TierRecord = noTierRecord): TierRecord {
  const assessment = { ...assess([]), tier }
  return fold(decideProposal(record, { configured, assessment, ...release }), personId('drover'), record)
}

function decide(
  record: TierRecord,
  by: string,
  command: { tier: Tier; days?: number; assessed?: Tier; at?: Instant; configured?: Tier; releaseId?: ReleaseId },
) {
  const subject = { governed: buildGoverned(command.configured ?? 2), people, policy: shippedPolicy, record }
  return decideTier(subject, {
    tier: command.tier,
    reason: 'because',
    days: command.days,
    releaseId: command.releaseId,
    assessed: command.assessed ?? 4,
    actor: personId(by),
    now: command.at ?? now,
  })
}

function decided(record: TierRecord, by: string, command: Parameters<typeof decide>[2]): TierRecord {
  const result = decide(record, by, command)
  if (!result.ok) throw new Error(result.refusal.code)
  return fold(result.value, personId(by), record, command.at)
}

describe('a solution that has outgrown its tier', () => {
  it('is held to the proposed one until somebody decides', () => {
    expect(findTierHold(proposed(3), { configured: 2, now })).toMatchObject({ tier: 3, configured: 2 })
    expect(tierInForce(noTierRecord, { configured: 2, now })).toBe(2)
  })

  it('is proposed once, again only for a still higher one, and never lower by itself', () => {
    const once = proposed(3)
    expect(decideProposal(once, { configured: 2, assessment: { ...assess([]), tier: 3 }, ...release })).toEqual([])
    expect(decideProposal(once, { configured: 2, assessment: { ...assess([]), tier: 1 }, ...release })).toEqual([])
    expect(proposed(4, 2, once).proposal?.tier).toBe(4)
  })

  it('is no longer held when drover.yaml reaches what was proposed', () => {
    expect(findTierHold(proposed(3), { configured: 3, now })).toBeUndefined()
  })

  it('keeps a lower tier by the word of two who may, for a time', () => {
    const waiting = decided(proposed(4), 'pat', { tier: 2, days: 30 })
    expect(tierInForce(waiting, { configured: 2, now })).toBe(4)
    const kept = decided(waiting, 'piet', { tier: 2 })
    expect(kept.decision).toMatchObject({ tier: 2, against: 4, proposedBy: 'pat', by: 'piet', until: later(30) })
    expect(tierInForce(kept, { configured: 2, now: later(29) })).toBe(2)
    expect(tierInForce(kept, { configured: 2, now: later(30) })).toBe(4)
  })

  it('is not let go by one person twice, nor by two who say different things', () => {
    const waiting = decided(proposed(4), 'pat', { tier: 2 })
    expect(decided(waiting, 'pat', { tier: 2 }).decision).toBeUndefined()
    expect(decided(waiting, 'piet', { tier: 3 }).decision).toBeUndefined()
    expect(decided(waiting, 'piet', { tier: 2, at: later(91) }).decision).toBeUndefined()
    const again = proposed(4, 2, decided(proposed(3), 'pat', { tier: 2 }))
    expect(decided(again, 'piet', { tier: 2 }).decision).toBeUndefined()
  })

  it('is held again at once when it grows beyond what was decided on', () => {
    const kept = decided(decided(proposed(3), 'pat', { tier: 2 }), 'piet', { tier: 2 })
    expect(tierInForce(kept, { configured: 2, now })).toBe(2)
    expect(tierInForce(proposed(4, 2, kept), { configured: 2, now })).toBe(4)
  })

  it('tells who the second person may be', () => {
    const record = decided(proposed(4), 'pat', { tier: 2 })
    const refusal = refuseSecondPerson({ governed: buildGoverned(2), people, policy: shippedPolicy, record }).refusal
    expect(refusal).toMatchObject({ code: 'tier.needs-second-person' })
    expect(refusal.hint).toContain('Have Piet run `drover tier decide Permits --tier 2')
  })

  it('goes up by one word, and is held to that', () => {
    const up = decided(proposed(3), 'pat', { tier: 4 })
    expect(findTierHold(up, { configured: 2, now: later(1000) })).toMatchObject({ tier: 4, decided: { tier: 4 } })
  })

  it('is let go without an end where the answers give no more than the tier that is kept', () => {
    const waiting = decided(proposed(4), 'pat', { tier: 2, assessed: 2 })
    expect(decided(waiting, 'piet', { tier: 2, assessed: 2 }).decision?.until).toBeUndefined()
    // By the time of the second word more is known.
    expect(decided(waiting, 'piet', { tier: 2, assessed: 3 }).decision).toBeUndefined()
  })

  it('is proposed again when the answers give more again than the tier that was kept without an end', () => {
    const kept = decided(decided(proposed(3), 'pat', { tier: 2, assessed: 2 }), 'piet', { tier: 2, assessed: 2 })
    expect(tierInForce(kept, { configured: 1, now })).toBe(2)
    expect(proposed(2, 1, kept).history).toEqual(kept.history)
    expect(tierInForce(proposed(3, 1, kept), { configured: 1, now })).toBe(3)
  })

  it('is let go for a release that is named, though the newest gives less: until a date, and not proposed again by it', () => {
    const releaseId = toId<ReleaseId>('r-old')
    const waiting = decided(proposed(3), 'pat', { tier: 2, assessed: 3, releaseId })
    expect(decided(waiting, 'piet', { tier: 2, assessed: 3 }).decision).toBeUndefined()
    const kept = decided(waiting, 'piet', { tier: 2, assessed: 3, releaseId })
    expect(kept.decision).toMatchObject({ tier: 2, releaseId, until: later(90) })
    expect(decideProposal(kept, { configured: 2, assessment: { ...assess([]), tier: 3 }, ...release })).toEqual([])
    expect(tierInForce(kept, { configured: 2, now })).toBe(2)
  })

  it.each<[string, string, Parameters<typeof decide>[2], TierRecord]>([
    ['promotion.not-allowed', 'olga', { tier: 2 }, proposed(4)],
    ['tier.too-long', 'pat', { tier: 2, days: 91 }, proposed(4)],
    ['tier.below-configured', 'pat', { tier: 1 }, proposed(4)],
    ['tier.nothing-proposed', 'pat', { tier: 2 }, noTierRecord],
    ['tier.nothing-proposed', 'pat', { tier: 3, configured: 4 }, proposed(4)],
  ])('refuses with %s', (code, by, command, record) => {
    const result = decide(record, by, command)
    expect(result.ok ? 'accepted' : result.refusal.code).toBe(code)
  })

  it('keeps what was said and decided before', () => {
    const record = decided(decided(proposed(4), 'pat', { tier: 2 }), 'piet', { tier: 2 })
    expect(record.history.map(({ kind }) => kind)).toEqual(['decided', 'proposed'])
  })

  it('is never held to less than drover.yaml asks, whatever was proposed and decided', () => {
    const tier = fc.constantFrom<Tier>(1, 2, 3, 4)
    const deed = fc.record({ by: fc.constantFrom('pat', 'piet'), tier, proposes: fc.option(tier), days: fc.integer({ min: 1, max: 90 }) })
    fc.assert(
      fc.property(tier, fc.array(deed, { maxLength: 8 }), fc.integer({ min: 0, max: 200 }), (configured, deeds, days) => {
        let record = noTierRecord
        for (const { by, tier: wanted, proposes, days: until } of deeds) {
          if (proposes !== null) record = proposed(proposes, configured, record)
          const result = decide(record, by, { tier: wanted, days: until, configured })
          if (result.ok) record = fold(result.value, personId(by), record)
        }
        const held = findTierHold(record, { configured, now: later(days) })
        expect(tierInForce(record, { configured, now: later(days) })).toBeGreaterThanOrEqual(configured)
        if (held !== undefined) expect(held.tier).toBeGreaterThan(configured)
        // What lets go of a proposal took two people, or raised it.
        if (record.decision !== undefined && record.decision.tier < record.decision.against) {
          expect(record.decision.proposedBy).toBeDefined()
          expect(record.decision.proposedBy).not.toBe(record.decision.by)
        }
      }),
    )
  })
})

describe('an answer', () => {
  const subject = { governed: buildGoverned(2), people, policy: shippedPolicy, record: noTierRecord }
  const answer = (question: string, text: string, by: string) =>
    decideAnswer(subject, { question, answer: text, comment: '', actor: personId(by) })

  it('is given by the owner or a platform-admin', () => {
    expect(answer('reach', 'yes', 'olga').ok).toBe(true)
    expect(answer('reach', 'yes', 'pat').ok).toBe(true)
  })

  it.each([
    ['promotion.not-allowed', 'reach', 'yes', 'maria'],
    ['promotion.unknown-person', 'reach', 'yes', 'nobody'],
    ['tier.unknown-question', 'colour', 'yes', 'olga'],
    ['tier.unknown-question', 'ai', 'none', 'olga'],
    ['tier.unknown-answer', 'reach', 'perhaps', 'olga'],
  ])('is refused with %s', (code, question, text, by) => {
    const result = answer(question, text, by)
    expect(result.ok ? 'accepted' : result.refusal.code).toBe(code)
  })

  it('replaces the one before, which is kept', () => {
    const first = fold([{ type: 'tier-answered', data: { question: 'reach', answer: 'yes', comment: '' } }], personId('olga'))
    const second = fold([{ type: 'tier-answered', data: { question: 'reach', answer: 'no', comment: '' } }], personId('pat'), first)
    expect(second.answers).toMatchObject([{ answer: 'no', by: 'pat' }])
    expect(second.earlierAnswers).toMatchObject([{ answer: 'yes', by: 'olga' }])
  })
})
