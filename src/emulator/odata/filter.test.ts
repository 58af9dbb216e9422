import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Circumstances } from './conditions.ts'
import type { EdmType, RowView, Types } from './evaluate.ts'
import { checkFilter, evaluateFilter } from './evaluate.ts'
import type { Filter } from './filter.ts'
import { printFilter } from './filter.ts'
import { parseFilter } from './filter-parser.ts'
import type { Literal } from './literal.ts'

const columns = ['name', 'statecode', 'ismanaged', 'solutionid', 'createdon', '_ownerid_value'] as const
const path = fc.oneof(
  fc.constantFrom(...columns).map((name) => [name]),
  fc.constantFrom(...columns).map((name) => ['publisherid', name]),
)
const literal: fc.Arbitrary<Literal> = fc.oneof(
  fc.constant<Literal>({ type: 'null' }),
  fc.string({ unit: 'grapheme' }).map((value): Literal => ({ type: 'string', value })),
  fc.boolean().map((value): Literal => ({ type: 'boolean', value })),
  fc.uuid().map((value): Literal => ({ type: 'guid', value })),
  fc
    .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
    .map((value): Literal => ({ type: 'number', text: numberText(value) })),
  fc
    .date({ min: new Date('1900-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((value): Literal => ({ type: 'date', text: value.toISOString() })),
)
const filters: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 5 },
    fc.record({
      kind: fc.constant('compare' as const),
      operator: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'),
      path,
      value: literal,
    }),
    fc.record({ kind: fc.constant('text' as const), name: fc.constantFrom('contains', 'startswith', 'endswith'), path, text: fc.string() }),
    fc.record({
      kind: fc.constant('function' as const),
      name: fc.constantFrom('Microsoft.Dynamics.CRM.In', 'Microsoft.Dynamics.CRM.NotIn'),
      path,
      values: fc.array(fc.string()),
    }),
    fc.record({ kind: fc.constant('columns' as const), operator: fc.constantFrom('eq', 'ne', 'gt', 'ge', 'lt', 'le'), path, other: path }),
    fc.record({
      kind: fc.constant('lambda' as const),
      quantifier: fc.constantFrom('any', 'all'),
      collection: fc.constantFrom('parts', 'others'),
      operand: tie('filter'),
    }),
    fc.record({ kind: fc.constant('not' as const), operand: tie('filter') }),
    fc.record({ kind: fc.constantFrom('and', 'or'), left: tie('filter'), right: tie('filter') }),
  ),
})).filter
const rows = fc.record({
  name: fc.option(fc.string()),
  statecode: fc.option(fc.integer()),
  ismanaged: fc.option(fc.boolean()),
  solutionid: fc.option(fc.uuid()),
  createdon: fc.option(
    fc.date({ noInvalidDate: true, min: new Date('1900-01-01'), max: new Date('2100-01-01') }).map((at) => at.toISOString()),
  ),
})
type Row = typeof rows extends fc.Arbitrary<infer T> ? T : never

describe('the $filter language', () => {
  it('reads back what it prints, for every filter', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(parseFilter(printFilter(filter))).toEqual(filter)
      }),
    )
  })

  it('binds and tighter than or, and not tighter than both', () => {
    expect(printFilter(parseFilter("not contains(a,'x') and b eq 1 or c eq null"))).toBe(
      "((not (contains(a,'x'))) and (b eq 1)) or (c eq null)",
    )
  })

  it('keeps quotes that are doubled', () => {
    expect(parseFilter("name eq 'O''Neil'")).toEqual({
      kind: 'compare',
      operator: 'eq',
      path: ['name'],
      value: { type: 'string', value: "O'Neil" },
    })
  })

  it.each([
    ["name eq 'x", 'unterminated string literal'],
    ['name eq', 'Expression expected'],
    ["name eq 'x' and", 'Expression expected'],
    ["(name eq 'x'", "')' expected"],
    ["not name eq 'x'", 'unary operator'],
    ['name eq 1 2', 'Syntax error'],
  ])('refuses %s with 400', (text, message) => {
    expect(() => parseFilter(text)).toThrow(message)
  })

  it.each([
    ["tolower(name) eq 'x'", "'tolower'"],
    ["Microsoft.Dynamics.CRM.Under(PropertyName='a',PropertyValue='x')", 'Under'],
    ['parts/any(o:name eq 1)', "'name' inside a lambda"],
    ['a add 1 eq 2', "'add'"],
    ['1 eq a', "'1'"],
    ['a/b/c eq 1', "'a/b/c'"],
  ])('says by name what it does not support in %s', (text, named) => {
    expect(() => parseFilter(text)).toThrow(named)
  })
})

describe('evaluating a filter', () => {
  it('obeys the laws of logic on every row', () => {
    fc.assert(
      fc.property(filters, filters, rows, (a, b, row) => {
        const holds = (filter: Filter): boolean => evaluateFilter(filter, reader(row), here)
        expect(holds({ kind: 'not', operand: { kind: 'not', operand: a } })).toBe(holds(a))
        expect(holds({ kind: 'and', left: a, right: b })).toBe(holds({ kind: 'and', left: b, right: a }))
        expect(holds({ kind: 'not', operand: { kind: 'or', left: a, right: b } })).toBe(!holds(a) && !holds(b))
        expect(holds({ kind: 'or', left: a, right: { kind: 'not', operand: a } })).toBe(true)
      }),
    )
  })

  it('orders numbers totally: exactly one of lt, eq and gt holds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (value, wanted) => {
        const holds = (operator: string): boolean =>
          evaluateFilter(parseFilter(`statecode ${operator} ${wanted}`), reader({ statecode: value }), here)
        expect([holds('lt'), holds('eq'), holds('gt')].filter(Boolean)).toHaveLength(1)
        expect(holds('ge')).toBe(!holds('lt'))
      }),
    )
  })

  it('compares text without regard to case, and gives empty rows to ne', () => {
    expect(evaluateFilter(parseFilter("name eq 'ABC'"), reader({ name: 'abc' }), here)).toBe(true)
    expect(evaluateFilter(parseFilter("name ne 'ABC'"), reader({ name: null }), here)).toBe(true)
    expect(evaluateFilter(parseFilter("name gt 'ABC'"), reader({ name: null }), here)).toBe(false)
    expect(evaluateFilter(parseFilter("not contains(name,'b')"), reader({ name: null }), here)).toBe(true)
  })

  it('asks the rows of a collection for any and all', () => {
    const holds = (text: string, ...states: number[]): boolean =>
      evaluateFilter(parseFilter(text), reader({ parts: states.map((statecode) => ({ statecode })) }), here)
    expect(holds('parts/any(o:o/statecode eq 2)', 1, 2)).toBe(true)
    expect(holds('parts/any(o:o/statecode eq 2)', 1)).toBe(false)
    expect(holds('parts/all(o:o/statecode eq 2)', 2, 2)).toBe(true)
    expect(holds('parts/all(o:o/statecode eq 2)', 1, 2)).toBe(false)
    expect([holds('parts/any()'), holds('parts/any()', 1), holds('not parts/any()')]).toEqual([false, true, true])
  })

  it.each([
    ['Last7Days', '2026-03-04T00:00:00Z', true],
    ['Last7Days', '2026-03-03T23:59:59Z', false],
    ['LastXDays|2', '2026-03-09T00:00:00Z', true],
    ['LastXDays|2', '2026-03-08T23:59:59Z', false],
    ['NextXHours|1', '2026-03-11T13:59:59Z', true],
    ['NextXHours|1', '2026-03-11T14:00:00Z', false],
    ['OlderThanXMonths|1', '2026-02-10T23:59:59Z', true],
    ['OlderThanXMonths|1', '2026-02-11T00:00:00Z', false],
    ['ThisWeek', '2026-03-08T00:00:00Z', true],
    ['ThisWeek', '2026-03-15T00:00:00Z', false],
    ['LastMonth', '2026-02-28T23:59:59Z', true],
    ['NextYear', '2027-06-01T00:00:00Z', true],
    ['Today', '2026-03-10T23:59:59Z', false],
    ['On|2026-01-02', '2026-01-02T23:59:59Z', true],
    ['OnOrBefore|2026-01-02', '2026-01-03T00:00:00Z', false],
  ])('knows the period of %s: %s is %s', (call, at, expected) => {
    const [name = '', value] = call.split('|')
    const text = `Microsoft.Dynamics.CRM.${name}(PropertyName='createdon'${value === undefined ? '' : `,PropertyValue='${value}'`})`
    expect(evaluateFilter(parseFilter(text), reader({ createdon: at }), here)).toBe(expected)
  })

  it('takes parameter aliases and compares columns of one row', () => {
    const aliases = new Map([['@p1', "'ABC'"]])
    expect(evaluateFilter(parseFilter('name eq @p1', aliases), reader({ name: 'abc' }), here)).toBe(true)
    expect(() => parseFilter('name eq @p2', aliases)).toThrow("'@p2'")
    expect(evaluateFilter(parseFilter('statecode eq statecode'), reader({ statecode: 3 }), here)).toBe(true)
  })

  it('refuses to compare a guid with a quoted text, as the service does', () => {
    expect(() => checkFilter(parseFilter("solutionid eq 'x'"), typed('Edm.Guid'))).toThrow(
      "Found operand types 'Edm.Guid' and 'Edm.String' for operator kind 'Equal'",
    )
    expect(() => checkFilter(parseFilter('msdyn_ismanaged eq true'), typed('Edm.String'))).toThrow('incompatible types')
  })
})

const here: Circumstances = { now: new Date('2026-03-11T12:00:00Z'), userId: 'me', businessUnitId: undefined }

function reader(row: Partial<Row> & { readonly parts?: readonly Partial<Row>[] }): RowView {
  return {
    value: (names) => (names.length === 1 ? row[names[0] as keyof Row] : null),
    related: (name) => (name === 'parts' ? (row.parts ?? []).map(reader) : []),
  }
}

function typed(type: EdmType): Types {
  return { typeOf: () => type, within: () => typed(type) }
}

function numberText(value: number): string {
  return Object.is(value, -0) ? '0' : String(value)
}
