import { describe, expect, it } from 'vitest'
import type { Digest } from '#domain/kernel'
import { toId } from '#domain/kernel'
import type { PeopleGate, PeopleGateKind } from '#domain/pipeline'
import { at, personId } from '../../../test/support/domain-builders.ts'
import type { Decision } from './approval.ts'
import type { ApprovalRules } from './evaluate-quorum.ts'
import { countDecisions, evaluateQuorum, isLapsed, lapsesAt } from './evaluate-quorum.ts'

const boundTo = { artifact: toId<Digest>('sha256:aa'), settings: 'ss', plan: 'bb', fingerprint: 'ff', policy: 'shipped' }

function gate(kind: PeopleGateKind, ...people: string[]): PeopleGate {
  return { kind, people: people.map(personId), quorum: 2, expiresAfterHours: 24 }
}

const rules: ApprovalRules = {
  gates: [gate('approval', 'anna', 'ben', 'maria'), gate('review', 'anna', 'rita'), gate('uat', 'anna', 'olga')],
  requestedBy: personId('maria'),
  requestedAt: at('2026-11-02T09:00:00Z'),
  boundTo,
  separatedGates: ['approval', 'review'],
}

function yes(kind: PeopleGateKind, by: string, changes: Partial<Decision> = {}): Decision {
  return { gate: kind, by: personId(by), verdict: 'approve', comment: '', at: at('2026-11-02T10:00:00Z'), boundTo, ...changes }
}

function counted(...decisions: Decision[]): string[] {
  return countDecisions(rules, decisions).map((decision) => `${decision.gate} ${decision.by}`)
}

describe('decisions that count', () => {
  it('are of named people who did not ask', () => {
    expect(counted(yes('approval', 'anna'), yes('approval', 'maria'), yes('approval', 'rita'), yes('cab', 'anna'))).toEqual([
      'approval anna',
    ])
  })

  it('are on the content that was requested, and in time', () => {
    expect(
      counted(yes('approval', 'anna', { boundTo: { ...boundTo, plan: 'cc' } }), yes('approval', 'ben', { at: at('2026-11-03T09:00:01Z') })),
    ).toEqual([])
  })

  it('count once for each gate and person, and the first word stands', () => {
    const decisions = countDecisions(rules, [yes('approval', 'anna', { verdict: 'reject' }), yes('approval', 'anna')])
    expect(decisions.map((decision) => decision.verdict)).toEqual(['reject'])
  })

  it('are by different people on gates that are kept apart, by the same on others', () => {
    expect(counted(yes('review', 'anna'), yes('approval', 'anna'), yes('uat', 'anna'))).toEqual(['review anna', 'uat anna'])
  })
})

describe('a quorum', () => {
  const approval = gate('approval', 'anna', 'ben')

  it('is of different people', () => {
    expect(evaluateQuorum(approval, [yes('approval', 'anna'), yes('approval', 'anna')]).isReached).toBe(false)
    expect(evaluateQuorum(approval, [yes('approval', 'anna'), yes('approval', 'ben')]).isReached).toBe(true)
  })

  it('is never reached over a no', () => {
    const no = yes('approval', 'rita', { verdict: 'reject' })
    expect(evaluateQuorum(approval, [yes('approval', 'anna'), yes('approval', 'ben'), no]).isReached).toBe(false)
  })

  it('is never nobody', () => {
    expect(evaluateQuorum({ ...approval, quorum: 0 }, []).isReached).toBe(false)
  })
})

describe('a request for a decision', () => {
  it('lapses after its last moment, also over midnight and month', () => {
    const requestedAt = at('2026-11-30T12:00:00Z')
    expect(lapsesAt(requestedAt, 24)).toBe('2026-12-01T12:00:00.000Z')
    expect([isLapsed(requestedAt, 24, at('2026-12-01T12:00:00Z')), isLapsed(requestedAt, 24, at('2026-12-01T12:00:01Z'))]).toEqual([
      false,
      true,
    ])
  })
})
