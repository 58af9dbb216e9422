import { describe, expect, it } from 'vitest'
import { toId } from '#domain/kernel'
import type { EnvironmentId, LedgerEvent } from '#domain/kernel'
import type { ChannelAudience, NotificationChannel, NoticeTopic } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import type { NewPromotionEvent, Promotion, PromotionEvent } from '#domain/promotion'
import { decideRequest, evolvePromotion } from '#domain/promotion'
import { at, buildConfiguration, buildRequestFacts, personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import { concernsChannel, passDeadline, toldTypes, writeNotice } from './index.ts'

const configuration = buildConfiguration(3)

function entry(type: string, data: unknown, stream = 'promotion/p-1'): LedgerEvent {
  const envelope = { sequence: 7, stream, streamVersion: 1, at: at('2026-11-02T09:00:00Z'), actor: 'maria', previousHash: '', hash: '' }
  return { type, data, ...envelope }
}

function evolve(promotion: Promotion | undefined, { type, data }: NewPromotionEvent): Promotion {
  return evolvePromotion(promotion, entry(type, data) as PromotionEvent)
}

const [asked] = granted(decideRequest(buildRequestFacts(3, { configuration })))
if (asked === undefined) throw new Error('nothing was asked for')
const requested = evolve(undefined, asked)

function noticeOf(event: LedgerEvent, promotion: Promotion | undefined = requested) {
  return writeNotice(event, { configuration, policy: shippedPolicy, promotion })
}

function channel(audience: ChannelAudience | undefined, about?: readonly NoticeTopic[]): NotificationChannel {
  const address = { kind: 'environment', variable: 'TEAMS' } as const
  return {
    id: 'c',
    kind: 'teams',
    address,
    ...(audience === undefined ? {} : { for: audience }),
    ...(about === undefined ? {} : { about }),
  }
}

describe('a promotion that waits for people', () => {
  const notice = noticeOf(entry(asked.type, asked.data))

  it('is told in words for those who decide, with where it is shown', () => {
    expect(notice).toMatchObject({
      topic: 'decision-wanted',
      title: 'Permits 1.1.0.0 asks to go into prod',
      path: '/promotions/p-1',
      environmentId: 'prod',
      solution: 'Permits',
    })
    expect(notice?.text).toContain('Maria asked for it. It waits for:')
    expect(notice?.text).toContain('approval (Anna, Ben)')
  })

  it('is nothing to tell where it waits for nobody, or for the train that it travels with', () => {
    const alone = evolve(undefined, { type: 'promotion-requested', data: { request: { ...requested.request, gates: [] } } })
    const train = { trainId: 't-1', position: 1 }
    const inTrain = evolve(undefined, { type: 'promotion-requested', data: { request: { ...requested.request, train } } })
    expect([noticeOf(entry(asked.type, asked.data), alone), noticeOf(entry(asked.type, asked.data), inTrain)]).toEqual([
      undefined,
      undefined,
    ])
  })

  it.each<[string, ChannelAudience | undefined, boolean]>([
    ['everybody', undefined, true],
    ['whom a gate names', { people: [personId('ben')] }, true],
    ['somebody else', { people: [personId('carl')] }, false],
    ['a role of one of them', { roles: ['security'] }, true],
    ['a role of none of them', { roles: ['cab'], people: [personId('ben')], gates: ['cab'] }, false],
    ['a gate that it waits for', { gates: ['uat'] }, true],
    ['a gate that it does not', { gates: ['cab'] }, false],
    ['its environment', { environments: [toId('prod')] }, true],
    ['another environment', { environments: [toId('test')] }, false],
    ['its solution, however it is written', { solutions: ['permits'] }, true],
    ['its environment and another solution', { environments: [toId('prod')], solutions: ['Other'] }, false],
    ['a group with nobody in it', { groups: ['nobody'] }, false],
  ])('concerns a channel for %s: %s', (_what, audience, isConcerned) => {
    expect(notice && concernsChannel(notice, channel(audience), configuration)).toBe(isConcerned)
  })

  it('is not for a channel that is about something else', () => {
    expect(notice && concernsChannel(notice, channel(undefined, ['escalated']), configuration)).toBe(false)
  })
})

describe('what did not happen in time', () => {
  it('is recorded once for each thing that was due, and again when it is due at another time', () => {
    const dueAt = at('2026-11-05T09:00:00Z')
    const keys = [
      passDeadline({ of: 'watch', promotionId: toId('p-1'), dueAt }),
      passDeadline({ of: 'owed', promotionId: toId('p-1'), gate: 'uat', dueAt }),
      passDeadline({ of: 'owed', promotionId: toId('p-1'), gate: 'cab', dueAt }),
      passDeadline({ of: 'watch', promotionId: toId('p-1'), dueAt: at('2026-11-06T09:00:00Z') }),
    ].map(({ key }) => key)
    expect(new Set(keys).size).toBe(4)
  })

  it('is told with when it was due, by the wall clock of the configuration', () => {
    const { type, data } = passDeadline({ of: 'watch', promotionId: toId('p-1'), dueAt: at('2026-11-05T09:00:00Z') })
    const notice = noticeOf(entry(type, data, 'deadlines'))
    expect(notice).toMatchObject({ topic: 'validation-overdue', people: ['maria', 'olga'] })
    expect(notice?.text).toContain('Thu 2026-11-05 10:00 Europe/Amsterdam')
  })
})

describe('a role with an end', () => {
  const asked = {
    ...{ id: 'g-1', person: personId('ben'), role: 'security' as const, environment: toId<EnvironmentId>('prod') },
    ...{ askedBy: personId('pat'), askedAt: at('2026-11-02T09:00:00Z'), until: at('2026-11-02T13:00:00Z'), reason: 'Sam is away.' },
  }
  const tell = (type: string, data: object) => noticeOf(entry(type, data, 'deputies/ben'))

  it('is asked of those who may be the second person, and told its person and the owner of the place when it begins and ends', () => {
    const wanted = tell('grant-asked', { grant: asked })
    expect(wanted).toMatchObject({
      topic: 'decision-wanted',
      title: 'Ben is to be security for prod until Mon 2026-11-02 14:00 Europe/Amsterdam (13:00 UTC)',
    })
    expect(wanted?.people).toContain('piet')
    expect(wanted?.people).not.toContain('pat')
    const owner = configuration.environments.find(({ id }) => id === 'prod')?.owner
    const passed = passDeadline({ of: 'grant', grant: asked, dueAt: asked.until })
    const told = [
      tell('grant-confirmed', { by: 'piet', grant: asked }),
      tell('grant-ended', { by: 'piet', grant: asked }),
      noticeOf(entry(passed.type, passed.data, 'deadlines')),
    ]
    expect(told.map((each) => [each?.topic, each?.people])).toEqual(told.map(() => ['role-granted', ['ben', owner]]))
    expect(told.map((each) => each?.title.replace(/ until.*/, ''))).toEqual([
      'Ben is security for prod',
      ...['Ben is no longer security for prod', 'Ben is no longer security for prod'],
    ])
  })

  it('is no certification: what waits for one is told the person and the platform-admins who may give it', () => {
    const { type, data } = passDeadline({ of: 'certification', person: personId('pat'), dueAt: at('2026-11-02T09:00:00Z') })
    const notice = noticeOf(entry(type, data, 'deadlines'))
    expect(notice).toMatchObject({ topic: 'certification-due', people: ['pat', 'piet'] })
    expect(notice?.text).toContain('drover people certify pat')
  })
})

describe('a word about what proves it all', () => {
  const proposals = [
    [
      'archive-proposed',
      { promotions: ['p-1', 'p-2'], reason: 'yearly' },
      'archive',
      'What is held of 2 promotions is to be archived, and removed here',
    ],
    ['signing-key-proposed', { reason: 'yearly' }, 'evidence-key', 'Another key is to sign the ledger'],
  ] as const

  it.each(proposals)('is asked of those who may give the second: %s', (type, data, stream, title) => {
    const event = { ...entry(type, data, stream), actor: 'pat' }
    const notice = noticeOf(event)
    expect(notice).toMatchObject({ topic: 'decision-wanted', title, people: ['piet'] })
    expect(notice?.text).toMatch(
      /^Pat asks for it \(yearly\)\. .* until .* \(.* UTC\): drover (evidence archive|ledger rotate-key) --reason/,
    )
    const { evidence } = shippedPolicy
    const alone = {
      ...evidence,
      archiveTakesTwo: { ...evidence.archiveTakesTwo, value: false },
      keyTakesTwo: { ...evidence.keyTakesTwo, value: false },
    }
    expect(writeNotice(event, { configuration, policy: { ...shippedPolicy, evidence: alone } })).toBeUndefined()
  })
})

it('tells of everything that the tracker of people has to hear of, and of nothing that only machines need', () => {
  const wanted = ['gate-escalated', 'deadline-passed', 'end-announced', 'sandbox-warned', 'change-request-opened', 'promotion-requested']
  expect(wanted.filter((type) => !toldTypes.has(type))).toEqual([])
  expect(['step-started', 'token-issued', 'constructor', 'toString'].filter((type) => toldTypes.has(type))).toEqual([])
})
