import { toId } from '#domain/kernel'
import type { Instant, PersonId } from '#domain/kernel'
import { shippedPolicy } from '#domain/policy'
import type { WaiverRequest } from '#domain/waiver'
import { permitOf, stateOfWaiver, waiverChoices } from '#domain/waiver'
import type { Engine, WaiverView } from '#engine'
import { sampleConfiguration } from './sample-configuration.ts'
import { sampleWaiver } from './sample-emergency.ts'

type List<Name extends 'listPeople' | 'listWaivers' | 'loadNotifications'> = Extract<
  Awaited<ReturnType<Engine[Name]>>,
  { readonly ok: true }
>['value']

const at = toId<Instant>('2026-11-21T09:30:00.000Z')
const rule = { id: 'STR-06', title: 'Components carry the prefix', severity: 'high', why: '', fix: '', source: '' } as const

/** Ada asks and owns; Grace answers for production, and is in the people as whoever decides on waivers. */
const configuration = {
  ...sampleConfiguration(),
  people: sampleConfiguration().people.map((person) =>
    person.id === 'grace' ? { ...person, roles: [...person.roles, 'environment-owner' as const] } : person,
  ),
}
const rules = { configuration, policy: shippedPolicy, now: at }

const { decided: _, ...undecided } = sampleWaiver.waiver

const askedFor: WaiverRequest = {
  ...undecided,
  waiverId: 'w-2',
  waives: { kind: 'gate', gate: 'soak' },
  reason: 'The law changes tomorrow.',
  measure: 'Two of the team watch it.',
}

/** Two waivers, as the person who asks may decide on them: the real rules, over people in memory. */
export class SampleWaivers {
  #waivers = [askedFor, sampleWaiver.waiver]

  list(viewer: PersonId): List<'listWaivers'> {
    const waivers = this.#waivers.map((waiver) => this.#view(waiver, viewer))
    return { waivers, repeated: [{ rule: 'STR-06', times: 3, isToChange: true }], choices: waiverChoices(rules, viewer, [rule]) }
  }

  ask({ waives, reason, measure, until, solution, actor }: Parameters<Engine['requestWaiver']>[0]): WaiverView {
    const waiver = { ...askedFor, waiverId: 'w-3', waives, scope: { solution }, reason, measure, until, requestedBy: actor }
    this.#waivers = [waiver, ...this.#waivers]
    return this.#view(waiver, actor)
  }

  decide({ waiverId, verdict, comment, actor }: Parameters<Engine['decideWaiver']>[0]): WaiverView {
    return this.#change(waiverId, actor, { decided: { by: actor, verdict, comment, at } })
  }

  revoke({ waiverId, reason, actor }: Parameters<Engine['revokeWaiver']>[0]): WaiverView {
    return this.#change(waiverId, actor, { revoked: { by: actor, at, reason } })
  }

  #change(waiverId: string, actor: PersonId, said: object): WaiverView {
    this.#waivers = this.#waivers.map((waiver) => (waiver.waiverId === waiverId ? { ...waiver, ...said } : waiver))
    const waiver = this.#waivers.find((one) => one.waiverId === waiverId)
    return this.#view(waiver ?? askedFor, actor)
  }

  #view(waiver: (typeof sampleWaiver)['waiver'], viewer: PersonId): WaiverView {
    return { waiver, state: stateOfWaiver(waiver, rules.now), ...permitOf(waiver, rules, viewer) }
  }
}

const delegation = { id: 'd-1', absent: toId<PersonId>('grace'), deputy: toId<PersonId>('ada'), from: at, reason: 'On leave' } as const

/** Everybody of the configuration; Grace has named Ada for her own place. */
export function samplePeople(): List<'listPeople'> {
  const named = { ...delegation, until: toId<Instant>('2099-01-01T00:00:00.000Z'), namedBy: delegation.absent, awaitsSecond: false }
  return configuration.people.map(({ id, name, roles }) => ({
    ...{ id, name, kind: 'person' as const, groups: id === 'grace' ? ['board'] : [] },
    roles: roles.map((role) => ({ role, since: at })),
    grants:
      id === 'ada'
        ? [{ id: 'g-1', person: id, role: 'security' as const, askedBy: id, askedAt: at, reason: 'Grace is away', until: named.until }]
        : [],
    deputies: id === 'grace' ? [named] : [],
    deputyOf: id === 'ada' ? [named] : [],
  }))
}

export function sampleNotifications(): List<'loadNotifications'> {
  const message = { channel: 'ops', sequence: 2, addedAt: at, dueAt: at, tries: 1 } as const
  return {
    channels: [{ id: 'ops', kind: 'teams', about: ['decision-wanted'], for: { people: [toId('grace')] }, waiting: 1, failing: 1 }],
    messages: [
      { ...message, topic: 'decision-wanted', state: 'due', failure: 'The address answered 503.' },
      { ...message, sequence: 1, topic: 'promotion-arrived', state: 'sent', sentAt: at },
    ],
  }
}

/** Heads are kept in one place of two. */
export function sampleAnchors(): Awaited<ReturnType<Engine['loadAnchors']>> {
  const head = {
    kind: 'drover/ledger-head/v1',
    sequence: 40,
    hash: 'a'.repeat(64),
    root: 'b'.repeat(64),
    at,
    keyId: 'c'.repeat(64),
  } as const
  return {
    newest: { anchorId: 'an-1', signed: { head, signature: 'c2ln' }, by: 'drover', at },
    places: [
      { place: 'tags of the repository', kept: { anchorId: 'an-1', sequence: 40, at } },
      { place: 'https://anchors.example', failure: { message: 'It answered 500.', tries: 3, lastTriedAt: at } },
    ],
    publicKey: '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA\n-----END PUBLIC KEY-----',
    keyId: 'c'.repeat(64),
  }
}
