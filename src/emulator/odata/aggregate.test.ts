import { describe, expect, it } from 'vitest'
import { checkAggregateLimit, groupMembers, measureValues } from './aggregate.ts'

describe('aggregates', () => {
  it('examine fifty thousand rows and not one more, and a limit of the query can only lower that', () => {
    expect(() => checkAggregateLimit(50_000)).not.toThrow()
    expect(() => checkAggregateLimit(50_001)).toThrow('AggregateQueryRecordLimit exceeded')
    expect(() => checkAggregateLimit(50_001, 60_000)).toThrow('AggregateQueryRecordLimit exceeded')
    expect(() => checkAggregateLimit(11, 10)).toThrow('AggregateQueryRecordLimit exceeded')
  })

  it('leave empty values out, except where rows are counted', () => {
    const values = [4, null, 2, undefined, 4]
    expect(measureValues('count', values)).toBe(5)
    expect(measureValues('countcolumn', values)).toBe(3)
    expect(measureValues('countdistinct', values)).toBe(2)
    expect(measureValues('sum', values)).toBe(10)
    expect(measureValues('avg', values)).toBeCloseTo(10 / 3)
    expect([measureValues('min', values), measureValues('max', values)]).toEqual([2, 4])
  })

  it('of nothing are nothing, and the count is zero', () => {
    expect([measureValues('count', []), measureValues('sum', [null]), measureValues('min', []), measureValues('avg', [])]).toEqual([
      0,
      null,
      null,
      null,
    ])
  })

  it('put text of another case and all empty values into one group', () => {
    const groups = groupMembers(['a', 'A', null, 'b', undefined], (value) => [value])
    expect(groups.map(({ members }) => members)).toEqual([['a', 'A'], [null, undefined], ['b']])
  })
})
