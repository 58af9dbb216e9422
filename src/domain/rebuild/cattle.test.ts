import { describe, expect, it } from 'vitest'
import type { EnvironmentId } from '#domain/kernel'
import { toId } from '#domain/kernel'
import { at } from '../../../test/support/domain-builders.ts'
import type { CattleRecord } from './cattle.ts'
import { describeRebuildAge, evaluateEnd, unknownCattle } from './cattle.ts'

const id = toId<EnvironmentId>('sandbox-7')
const environment = { careClass: 'cattle', endsAt: at('2026-12-31T00:00:00Z') } as const
const known = (changes: Partial<CattleRecord>): CattleRecord => ({ ...unknownCattle(id), ...changes })
const end = (now: string, record?: CattleRecord) => evaluateEnd({ environment, record }, { now: at(now), warningDays: 14 })

describe('the end of a disposable environment', () => {
  it('is far until two weeks before, and then to be announced', () => {
    expect(end('2026-12-16T23:59:59Z').state).toBe('far')
    expect(end('2026-12-17T00:00:00Z').state).toBe('near')
  })

  it('is announced before it comes, and comes no sooner than two weeks after that', () => {
    const late = known({ announced: { endsAt: environment.endsAt, at: at('2026-12-30T00:00:00Z') } })
    expect(end('2027-01-02T00:00:00Z', late)).toMatchObject({ state: 'announced', removedFrom: '2027-01-13T00:00:00.000Z' })
    expect(end('2027-01-13T00:00:00Z', late).state).toBe('over')
  })

  it('long past and never announced is announced first', () => {
    expect(end('2028-01-01T00:00:00Z').state).toBe('near')
  })

  it('put off has to be announced anew', () => {
    const kept = known({
      announced: { endsAt: environment.endsAt, at: at('2026-12-17T00:00:00Z') },
      kept: { until: at('2027-03-01T00:00:00Z'), reason: 'still in use', by: 'olga', at: at('2026-12-20T00:00:00Z') },
    })
    expect(end('2027-01-05T00:00:00Z', kept)).toEqual({ state: 'far', endsAt: '2027-03-01T00:00:00.000Z' })
    expect(end('2027-02-28T00:00:00Z', kept).state).toBe('near')
  })

  it('never comes for a pet, whatever is configured', () => {
    const pet = { ...environment, careClass: 'pet' } as const
    const over = known({ announced: { endsAt: environment.endsAt, at: at('2026-01-01T00:00:00Z') } })
    expect(evaluateEnd({ environment: pet, record: over }, { now: at('2028-01-01T00:00:00Z'), warningDays: 14 })).toEqual({ state: 'none' })
  })
})

describe('the last rebuild of a cattle environment', () => {
  const test = { careClass: 'cattle', purpose: 'test' } as const
  const age = (record: CattleRecord | undefined) =>
    describeRebuildAge({ environment: test, record }, { now: at('2026-12-01T00:00:00Z'), days: 90 })

  it('is missed when there was none, is older than policy allows, or did not end equal', () => {
    expect(age(undefined)).toBe('never rebuilt')
    expect(age(known({ lastRebuilt: { rebuildId: 'rb', at: at('2026-08-01T00:00:00Z'), isEqual: true } }))).toContain('due since 32')
    expect(age(known({ lastRebuilt: { rebuildId: 'rb', at: at('2026-11-30T00:00:00Z'), isEqual: false } }))).toContain('not equal')
    expect(age(known({ lastRebuilt: { rebuildId: 'rb', at: at('2026-11-30T00:00:00Z'), isEqual: true } }))).toBeUndefined()
  })
})
