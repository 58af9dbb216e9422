import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EnvironmentId, Instant } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Role, TimedGrant } from '#domain/people'
import { hasRoleIn, holdsAt, withTimedGrants } from '#domain/people'
import { shippedPolicy } from '#domain/policy'
import { buildConfiguration, personId } from '../../../test/support/domain-builders.ts'
import { granted } from '../../../test/support/granted.ts'
import type { TimedGrantFacts } from './decide-timed-grant.ts'
import type { NewTimedGrant } from './decide-timed-grant.ts'
import { decideGrantConfirmation, decideGrantEnd, decideTimedGrant } from './decide-timed-grant.ts'
import type { NewPersonEvent, PersonEvent, PersonRecord } from './person-record.ts'
import { evolvePerson, personStream } from './person-record.ts'

const configuration = buildConfiguration(3)
const begin = Date.parse('2026-11-02T09:00:00Z')
const when = (minutes: number): Instant => toId<Instant>(new Date(begin + minutes * 60_000).toISOString())
const people = configuration.people.filter(({ kind }) => kind !== 'service').map(({ id }) => id)

function facts(actor: string, minutes: number, record?: PersonRecord): TimedGrantFacts {
  const timed = withTimedGrants(configuration, record?.grants ?? [], when(minutes))
  return { configuration: timed, lasting: configuration.people, policy: shippedPolicy, record, actor: personId(actor), now: when(minutes) }
}

function evolve(record: PersonRecord | undefined, events: readonly NewPersonEvent[], minutes: number): PersonRecord | undefined {
  const envelope = {
    stream: personStream(personId('ben')),
    at: when(minutes),
    sequence: 1,
    streamVersion: 1,
    actor: '',
    previousHash: '',
    hash: '',
  }
  return events.reduce<PersonRecord | undefined>((left, event) => evolvePerson(left, { ...envelope, ...event } as PersonEvent), record)
}

const wanted = (role: Role, minutes: number): NewTimedGrant => ({
  id: 'g-1',
  person: personId('ben'),
  role,
  until: when(minutes),
  reason: 'Remy is away',
})

describe('a role with an end', () => {
  it('gives nothing before a second platform-admin confirms it, who is neither of the two (ROL-08)', () => {
    const asked = evolve(undefined, granted(decideTimedGrant(facts('pat', 0), wanted('release-manager', 60))), 0)
    const confirm = (by: string) => decideGrantConfirmation(facts(by, 1, asked), 'g-1')
    expect(asked?.grants?.map((grant) => holdsAt(grant, when(1)))).toEqual([false])
    expect(confirm('pat')).toMatchObject({ ok: false, refusal: { code: 'ROL-08' } })
    expect(confirm('ben')).toMatchObject({ ok: false, refusal: { code: 'people.not-allowed' } })
    const held = evolve(asked, granted(confirm('piet')), 1)
    expect(held?.grants?.map((grant) => [holdsAt(grant, when(1)), holdsAt(grant, when(59)), holdsAt(grant, when(60))])).toEqual([
      [true, true, false],
    ])
  })

  it('is confirmed by nobody whose own right to confirm ends', () => {
    const asked = evolve(undefined, granted(decideTimedGrant(facts('pat', 0), wanted('release-manager', 60))), 0)
    const admin: TimedGrant = {
      ...{ ...wanted('platform-admin', 60), id: 'g-2', person: personId('anna') },
      ...{ askedBy: personId('pat'), askedAt: when(0), confirmed: { by: personId('piet'), at: when(0) } },
    }
    const acting = withTimedGrants(configuration, [admin], when(1))
    expect(decideGrantConfirmation({ ...facts('anna', 1, asked), configuration: acting }, 'g-1')).toMatchObject({
      ok: false,
      refusal: { code: 'people.not-allowed' },
    })
  })

  it.each<[string, string, NewTimedGrant, string]>([
    ['for longer than policy gives it', 'pat', wanted('approver', 60 * 9), 'ROL-08'],
    ['with an end that is over', 'pat', wanted('approver', -1), 'grant.no-time'],
    ['without a reason', 'pat', { ...wanted('release-manager', 60), reason: ' ' }, 'grant.reason-needed'],
    ['to administer one place', 'pat', { ...wanted('platform-admin', 60), environment: toId<EnvironmentId>('prod') }, 'ROL-03'],
    ['for a place that is not there', 'pat', { ...wanted('release-manager', 60), solution: 'Nothing' }, 'ROL-03'],
    ['by somebody else who is no platform-admin', 'maria', wanted('release-manager', 60), 'people.not-allowed'],
  ])('is not granted %s', (_case, actor, asked, code) => {
    // The role is asked for as nobody has it yet, so that what is refused is what the sentence says.
    const without = facts(actor, 0)
    const lasting = without.lasting.map((person) => (person.id === personId('ben') ? { ...person, roles: [] } : person))
    expect(decideTimedGrant({ ...without, lasting }, asked)).toMatchObject({ ok: false, refusal: { code } })
  })

  it('gives a right at no moment from its end on, and at none before it was confirmed or after it was given back, whatever was said when', () => {
    const deed = fc.record({
      what: fc.constantFrom('ask', 'confirm', 'end'),
      by: fc.oneof(
        { weight: 3, arbitrary: fc.constantFrom(personId('pat'), personId('piet')) },
        { weight: 1, arbitrary: fc.constantFrom(...people) },
      ),
      after: fc.nat(40),
      lasts: fc.integer({ min: -30, max: 500 }),
    })
    const role: Role = 'security'
    let held = 0
    fc.assert(
      fc.property(fc.array(deed, { minLength: 4, maxLength: 16 }), fc.nat(2000), (deeds, looked) => {
        let [record, minutes]: [PersonRecord | undefined, number] = [undefined, 0]
        const windows: { id: string; by: string; from: number; until: number }[] = []
        for (const [index, { what, by, after, lasts }] of deeds.entries()) {
          minutes += after
          const known = facts(by, minutes, record)
          const newest = record?.grants?.at(-1)?.id ?? 'g-none'
          const decision =
            what === 'ask'
              ? decideTimedGrant(known, { ...wanted(role, minutes + lasts), id: `g-${index}` })
              : what === 'confirm'
                ? decideGrantConfirmation(known, newest)
                : decideGrantEnd(known, newest)
          if (!decision.ok) continue
          for (const event of decision.value) {
            if (event.type === 'grant-confirmed')
              windows.push({ id: newest, by, from: minutes, until: (Date.parse(event.data.grant.until) - begin) / 60_000 })
            if (event.type === 'grant-ended')
              for (const window of windows) if (window.id === newest) window.until = Math.min(window.until, minutes)
          }
          record = evolve(record, decision.value, minutes)
        }
        held += windows.length
        for (const minute of [looked, ...windows.flatMap(({ from, until }) => [from - 1, from, until - 1, until])]) {
          const acting = withTimedGrants(configuration, record?.grants ?? [], when(minute))
          const has = hasRoleIn(acting, personId('ben'), { roles: [role], scope: {} })
          expect(has).toBe(windows.some(({ from, until }) => from <= minute && minute < until))
        }
        for (const { id, by } of windows) {
          const grant = record?.grants?.find((one) => one.id === id)
          expect([grant?.askedBy, personId('ben')]).not.toContain(by)
          expect(Date.parse(grant?.until ?? '') - Date.parse(grant?.askedAt ?? '')).toBeLessThanOrEqual(
            shippedPolicy.people.timedGrantHours.value * 3_600_000,
          )
        }
      }),
      { numRuns: 500 },
    )
    expect(held).toBeGreaterThan(100)
  })
})
