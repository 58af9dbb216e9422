import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Digest, Instant, PersonId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { Group, Person } from '#domain/people'
import { expandPeople } from '#domain/people'
import type { PeopleGate, PeopleGateKind } from '#domain/pipeline'
import { shippedPolicy } from '#domain/policy'
import { at, buildPerson, personId } from '../../../test/support/domain-builders.ts'
import type { Decision } from './approval.ts'
import type { Delegation, StaffedGate } from './delegation.ts'
import { findDeputies } from './delegation.ts'
import type { ApprovalRules } from './evaluate-quorum.ts'
import { countDecisions, countPeople, evaluateQuorum } from './evaluate-quorum.ts'

const names = ['anna', 'ben', 'carl', 'maria', 'olga', 'robot'] as const
const kinds: readonly PeopleGateKind[] = ['approval', 'review', 'uat']
const boundTo = { artifact: toId<Digest>('sha256:aa'), settings: 'ss', plan: 'bb', fingerprint: 'ff', policy: 'shipped' }
const start = Date.parse('2026-11-02T09:00:00Z')
const people: readonly Person[] = names.map(
  (name): Person =>
    name === 'robot'
      ? { ...buildPerson(name, 'approver', 'reviewer', 'solution-owner'), kind: 'service' }
      : buildPerson(name, 'approver', 'reviewer', 'solution-owner'),
)

function hour(hours: number): Instant {
  return at(new Date(start + hours * 3_600_000).toISOString())
}

const anyGroups = fc
  .array(fc.subarray([...names]), { minLength: 2, maxLength: 2 })
  .map((members) => members.map((each, index): Group => ({ id: `g${index}`, name: `g${index}`, members: each.map(personId) })))
const anyNamed = fc.record({ people: fc.subarray([...names]), groups: fc.subarray(['g0', 'g1']), quorum: fc.integer({ min: 1, max: 2 }) })
const anyDelegation = fc.record({
  absent: fc.constantFrom(...names),
  deputy: fc.constantFrom(...names),
  from: fc.integer({ min: 0, max: 10 }),
  hours: fc.integer({ min: 1, max: 20 }),
})
const anyWord = fc.record({
  gate: fc.constantFrom(...kinds),
  by: fc.constantFrom(...names),
  onBehalfOf: fc.option(fc.constantFrom(...names), { nil: undefined, freq: 2 }),
  hour: fc.integer({ min: 0, max: 30 }),
  /** The delegation that the word is given by, one after its begin; otherwise it is whatever it is. */
  deputising: fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined, freq: 2 }),
})
const anyCase = fc.record({
  groups: anyGroups,
  named: fc.array(anyNamed, { minLength: 3, maxLength: 3 }),
  delegations: fc.array(anyDelegation, { minLength: 2, maxLength: 6 }),
  words: fc.array(anyWord, { maxLength: 25 }),
  requester: fc.constantFrom(...names),
  creator: fc.constantFrom(...names),
})

type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never

function build({ groups, named, delegations, words, requester, creator }: Case) {
  const held = delegations.map(
    ({ absent, deputy, from, hours }, index): Delegation => ({
      ...{ id: `d${index}`, absent: personId(absent), deputy: personId(deputy), from: hour(from), until: hour(from + hours) },
      ...{ reason: 'away', namedBy: personId(absent) },
    }),
  )
  const gates = kinds.map((kind, index): StaffedGate => {
    const { people: own = [], groups: by = [], quorum = 1 } = named[index] ?? {}
    const gate: PeopleGate = {
      kind,
      people: expandPeople({ people: own.map(personId), groups: by }, groups),
      quorum,
      expiresAfterHours: 24,
    }
    return { ...gate, deputies: findDeputies(gate, { people, gateRoles: shippedPolicy.gateRoles[kind].value, delegations: held }) }
  })
  const rules: ApprovalRules = {
    gates,
    requestedBy: personId(requester),
    creator: { by: personId(creator), decidesNot: ['approval', 'review'] },
    requestedAt: hour(0),
    boundTo,
    separatedGates: ['approval', 'review'],
    services: [personId('robot')],
  }
  const decisions = words.map(({ gate, by, onBehalfOf, hour: when, deputising }): Decision => {
    const word = { gate, verdict: 'approve' as const, comment: '', boundTo }
    const via = deputising === undefined ? undefined : held[deputising]
    if (via !== undefined) return { ...word, by: via.deputy, onBehalfOf: via.absent, at: via.from }
    const place = onBehalfOf === undefined ? {} : { onBehalfOf: personId(onBehalfOf) }
    return { ...word, by: personId(by), at: hour(when), ...place }
  })
  return { rules, gates, held, decisions }
}

function behind({ by, onBehalfOf }: Decision): PersonId[] {
  return onBehalfOf === undefined ? [by] : [by, onBehalfOf]
}

describe('whatever the groups, deputies and orders are', () => {
  it('nobody counts twice at a gate, nor on both sides of a separation, nor for their own work', () => {
    let reached = 0
    let deputies = 0
    fc.assert(
      fc.property(anyCase, (given) => {
        const { rules, gates, decisions } = build(given)
        const counted = countDecisions(rules, decisions)
        for (const gate of gates) {
          const here = counted.filter((decision) => decision.gate === gate.kind)
          const everybody = here.flatMap(behind)
          expect(new Set(everybody).size).toBe(everybody.length)
          if (evaluateQuorum(gate, counted).isReached) {
            reached += 1
            expect(new Set(here.map(({ by }) => by)).size).toBeGreaterThanOrEqual(gate.quorum)
          }
        }
        const [approval, review] = (['approval', 'review'] as const).map((kind) =>
          counted.filter(({ gate }) => gate === kind).flatMap(behind),
        )
        expect(approval?.filter((id) => review?.includes(id))).toEqual([])
        expect([...(approval ?? []), ...(review ?? [])]).not.toContain(personId(given.creator))
        expect(counted.flatMap(behind)).not.toContain(personId(given.requester))
        deputies += counted.filter(({ onBehalfOf }) => onBehalfOf !== undefined).length
      }),
      { numRuns: 400 },
    )
    expect([reached > 20, deputies > 20]).toEqual([true, true])
  })

  it('a deputy decides only in a place that the gate names, in the time of a delegation, and never as software', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const { rules, gates, held, decisions } = build(given)
        for (const decision of countDecisions(rules, decisions)) {
          const gate = gates.find(({ kind }) => kind === decision.gate)
          const { onBehalfOf } = decision
          expect(gate?.people).toContain(onBehalfOf ?? decision.by)
          if (onBehalfOf === undefined) continue
          expect(decision.by).not.toBe('robot')
          const when = Date.parse(decision.at)
          const holds = held.some(
            ({ absent, deputy, from, until }) =>
              absent === onBehalfOf && deputy === decision.by && Date.parse(from) <= when && when < Date.parse(until),
          )
          expect(holds).toBe(true)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('no more people are counted than people took part, software none', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const { rules, decisions } = build(given)
        const counted = countDecisions(rules, decisions)
        const real = new Set([...counted.map(({ by }) => by), personId(given.creator), personId(given.requester)])
        real.delete(personId('robot'))
        expect(countPeople(rules, counted)).toBeLessThanOrEqual(real.size)
        // Those who asked and made it are one seat, whoever of the two is a person.
        const deciders = new Set(counted.map(({ by }) => by).filter((by) => by !== personId('robot')))
        expect(countPeople(rules, counted)).toBeLessThanOrEqual(deciders.size + 1)
      }),
      { numRuns: 300 },
    )
  })

  it('being in a second group, or said twice, changes nothing', () => {
    fc.assert(
      fc.property(anyCase, (given) => {
        const { rules, decisions } = build(given)
        const again = build({ ...given, named: given.named.map((one) => ({ ...one, groups: [...one.groups, ...one.groups] })) })
        expect(countDecisions(again.rules, [...decisions, ...decisions])).toEqual(countDecisions(rules, decisions))
      }),
      { numRuns: 200 },
    )
  })
})

describe('a deputy', () => {
  const gate: PeopleGate = { kind: 'approval', people: [personId('anna')], quorum: 1, expiresAfterHours: 24 }
  const facts = { people, gateRoles: shippedPolicy.gateRoles.approval.value }
  const delegation: Delegation = {
    ...{
      id: 'd',
      absent: personId('anna'),
      deputy: personId('ben'),
      from: hour(0),
      until: hour(5),
      reason: 'away',
      namedBy: personId('anna'),
    },
  }

  it('has a role that fits the gate', () => {
    const unfit = people.map((person) => (person.id === 'ben' ? { ...person, roles: ['maker' as const] } : person))
    expect(findDeputies(gate, { ...facts, delegations: [delegation] })).toHaveLength(1)
    expect(findDeputies(gate, { ...facts, people: unfit, delegations: [delegation] })).toEqual([])
  })

  it('has the place of whom the gate names, and passes it on to nobody', () => {
    const chained = { ...delegation, absent: personId('ben'), deputy: personId('carl') }
    expect(findDeputies(gate, { ...facts, delegations: [delegation, chained] }).map(({ by }) => by)).toEqual(['ben'])
  })

  it('is one only where the delegation says, and until it is ended', () => {
    expect(findDeputies(gate, { ...facts, delegations: [{ ...delegation, gates: ['review'] }] })).toEqual([])
    expect(findDeputies(gate, { ...facts, delegations: [{ ...delegation, roles: ['security'] }] })).toEqual([])
    expect(findDeputies(gate, { ...facts, delegations: [{ ...delegation, endedAt: hour(2) }] })[0]?.until).toBe(hour(2))
  })

  it('makes one person of two who share a place', () => {
    const rules = { requestedBy: personId('maria'), services: [] }
    const word = (by: string, onBehalfOf?: string): Decision => ({
      ...{ gate: 'approval', by: personId(by), verdict: 'approve', comment: '', at: hour(1), boundTo },
      ...(onBehalfOf === undefined ? {} : { onBehalfOf: personId(onBehalfOf) }),
    })
    expect(countPeople(rules, [word('ben', 'anna'), word('anna')])).toBe(2)
    expect(countPeople(rules, [word('ben'), word('anna')])).toBe(3)
    expect(countPeople({ requestedBy: personId('robot'), services: [personId('robot')] }, [word('ben')])).toBe(1)
  })
})
