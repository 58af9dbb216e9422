import { describe, expect, it } from 'vitest'
import type { ConfigurationPackage, ConfigurationRow, ConfigurationTable, DataValue, TargetRow } from './index.ts'
import { checkConfigurationPackage, decideRows, orderTables, planPasses, referenceKey } from './index.ts'

type Values = Readonly<Record<string, DataValue>>

function row(id: string, values: Values, links: readonly string[] = []): ConfigurationRow {
  return { id, values, links: { seen: links } }
}

function table(name: string, rows: readonly ConfigurationRow[], more: Partial<ConfigurationTable> = {}): ConfigurationTable {
  const column = (each: string, type: string) => ({ name: each, displayName: each, type, target: undefined, isKey: false })
  return {
    ...{ name, displayName: name, primaryId: `${name}id`, primaryName: 'name', filter: undefined, onTargetChange: 'keep', rows },
    columns: [
      column('name', 'string'),
      column('fee', 'money'),
      column('of', 'entityreference'),
      column('statecode', 'state'),
      column('ownerid', 'owner'),
    ],
    links: [{ relationship: 'seen', intersect: 'seen', target: 'other', targetPrimaryId: 'otherid', isReflexive: false }],
    ...more,
  }
}

function pack(...tables: readonly ConfigurationTable[]): ConfigurationPackage {
  return { tables, importOrder: [], deletes: [], outside: [] }
}

function deed(
  wanted: ConfigurationRow,
  there: ConfigurationRow | undefined,
  before: { loaded?: ConfigurationRow; begun?: ConfigurationRow } = {},
) {
  const rows = new Map<string, TargetRow>(there === undefined ? [] : [[referenceKey({ table: 'a', id: 'x' }), { ...there, etag: '1' }]])
  const one = (each: ConfigurationRow | undefined) => (each === undefined ? undefined : pack(table('a', [each])))
  const begun = one(before.begun)
  const [decided] = decideRows(pack(table('a', [wanted])), { rows, loaded: one(before.loaded), begun: begun === undefined ? [] : [begun] })
  return [decided?.deed, ...(decided?.differs ?? [])]
}

describe('what becomes of a row', () => {
  const wanted = row('x', { name: 'New', fee: 1 })
  const old = row('x', { name: 'Old', fee: 1 })
  it.each([
    ['is made where it is not', undefined, {}, ['create']],
    ['stays where it says the same', row('x', { name: 'New', fee: 1.00000000001 }), {}, ['unchanged']],
    ['is changed where it is as it was loaded', old, { loaded: old }, ['change', 'name']],
    ['is the target’s where it says a third thing', row('x', { name: 'Mine', fee: 1 }), { loaded: old }, ['keep', 'name']],
    ['is the target’s as a whole where one column is', row('x', { name: 'Old', fee: 7 }), { loaded: old }, ['keep', 'fee']],
    ['is the target’s where no load is known and it says something else', old, {}, ['keep', 'name']],
    ['is gone on with where a first load was cut off', row('x', { name: 'New' }), { begun: wanted }, ['change', 'fee']],
    [
      'is ours where a load that was cut off has written it',
      old,
      { loaded: row('x', { name: 'Older', fee: 1 }), begun: old },
      ['change', 'name'],
    ],
    ['stays away where somebody deleted it', undefined, { loaded: old }, ['keep', 'the row itself, which was deleted there']],
    [
      'is the target’s where it is joined with what no load joined it',
      row('x', { name: 'New', fee: 1 }, ['m']),
      { loaded: old },
      ['keep', 'seen'],
    ],
  ] as const)('%s', (_what, there, before, expected) => {
    expect(deed(wanted, there, before)).toEqual(expected)
  })

  it('is nobody’s by what its environment fills in', () => {
    expect(
      deed(
        row('x', { name: 'A', ownerid: { table: 'systemuser', id: '1' } }),
        row('x', { name: 'A', ownerid: { table: 'team', id: '2' } }),
      ),
    ).toEqual(['unchanged'])
  })
})

describe('the order of writing', () => {
  const to = (name: string, id: string): Values => ({ of: { table: name, id } })
  const a = table('a', [row('1', to('b', '1')), row('2', to('a', '1'))])
  const b = table('b', [row('1', { ...to('a', '2'), statecode: 1 })])

  it('brings what is pointed to first, and goes by the package where it says an order', () => {
    const c = table('c', [row('1', to('a', '1'))])
    const plain = table('a', [row('1', {})])
    expect(orderTables(pack(c, plain)).map(({ name }) => name)).toEqual(['a', 'c'])
    expect(orderTables({ ...pack(c, plain), importOrder: ['c', 'a'] }).map(({ name }) => name)).toEqual(['c', 'a'])
  })

  it('sets what points ahead afterwards, in a ring too, states after that and deletions last', () => {
    const both = { ...pack(a, b), deletes: [{ table: 'b', id: '9' }] }
    const decided = decideRows(both, { rows: new Map([['b:9', { ...row('9', {}), etag: '' }]]), loaded: undefined, begun: [] })
    const told = planPasses(both, decided).map(({ table: name, part, rows }) => [
      part,
      name,
      rows.map(({ id, columns }) => `${id}: ${columns.join(' ')}`),
    ])
    expect(told).toEqual([
      ['rows', 'a', ['1: name fee', '2: name fee']],
      ['rows', 'b', ['1: name fee of']],
      ['references', 'a', ['1: of', '2: of']],
      ['links', 'a', ['1: seen', '2: seen']],
      ['links', 'b', ['1: seen']],
      ['state', 'b', ['1: statecode']],
      ['deletes', 'b', ['9: ']],
    ])
  })
})

describe('a package', () => {
  const good = pack(table('a', [row('1', { name: 'A' })]))
  it.each([
    ['that holds a row twice', pack(table('a', [row('1', {}), row('1', {})])), 'The row is there twice.'],
    ['that brings and deletes a row', { ...good, deletes: [{ table: 'a', id: '1' }] }, 'It is to be brought and to be deleted.'],
    [
      'that deletes what its rows point to',
      { ...pack(table('a', [row('1', { of: { table: 'a', id: '2' } })])), deletes: [{ table: 'a', id: '2' }] },
      'Its of points to a:2, which is to be deleted.',
    ],
    [
      'that deletes rows of a table that it does not describe',
      { ...good, deletes: [{ table: 'b', id: '1' }] },
      'It is to be deleted, and the schema does not describe its table.',
    ],
    ['that carries roles as rows', pack(table('role', [])), 'Rows of this table belong to their environment and are not carried.'],
    ...[
      'systemuserroles',
      'fieldsecurityprofile',
      'sdkmessageprocessingstep',
      'workflow',
      'environmentvariablevalue',
      'solutioncomponent',
    ].map((name): [string, ConfigurationPackage, string] => [
      `that carries ${name} as rows`,
      pack(table(name, [])),
      'Rows of this table belong to their environment and are not carried.',
    ]),
    [
      'that joins its rows with people',
      pack(
        table('a', [], { links: [{ relationship: 'r', intersect: 'r', target: 'systemuser', targetPrimaryId: 'x', isReflexive: false }] }),
      ),
      'It joins rows with those of systemuser, which belong to their environment.',
    ],
    [
      'that orders a table that is not there',
      { ...good, importOrder: ['b'] },
      'The order of import names it, and no table is described so.',
    ],
  ])('is not used %s', (_what, bad, message) => {
    expect(checkConfigurationPackage(bad).problems.map((problem) => problem.message)).toContain(message)
    expect(checkConfigurationPackage(good).problems).toEqual([])
  })
})
